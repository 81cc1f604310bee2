package atlas

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
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
	secrets   secrets
	stopped   context.Context // done after Stop
	stop      context.CancelFunc

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
	stopped, stop := context.WithCancel(context.Background())
	p := &Pool{transport: transport, ledger: newLedger(), stopped: stopped, stop: stop, logins: map[login]*tokens{}}
	if transport == nil {
		own := ownTransport()
		own.Proxy = p.proxy(proxyOfEnvironment)
		p.transport = own
	}
	return p
}

// maxHeader is the most that a server may send as the header of an answer, in bytes.
const maxHeader = 256 << 10

// ownTransport has no proxy yet, not even that of the environment.
func ownTransport() *http.Transport {
	own := cleanhttp.DefaultPooledTransport()
	own.Proxy = nil
	own.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
		if resp.StatusCode == http.StatusProxyAuthRequired {
			return ErrProxyCredential
		}
		return nil
	}
	own.MaxResponseHeaderBytes = maxHeader
	// Terraform works on ten resources at a time; the library keeps one
	// connection per processor.
	own.MaxIdleConnsPerHost = max(10, runtime.GOMAXPROCS(0)+1)
	// Without pings every next attempt is sent on an HTTP/2 connection that has died
	// without giving a sign.
	own.HTTP2 = &http.HTTP2Config{SendPingTimeout: pingAfter}
	return own
}

// Stop ends every call and every Wait of every client of the pool, those to come too, as if
// its context had been cancelled. Close works as before. A second Stop does nothing.
func (p *Pool) Stop() {
	p.stop()
}

// untilStopped returns ctx, which also ends with Stop. The returned function releases it.
func (p *Pool) untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	release := context.AfterFunc(p.stopped, cancel)
	if p.stopped.Err() != nil {
		cancel() // AfterFunc cancels in a goroutine, and a request could be sent before
	}
	return ctx, func() {
		release()
		cancel()
	}
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
func (p *Pool) tokens(base BaseURL, account ServiceAccount, next transport, log journal) *tokens {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := login{base: base.String(), account: account}
	if p.logins[key] == nil {
		p.logins[key] = newTokens(base, account, next, log, &p.secrets)
	}
	return p.logins[key]
}
