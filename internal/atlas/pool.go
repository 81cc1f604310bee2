package atlas

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
)

// Pool is what the clients of one process share: connections, one token per service account,
// and the ids that this process knows. It is safe for concurrent use.
type Pool struct {
	transport http.RoundTripper
	known     knownIDs
	turns     turns
	secrets   secrets
	stopped   context.Context // done after Stop
	stop      context.CancelFunc

	mu     sync.Mutex
	logins map[login]*tokens
}

// login tells where an account's tokens are valid.
type login struct {
	base    string
	account ServiceAccount
}

// NewPool returns a pool whose clients use a transport; nil is a new one with the proxy of
// the environment.
func NewPool(transport http.RoundTripper) *Pool {
	stopped, stop := context.WithCancel(context.Background())
	p := &Pool{transport: transport, stopped: stopped, stop: stop, logins: map[login]*tokens{}}
	if transport == nil {
		t := newHTTPTransport()
		t.Proxy = p.proxy(proxyOfEnvironment)
		p.transport = t
	}
	return p
}

// Stop ends every call and every Wait of every client of the pool, also later ones, as if
// its context had been cancelled. Close still works. A second Stop does nothing.
func (p *Pool) Stop() {
	p.stop()
}

// untilStopped returns a copy of ctx that also ends with Stop. The returned function releases
// it.
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

// Close revokes the tokens that Atlas has issued to this process. Without it each of them
// counts for an hour towards the hundred that a service account may have.
func (p *Pool) Close(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var failed []error
	for _, t := range p.logins {
		if err := t.revoke(ctx); err != nil {
			failed = append(failed, fmt.Errorf("the token was not revoked: %w", err))
		}
	}
	return errors.Join(failed...)
}

// tokens returns the tokens of an account: the same ones to all clients.
func (p *Pool) tokens(base BaseURL, account ServiceAccount, next transport, r retrier) *tokens {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := login{base: base.String(), account: account}
	if p.logins[key] == nil {
		p.logins[key] = newTokens(base, account, next, r, &p.secrets)
	}
	return p.logins[key]
}
