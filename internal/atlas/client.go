// Package atlas is a client of the MongoDB Atlas Admin API: the endpoints around
// export buckets, typed by hand. Of Terraform it knows only the log.
package atlas

import (
	"context"
	"sync"
	"time"
)

// Options say where Atlas is and who asks.
type Options struct {
	BaseURL     BaseURL
	Credentials Credentials
	UserAgent   string
	Log         Log

	// CredentialName is what the credential is and where it comes from, for errors.
	CredentialName string
}

// Client calls Atlas. It is safe for concurrent use; Pool.Client makes it.
//
// Every call is retried as policy says until its context ends: give it a deadline. The error
// of every method is or wraps an *Error, or it is the context's. A *CallError around the
// *Error has the number of attempts.
type Client struct {
	base      BaseURL
	name      string // of the credential
	transport transport
	retrier   retrier
	log       logger
	clock     *clock
	pool      *Pool
	subjects  sync.Map // of FirstTime, so far
	buckets   sharedReads[ExportBucket]
}

// Client returns a client that shares the pool's connections and tokens.
func (p *Pool) Client(opts Options) *Client {
	p.secrets.add(opts.Credentials.secrets()...)
	log, clock := logger{opts.Log}, new(clock)
	return &Client{base: opts.BaseURL, name: opts.CredentialName, transport: p.chain(opts, clock, log), retrier: retrier{log}, log: log, clock: clock, pool: p}
}

// Address is where this client's Atlas is: the base URL.
func (c *Client) Address() string { return c.base.String() }

// FirstTime is true on the first call with a subject, and false on later ones: for what a
// client reports only once.
func (c *Client) FirstTime(subject any) bool {
	_, known := c.subjects.LoadOrStore(subject, true)
	return !known
}

// limitName is the key of the name of a context's time limit.
type limitName struct{}

// WithLimitName returns ctx with the name of its time limit, for errors.
func WithLimitName(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, limitName{}, name)
}

// Sleep waits as Wait does, and logs nothing.
func (c *Client) Sleep(ctx context.Context, pause time.Duration) error {
	ctx, release := c.pool.untilStopped(ctx)
	defer release()
	return wait(ctx, pause)
}

// Progress logs how far something is that takes long.
func (c *Client) Progress(ctx context.Context, message string) {
	c.log.progress(ctx, message)
}

// Wait waits and logs the reason. It returns an error when ctx ends, and at once when ctx
// would end during the wait.
func (c *Client) Wait(ctx context.Context, pause time.Duration, reason string) error {
	ctx, release := c.pool.untilStopped(ctx)
	defer release()
	c.log.waiting(ctx, reason, pause)
	return wait(ctx, pause)
}
