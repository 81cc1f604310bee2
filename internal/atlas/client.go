// Package atlas is a client of the MongoDB Atlas Admin API: the endpoints around
// export buckets, typed by hand. Of Terraform it knows only the log.
package atlas

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// Options say where Atlas is and who asks.
type Options struct {
	BaseURL     BaseURL
	Credentials Credentials
	UserAgent   string
	Log         Log
}

// Client calls Atlas. It is safe for concurrent use; Pool.Client makes it.
//
// Every call is retried as policy says, for as long as its context lets it: give it a
// deadline. The error of every method is an *Error, or wraps one or the context's.
type Client struct {
	base      BaseURL
	transport transport
	journal   journal
	clock     *clock
	pool      *Pool
	told      sync.Map // what FirstTime was asked about
}

// Client returns a client that shares the pool's connections and tokens.
//
// From the outside in, a request passes the credential, what must not be sent twice, its
// name, one exchange with its time limit and its log line, and the connection.
func (p *Pool) Client(opts Options) *Client {
	c := &Client{base: opts.BaseURL, journal: journal{opts.Log}, clock: new(clock), pool: p}
	bare := userAgent{value: opts.UserAgent, next: exchange{next: p.transport, clock: c.clock, secrets: &p.secrets, journal: c.journal}}
	c.transport = opts.Credentials.authenticate(once{bare}, func(account ServiceAccount) *tokens {
		return p.tokens(opts.BaseURL, account, bare, c.journal)
	})
	p.secrets.add(opts.Credentials.secrets()...)
	return c
}

// Address is where this client's Atlas is: the base URL.
func (c *Client) Address() string { return c.base.String() }

// FirstTime is true the first time that it is asked about something, for what a user should
// be told a single time by all that one client does.
func (c *Client) FirstTime(about any) bool {
	_, again := c.told.LoadOrStore(about, true)
	return !again
}

// Wait passes the time and tells the log why. It ends with an error when ctx does, and at
// once when ctx would end first.
func (c *Client) Wait(ctx context.Context, pause time.Duration, reason string) error {
	ctx, release := c.pool.untilStopped(ctx)
	defer release()
	c.journal.waiting(ctx, reason, pause)
	return wait(ctx, pause)
}

// userAgent names the provider in every request, token calls included.
type userAgent struct {
	value string
	next  transport
}

func (t userAgent) send(req *http.Request) (*answer, error) {
	req = req.Clone(req.Context())
	req.Header.Set("User-Agent", t.value)
	return t.next.send(req)
}
