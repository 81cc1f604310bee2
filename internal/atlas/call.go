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
	body    any // sent as JSON; nil for none

	// temporary are the codes of this endpoint's answers that say that nothing was done, and
	// that the same request may succeed later.
	temporary []string

	// conflicts tells of a POST of something that Atlas allows only once: a 409 may be about what
	// an earlier POST of the same request has created.
	conflicts bool

	// decode takes the body of the answer; nil where a success is a 204 without a body.
	decode func(body []byte) error
}

// rules are what policy needs to know of a request. A POST creates a second thing when it is
// sent a second time.
func (r request) rules() retryRules {
	return retryRules{idempotent: r.method != http.MethodPost, temporary: r.temporary, conflicts: r.conflicts}
}

// call sends a request and returns what is in the answer. An answer that cannot be decoded, or
// that check does not accept, is a failed attempt.
func call[T any](ctx context.Context, c *Client, r request, check func(T) error) (*T, error) {
	var result *T
	r.decode = func(body []byte) error {
		var decoded T
		if err := json.Unmarshal(body, &decoded); err != nil {
			return fmt.Errorf("the answer cannot be read: %w", err)
		}
		if err := check(decoded); err != nil {
			return fmt.Errorf("the answer does not match the request: %w", err)
		}
		result = &decoded
		return nil
	}
	err := c.do(ctx, r)
	return result, err
}

var (
	// errPath tells of a request without an address, because an id in it is not an id.
	errPath = errors.New(`an element of its path is empty, "." or ".."`)

	// errNotDone tells of a success that is not Atlas'.
	errNotDone = errors.New("the answer is not the 204 that confirms the request")
)

// url returns the address of a request. It fails when an element of the path would lead to
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

// newError is the error of a request with a status, 0 for no answer, and a cause, nil for none.
func (c *Client) newError(r request, status int, cause error) *Error {
	target, _ := c.url(r)
	return &Error{Method: r.method, Path: target.EscapedPath(), Status: status, Cause: cause, CredentialName: c.name}
}

// do sends a request, and sends it again as policy says.
func (c *Client) do(ctx context.Context, r request) error {
	ctx, release := c.pool.untilStopped(ctx)
	defer release()
	target, err := c.url(r)
	if err != nil {
		return c.newError(r, 0, err)
	}
	var body []byte
	if r.body != nil {
		if body, err = json.Marshal(r.body); err != nil {
			return c.newError(r, 0, err)
		}
		c.log.body(ctx, "Request", r, body, c.pool.secrets.with(""))
	}
	return c.retrier.retry(ctx, r.rules(), func() error { return c.attempt(ctx, r, target, body) })
}

// attempt sends a request once. Its error is a *failure, or the *signInError of the token call.
func (c *Client) attempt(ctx context.Context, r request, target *url.URL, body []byte) error {
	failed := &failure{err: c.newError(r, 0, nil)}
	req, err := http.NewRequestWithContext(ctx, r.method, target.String(), bytes.NewReader(body))
	if err != nil {
		return failed.causedBy(unsent(err))
	}
	mediaType := "application/vnd.atlas." + r.version + "+json"
	req.Header.Set("Accept", mediaType)
	if len(body) > 0 {
		req.Header.Set("Content-Type", mediaType)
	}
	got, err := c.transport.send(req)
	if err != nil {
		return failed.causedBy(err)
	}
	c.log.body(ctx, "Answer", r, got.text, got.secret)
	switch {
	case !failed.readAnswer(got):
		return failed
	case r.decode != nil:
		if err := r.decode(got.text); err != nil {
			return failed.causedBy(printableError(err, got.secret))
		}
	case got.status != http.StatusNoContent:
		return failed.causedBy(errNotDone)
	}
	return nil
}
