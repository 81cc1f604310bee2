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

// exchangeTimeout limits one round trip, the body of its answer included. Atlas answers these
// requests within seconds: a longer one is on a dead connection.
const exchangeTimeout = time.Minute

const (
	// maxBody is the longest body that is read, in bytes. The longest page of a list, 500
	// export buckets, is less than a tenth of it.
	maxBody = 4 << 20

	// maxErrorBody is how much is read of an answer that is not a success.
	maxErrorBody = 256 << 10
)

var (
	// errTooLong tells of an answer that is longer than maxBody. Another attempt would get the
	// same one.
	errTooLong = fmt.Errorf("the answer is longer than %d MiB", maxBody>>20)

	// errSwitched tells of a server that no longer uses HTTP on the connection. There is no
	// answer to read.
	errSwitched = errors.New("the server switched to another protocol")
)

// exchange is the last transport before the connection: one request and its answer, with a time
// limit and a line in the log. It sets Atlas' clock.
type exchange struct {
	next    http.RoundTripper
	clock   *clock
	secrets *secrets
	log     logger
}

func (t exchange) send(req *http.Request) (*answer, error) {
	ctx, cancel := context.WithTimeout(req.Context(), exchangeTimeout)
	defer cancel()
	var wroteHeaders atomic.Pointer[time.Time]
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { now := time.Now(); wroteHeaders.Store(&now) }})
	start := time.Now()
	resp, err := t.next.RoundTrip(req.WithContext(ctx))
	secret := t.secrets.with(req.Header.Get("Authorization"))
	var sent time.Time
	if at := wroteHeaders.Load(); at != nil {
		sent = *at
	}
	if err != nil {
		err = &noAnswerError{error: printableError(err, secret), sent: sent}
		t.log.roundTrip(ctx, req, 0, err, start)
		return nil, err
	}
	t.clock.set(resp)
	if sent.IsZero() {
		sent = start
	}
	got := &answer{status: resp.StatusCode, header: resp.Header, sent: sent, secret: secret}
	got.text, got.broken = readBody(ctx, resp)
	got.text = bytes.TrimPrefix(got.text, []byte("\ufeff"))
	if got.broken != nil {
		got.broken = printableError(got.broken, secret)
	}
	for _, values := range got.header {
		for i := range values {
			values[i] = secret.text(values[i])
		}
	}
	t.log.roundTrip(ctx, req, got.status, nil, start)
	return got, nil
}

// readBody reads a body until ctx ends, and not more of it than the limit of its status.
func readBody(ctx context.Context, resp *http.Response) (text []byte, broken error) {
	defer resp.Body.Close()
	if resp.StatusCode < http.StatusOK {
		// Its body would be the connection, and reading that does not end with a context.
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
		return text[:limit], nil // the beginning is enough
	}
	return nil, errTooLong
}
