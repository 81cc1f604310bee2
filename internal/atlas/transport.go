package atlas

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-cleanhttp"
)

// transport sends a request and returns its whole answer. Its errors are a *noAnswerError, or the
// *signInError of the token call before the request.
type transport interface {
	send(req *http.Request) (*answer, error)
}

// chain returns the transport of a client. From the outside in, a request passes:
//
//   - its credential: staticToken or renewedToken (auth.go), or digestTransport (digest.go);
//   - once, below which nothing sends a POST a second time (once.go);
//   - userAgent, the provider's name (below);
//   - exchange, which is one round trip with a time limit, its line in the log, and the whole
//     body of its answer (exchange.go);
//   - the http.RoundTripper of the pool: connections and the proxy (newHTTPTransport, below).
//
// A token call (tokens.go) has no credential of this kind and starts at userAgent.
func (p *Pool) chain(opts Options, clock *clock, log logger) transport {
	roundTrip := exchange{next: p.transport, clock: clock, secrets: &p.secrets, log: log}
	named := userAgent{value: opts.UserAgent, next: roundTrip}
	return opts.Credentials.authenticate(once{named}, func(account ServiceAccount) *tokens {
		return p.tokens(opts.BaseURL, account, named, retrier{log})
	})
}

// answer is what a server sent, with its whole body.
type answer struct {
	status int
	header http.Header // without secrets
	text   []byte      // the body as the server sent it, less a byte order mark: see secret
	broken error       // why text is not the whole body; nil when it is
	sent   time.Time   // when the header of the request was sent
	secret mask        // what must not be shown of text

	// nothingDone tells that the request did not ask for anything yet: the first request of
	// HTTP Digest has neither a body nor a credential.
	nothingDone bool
}

// noAnswerError is why there is no answer.
type noAnswerError struct {
	error
	sent time.Time // when the header of the request was sent; zero if it was not
}

func (e *noAnswerError) Unwrap() error { return e.error }

// unsent is an error that came before anything of the request was sent.
func unsent(err error) error { return &noAnswerError{error: err} }

// userAgent names the provider in every request, also in token calls.
type userAgent struct {
	value string
	next  transport
}

func (t userAgent) send(req *http.Request) (*answer, error) {
	req = req.Clone(req.Context())
	req.Header.Set("User-Agent", t.value)
	return t.next.send(req)
}

const (
	// maxHeader is the longest header of an answer that is read, in bytes.
	maxHeader = 256 << 10

	// pingAfter is how long an HTTP/2 connection may be silent before it is pinged. It is
	// closed fifteen seconds after a ping without an answer: before the attempt ends.
	pingAfter = 15 * time.Second

	// parallelRequests is how many resources Terraform works on at the same time.
	parallelRequests = 10
)

// newHTTPTransport returns a transport without a proxy: not even that of the environment.
func newHTTPTransport() *http.Transport {
	t := cleanhttp.DefaultPooledTransport()
	t.Proxy = nil
	t.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
		if resp.StatusCode == http.StatusProxyAuthRequired {
			return ErrProxyCredential
		}
		return nil
	}
	t.MaxResponseHeaderBytes = maxHeader
	// The library keeps one connection per processor.
	t.MaxIdleConnsPerHost = max(t.MaxIdleConnsPerHost, parallelRequests)
	// Without pings, each attempt would use an HTTP/2 connection that is dead but not closed.
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: pingAfter}
	return t
}
