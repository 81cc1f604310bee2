package atlas

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/hashicorp/go-cleanhttp"
)

// pingAfter is how long a connection may be silent before it is asked whether it lives. It
// then has fifteen seconds, so that it ends before an attempt that uses it does.
const pingAfter = 15 * time.Second

// Pool is what the clients of one process share: connections, one token per service
// account, and what they know of the export buckets. It is safe for concurrent use.
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
		transport = ownTransport()
	}
	return &Pool{transport: transport, ledger: newLedger(), logins: map[login]*tokens{}}
}

func ownTransport() *http.Transport {
	own := cleanhttp.DefaultPooledTransport()
	// Terraform works on ten resources at a time; the library keeps one
	// connection per processor.
	own.MaxIdleConnsPerHost = max(10, runtime.GOMAXPROCS(0)+1)
	// Without pings every next attempt is sent on an HTTP/2 connection that has died
	// without a word.
	own.HTTP2 = &http.HTTP2Config{SendPingTimeout: pingAfter}
	return own
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
