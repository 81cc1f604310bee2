package atlas

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// exchangeTimeout ends one round trip, its answer's body included. Atlas answers these
// endpoints within seconds; what takes longer is a dead connection.
const exchangeTimeout = time.Minute

const (
	// maxBody is the most that is read of an answer, in bytes. The longest list page, 500
	// export buckets, takes less than a tenth of it.
	maxBody = 4 << 20

	// maxErrorBody is the same for an answer that is not a success.
	maxErrorBody = 256 << 10
)

var (
	// errTooLong tells of an answer that is longer than maxBody. Another attempt would get
	// the same one.
	errTooLong = fmt.Errorf("the answer is longer than %d MiB", maxBody>>20)

	// errSwitched tells of a server that leaves HTTP. There is no answer to read.
	errSwitched = errors.New("the server switched to another protocol")
)

// transport carries a request out and returns its whole answer. Its errors are a *noAnswer, or
// the *Error of the token call that came before.
type transport interface {
	send(req *http.Request) (*answer, error)
}

// answer is what came back, read whole while its context lasted.
type answer struct {
	status int
	header http.Header // without what is secret
	text   []byte      // as it came, but for a byte order mark: see secret
	broken error       // why the text is not the whole body; nil when it is
	sent   time.Time   // when the header of the request had left
	secret mask        // what must not be shown of the text

	// nothingDone tells that this answers a request that asked for nothing yet: the first
	// one of HTTP Digest, which has neither a body nor a credential.
	nothingDone bool
}

// noAnswer is why there is no answer.
type noAnswer struct {
	error
	sent time.Time // when the header of the request had left; zero if it has not
}

func (e *noAnswer) Unwrap() error { return e.error }

// unsent is an error before anything of the request had left.
func unsent(err error) error { return &noAnswer{error: err} }

// exchange is the transport below the credentials: one request and its answer, with its time
// limit, its line in the log, and Atlas' time.
type exchange struct {
	next    http.RoundTripper
	clock   *clock
	secrets *secrets
	journal journal
}

func (t exchange) send(req *http.Request) (*answer, error) {
	ctx, cancel := context.WithTimeout(req.Context(), exchangeTimeout)
	defer cancel()
	var sent atomic.Pointer[time.Time]
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { now := time.Now(); sent.Store(&now) }})
	start := time.Now()
	resp, err := t.next.RoundTrip(req.WithContext(ctx))
	secret := t.secrets.with(req.Header.Get("Authorization"))
	var at time.Time
	if seen := sent.Load(); seen != nil {
		at = *seen
	}
	if err != nil {
		err = &noAnswer{error: shown(err, secret), sent: at}
		t.journal.roundTrip(ctx, req, 0, err, start)
		return nil, err
	}
	t.clock.read(resp)
	if at.IsZero() {
		at = start
	}
	got := &answer{status: resp.StatusCode, header: resp.Header, sent: at, secret: secret}
	got.text, got.broken = readBody(ctx, resp)
	got.text = bytes.TrimPrefix(got.text, []byte("\ufeff"))
	if got.broken != nil {
		got.broken = shown(got.broken, secret)
	}
	for _, values := range got.header {
		for i := range values {
			values[i] = secret.text(values[i])
		}
	}
	t.journal.roundTrip(ctx, req, got.status, nil, start)
	return got, nil
}

// readBody reads a body for as long as ctx lasts, and no more of it than may be kept.
func readBody(ctx context.Context, resp *http.Response) (text []byte, broken error) {
	defer resp.Body.Close()
	if resp.StatusCode < http.StatusOK {
		// Its body would be the connection itself, which no context ends.
		return nil, errSwitched
	}
	stop := context.AfterFunc(ctx, func() { _ = resp.Body.Close() })
	defer stop()
	limit := int64(maxBody)
	if resp.StatusCode/100 != 2 {
		limit = maxErrorBody
	}
	text, broken = io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case broken != nil && ctx.Err() != nil:
		return text, ctx.Err()
	case int64(len(text)) <= limit:
		return text, broken
	case resp.StatusCode/100 != 2:
		return text[:limit], nil // the beginning says enough
	}
	return nil, errTooLong
}

// shown is an error whose text has no secret and can be printed.
func shown(err error, secret mask) error {
	text := shorten(withoutQueries(secret.line(err.Error())))
	if text == err.Error() {
		return err
	}
	return &shownError{error: err, text: text}
}

type shownError struct {
	error
	text string
}

func (e *shownError) Error() string { return e.text }

func (e *shownError) Unwrap() error { return e.error }
