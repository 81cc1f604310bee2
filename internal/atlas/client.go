// Package atlas is a client of the MongoDB Atlas Admin API: the endpoints around
// export buckets, typed by hand. Of Terraform it knows only the log.
package atlas

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

const (
	// attemptTimeout ends one request, its answer's body included. Atlas answers these
	// endpoints within seconds; what takes longer is a dead connection.
	attemptTimeout = time.Minute

	// maxBody is the most that is read of an answer, in bytes. The longest list page,
	// 500 export buckets, takes less than a tenth of it.
	maxBody = 4 << 20
)

// Options say where Atlas is and who asks.
type Options struct {
	BaseURL     BaseURL
	Credentials Credentials
	UserAgent   string
}

// Client calls Atlas. It is safe for concurrent use; Pool.Client makes it.
//
// The error of every method is an *Error, or wraps the context's error in one.
type Client struct {
	base BaseURL
	http *http.Client
}

// Client returns a client that shares the pool's connections and tokens.
func (p *Pool) Client(opts Options) *Client {
	transport := userAgent{value: opts.UserAgent, next: logged{next: p.transport}}
	return &Client{base: opts.BaseURL, http: httpClient(opts.Credentials.authenticate(transport, p, opts.BaseURL))}
}

// httpClient follows no redirect: the transports above would give the credential to
// whatever host it names.
func httpClient(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     transport,
		Timeout:       attemptTimeout,
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
// typed after, in and out are the bodies, nil for none.
type request struct {
	method  string
	version string
	path    []string
	query   url.Values
	in      any
	out     any
}

func (c *Client) url(r request) *url.URL {
	target := c.base.join(append([]string{"api", "atlas", "v2"}, r.path...)...)
	target.RawQuery = r.query.Encode()
	return target
}

func (c *Client) do(ctx context.Context, r request) error {
	target := c.url(r)
	failed := &Error{Method: r.method, Path: target.EscapedPath()}

	var body io.Reader
	if r.in != nil {
		encoded, err := json.Marshal(r.in)
		if err != nil {
			return failed.because(err)
		}
		body = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target.String(), body)
	if err != nil {
		return failed.because(err)
	}
	mediaType := "application/vnd.atlas." + r.version + "+json"
	req.Header.Set("Accept", mediaType)
	if body != nil {
		req.Header.Set("Content-Type", mediaType)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return failed.because(err)
	}
	defer resp.Body.Close()

	failed.Status = resp.StatusCode
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	switch {
	case resp.StatusCode/100 == 3:
		return failed.because(fmt.Errorf("redirected to %q, which is not followed: a credential stays with its host", redirectHost(resp)))
	case resp.StatusCode/100 != 2:
		failed.decode(answer)
		return failed
	case err != nil:
		return failed.because(fmt.Errorf("the answer was cut: %w", err))
	case r.out == nil:
		return nil
	}
	if err := json.Unmarshal(answer, r.out); err != nil {
		return failed.because(fmt.Errorf("the answer is not readable: %w", err))
	}
	if answer, ok := r.out.(interface{ check() error }); ok {
		if err := answer.check(); err != nil {
			return failed.because(fmt.Errorf("the answer is not readable: %w", err))
		}
	}
	return nil
}

func redirectHost(resp *http.Response) string {
	location, err := resp.Location()
	if err != nil {
		return "nowhere"
	}
	return location.Host
}
