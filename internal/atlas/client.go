// Package atlas is a client of the MongoDB Atlas Admin API: the endpoints around
// export buckets, typed by hand. Of Terraform it knows only the log.
package atlas

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

// maxBody is the most that is read of an answer, in bytes. The longest list page, 500 export
// buckets, takes less than a tenth of it.
const maxBody = 4 << 20

const (
	// lastWords is how long the answer to a request that must not be sent twice is still
	// waited for when its caller has given up: shorter than the second in which a wait
	// must end.
	lastWords = 900 * time.Millisecond

	// lastLook is the most that is kept of an operation's time for a look at what became
	// of such a request.
	lastLook = 5 * time.Second
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
// Every call is tried again as policy says, for as long as its context lets it: give it a
// deadline. The error of every method is an *Error, or wraps one or the context's.
type Client struct {
	base    BaseURL
	http    *http.Client
	journal journal
	clock   *clock
	ledger  *ledger
}

// Client returns a client that shares the pool's connections and tokens.
func (p *Pool) Client(opts Options) *Client {
	c := &Client{base: opts.BaseURL, journal: journal{opts.Log}, clock: new(clock), ledger: &p.ledger}
	bare := userAgent{value: opts.UserAgent, next: attempt{next: p.transport, clock: c.clock, journal: c.journal}}
	c.http = httpClient(opts.Credentials.authenticate(bare, p, opts.BaseURL, c.journal))
	return c
}

// Wait passes the time and tells the log why. It ends with an error when ctx does, and at
// once when ctx would end first.
func (c *Client) Wait(ctx context.Context, pause time.Duration, reason string) error {
	c.journal.waiting(ctx, reason, pause)
	return wait(ctx, pause)
}

// httpClient follows no redirect: the transports above would give the credential to
// whatever host it names.
func httpClient(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// userAgent names the provider in every request, token calls included.
type userAgent struct {
	value string
	next  http.RoundTripper
}

func (t userAgent) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("User-Agent", t.value)
	return t.next.RoundTrip(req)
}

// request is one call: the version is the date of the media type that the endpoint is
// typed after, in and out are the bodies, nil for none: an answer without one is a 204, or
// something else than Atlas has answered.
type request struct {
	method  string
	version string
	path    []string
	query   url.Values
	in      any
	out     any
	once    bool // a second time makes a second one
}

func (c *Client) url(r request) *url.URL {
	target := c.base.join(append([]string{"api", "atlas", "v2"}, r.path...)...)
	target.RawQuery = r.query.Encode()
	return target
}

func (c *Client) do(ctx context.Context, r request) error {
	target := c.url(r)
	var body []byte
	if r.in != nil {
		var err error
		if body, err = json.Marshal(r.in); err != nil {
			return (&Error{Method: r.method, Path: target.EscapedPath(), Unsent: true}).because(err)
		}
		c.journal.body(ctx, "Request", r, body)
	}
	failed := c.journal.persist(ctx, r.once, func() *Error { return c.attempt(ctx, r, target, body) })
	if failed != nil {
		return failed
	}
	return nil
}

// attempt does the call once.
func (c *Client) attempt(ctx context.Context, r request, target *url.URL, body []byte) *Error {
	failed := &Error{Method: r.method, Path: target.EscapedPath(), began: time.Now()}
	if r.once {
		var cancel context.CancelFunc
		ctx, cancel = undisturbed(ctx)
		defer cancel()
		// A token may have been waited for before.
		var sent atomic.Pointer[time.Time]
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { now := time.Now(); sent.Store(&now) }})
		defer func() {
			if at := sent.Load(); at != nil {
				failed.began = *at
			}
		}()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target.String(), bytes.NewReader(body))
	if err != nil {
		failed.Unsent = true
		return failed.because(err)
	}
	mediaType := "application/vnd.atlas." + r.version + "+json"
	req.Header.Set("Accept", mediaType)
	if len(body) > 0 {
		req.Header.Set("Content-Type", mediaType)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return failed.because(err)
	}
	defer resp.Body.Close()

	failed.Status = resp.StatusCode
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	c.journal.body(ctx, "Answer", r, answer)
	switch {
	case resp.StatusCode/100 == 3:
		return failed.because(fmt.Errorf("redirected to %q, which is not followed: a credential stays with its host", redirectHost(resp)))
	case resp.StatusCode/100 != 2:
		if failed.decode(resp.Header, answer); err != nil && failed.Code == "" {
			return failed.because(fmt.Errorf("the answer was cut: %w", err))
		}
		return failed
	case err != nil:
		return failed.because(fmt.Errorf("the answer was cut: %w", err))
	case r.out == nil:
		if resp.StatusCode != http.StatusNoContent {
			return failed.because(errors.New("the answer is not the 204 that says that it is done"))
		}
		return nil
	}
	if err := decodeAnswer(answer, r.out); err != nil {
		return failed.because(fmt.Errorf("the answer is not readable: %w", err))
	}
	return nil
}

func decodeAnswer(answer []byte, out any) error {
	if err := json.Unmarshal(answer, out); err != nil {
		return err
	}
	if checked, ok := out.(interface{ check() error }); ok {
		return checked.check()
	}
	return nil
}

// callerKey is under what an undisturbed context has the one that it outlives.
type callerKey struct{}

// hasGivenUp is the error of the context that an undisturbed one outlives: it is there for
// what is on its way alone.
func hasGivenUp(ctx context.Context) error {
	if caller, ok := ctx.Value(callerKey{}).(context.Context); ok {
		return caller.Err()
	}
	return nil
}

// undisturbed returns the context of a request that must not be sent twice. It ends later
// than ctx when ctx is cancelled, because an answer that is on its way saves the bucket; and
// before the deadline of ctx, so that there is time to look what became of the request.
func undisturbed(ctx context.Context) (context.Context, context.CancelFunc) {
	later, cancel := context.WithCancelCause(context.WithValue(context.WithoutCancel(ctx), callerKey{}, ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(lastWords, func() { cancel(ctx.Err()) })
		context.AfterFunc(later, func() { timer.Stop() })
	})
	limited, cancelLimit := later, context.CancelFunc(func() {})
	if deadline, ok := ctx.Deadline(); ok {
		limited, cancelLimit = context.WithDeadline(later, deadline.Add(-min(lastLook, time.Until(deadline)/5)))
	}
	return limited, func() {
		stop()
		cancelLimit()
		cancel(nil)
	}
}

func redirectHost(resp *http.Response) string {
	location, err := resp.Location()
	if err != nil {
		return "nowhere"
	}
	return location.Host
}
