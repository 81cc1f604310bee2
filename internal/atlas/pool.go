package atlas

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"sync"

	"github.com/hashicorp/go-cleanhttp"
)

// Pool is what the clients of one process share: connections, and one token per service
// account. It is safe for concurrent use.
type Pool struct {
	transport http.RoundTripper
	ledger    ledger

	mu     sync.Mutex
	logins map[login]*tokens
}

// login is whose tokens, and where.
type login struct {
	base    string
	account ServiceAccount
}

// NewPool takes the transport of its clients; nil is one of its own, with the proxy of
// the environment.
func NewPool(transport http.RoundTripper) *Pool {
	if transport == nil {
		own := cleanhttp.DefaultPooledTransport()
		// Terraform works on ten resources at a time; the library keeps one
		// connection per processor.
		own.MaxIdleConnsPerHost = max(10, runtime.GOMAXPROCS(0)+1)
		transport = own
	}
	return &Pool{transport: transport, ledger: newLedger(), logins: map[login]*tokens{}}
}

// Close gives the tokens back that Atlas has issued to this process. Without it each
// counts for an hour against the hundred that a service account may have.
func (p *Pool) Close(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var failed []error
	for _, t := range p.logins {
		if err := t.revoke(ctx); err != nil {
			failed = append(failed, fmt.Errorf("the token was not given back: %w", err))
		}
	}
	return errors.Join(failed...)
}

// tokens returns the one token source of an account, however many clients use it.
func (p *Pool) tokens(base BaseURL, account ServiceAccount, transport http.RoundTripper, log journal) *tokens {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := login{base: base.String(), account: account}
	if p.logins[key] == nil {
		p.logins[key] = newTokens(base, account, transport, log)
	}
	return p.logins[key]
}
