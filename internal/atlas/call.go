package atlas

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// request is one call: the version is the date of the media type that the endpoint is
// typed after.
type request struct {
	method  string
	version string
	path    []string
	query   url.Values
	in      any // the body; nil for none

	// decode takes the answer's body; nil when the answer has none: it is a 204 then, or
	// something else than Atlas has answered.
	decode func(body []byte) error
}

// into returns a request's decode: it leaves out as it is unless the body can be read and
// check accepts what it says. A nil check accepts everything.
func into[T any](out *T, check func(T) error) func([]byte) error {
	return func(body []byte) error {
		var decoded T
		if err := json.Unmarshal(body, &decoded); err != nil {
			return fmt.Errorf("the answer is not readable: %w", err)
		}
		if check != nil {
			if err := check(decoded); err != nil {
				return fmt.Errorf("the answer is not what was asked for: %w", err)
			}
		}
		*out = decoded
		return nil
	}
}

// idempotent tells that the request may be sent again: a POST makes a second one.
func (r request) idempotent() bool { return r.method != http.MethodPost }

// errPath tells of a request that has no address, because one of the ids in it is none.
var errPath = errors.New(`an element of its path is empty, "." or ".."`)

// url is the address of a request. It fails when one of the path's elements would lead to
// another address.
func (c *Client) url(r request) (*url.URL, error) {
	target := c.base.join(append([]string{"api", "atlas", "v2"}, r.path...)...)
	target.RawQuery = r.query.Encode()
	for _, element := range r.path {
		if element == "" || element == "." || element == ".." {
			return target, errPath
		}
	}
	return target, nil
}

// newError is an error of the request that has no reason yet.
func (c *Client) newError(r request) *Error {
	target, _ := c.url(r)
	return &Error{Method: r.method, Path: target.EscapedPath()}
}

func (c *Client) do(ctx context.Context, r request) error {
	ctx, release := c.pool.untilStopped(ctx)
	defer release()
	target, err := c.url(r)
	if err != nil {
		return c.newError(r).because(unsent(err))
	}
	var body []byte
	if r.in != nil {
		if body, err = json.Marshal(r.in); err != nil {
			return c.newError(r).because(unsent(err))
		}
		c.journal.body(ctx, "Request", r, body, c.pool.secrets.with(""))
	}
	if failed := c.journal.persist(ctx, r.idempotent(), func() *Error { return c.attempt(ctx, r, target, body) }); failed != nil {
		return failed
	}
	return nil
}

// attempt does the call a single time.
func (c *Client) attempt(ctx context.Context, r request, target *url.URL, body []byte) *Error {
	failed := c.newError(r)
	req, err := http.NewRequestWithContext(ctx, r.method, target.String(), bytes.NewReader(body))
	if err != nil {
		return failed.because(unsent(err))
	}
	mediaType := "application/vnd.atlas." + r.version + "+json"
	req.Header.Set("Accept", mediaType)
	if len(body) > 0 {
		req.Header.Set("Content-Type", mediaType)
	}
	got, err := c.transport.send(req)
	if err != nil {
		return failed.because(err)
	}
	c.journal.body(ctx, "Answer", r, got.text, got.secret)
	switch {
	case !failed.read(got):
		return failed
	case r.decode != nil:
		if err := r.decode(got.text); err != nil {
			return failed.because(shown(err, got.secret))
		}
	case got.status != http.StatusNoContent:
		return failed.because(errors.New("the answer is not the 204 that says that it is done"))
	}
	return nil
}
