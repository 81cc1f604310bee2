package atlas

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// attemptTimeout ends one round trip, its answer's body included. Atlas answers these
// endpoints within seconds; what takes longer is a dead connection.
const attemptTimeout = time.Minute

// attempt is the transport below the credentials: one round trip, its time limit, its line
// in the log, and Atlas' time.
type attempt struct {
	next    http.RoundTripper
	clock   *clock
	journal journal
}

func (t attempt) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := hasGivenUp(req.Context()); err != nil {
		return nil, unsent{err} // after a token or a challenge that came too late
	}
	ctx, cancel := context.WithTimeout(req.Context(), attemptTimeout)
	var sent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})
	start := time.Now()
	resp, err := t.next.RoundTrip(req.WithContext(ctx))
	t.journal.roundTrip(ctx, req, resp, err, start)
	if err != nil {
		cancel()
		if !sent.Load() {
			err = unsent{err}
		}
		return nil, err
	}
	t.clock.read(resp)
	if _, err := resp.Location(); err != nil {
		resp.Header.Del("Location") // of one that cannot be read net/http makes an error, whole and without the answer
	}
	resp.Body = attemptBody{resp.Body, cancel}
	return resp, nil
}

// attemptBody ends its attempt when it is closed.
type attemptBody struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b attemptBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}

// unsent is an error before anything of the request had left.
type unsent struct{ error }

func (e unsent) Unwrap() error { return e.error }

// clock is Atlas', as the Date of its answers tells it.
type clock struct {
	ahead atomic.Int64 // of ours, in nanoseconds
}

func (c *clock) read(resp *http.Response) {
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		c.ahead.Store(int64(time.Until(date)))
	}
}

// now is a time that has certainly come in Atlas: a Date leaves out the part of its second,
// and was written before it arrived.
func (c *clock) now() time.Time {
	return time.Now().Add(time.Duration(c.ahead.Load()))
}
