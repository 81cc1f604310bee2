package atlas

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// The ids that the tests of this package use.
const (
	someProject = "32b6e34b3d91647abb20e7b8"
	someBucket  = "65b2f1d09b3d0e4c5a6f7081"
	bucketJSON  = `{"_id":"` + someBucket + `","bucketName":"snapshots","cloudProvider":"GCP","roleId":"668c5f0ed436263134491592"}`
)

// server writes its answers to the connection itself, so that they need not be HTTP. It works in
// a bubble.
type server struct {
	pool     *Pool
	requests atomic.Int32
}

// newServer returns a server that calls answer for each request. The connection is closed when
// answer returns.
func newServer(t *testing.T, answer func(conn net.Conn, req *http.Request)) *server {
	t.Helper()
	s := &server{}
	transport := newHTTPTransport()
	transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer func() { _ = theirs.Close() }()
			req, err := http.ReadRequest(bufio.NewReader(theirs))
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, req.Body)
			s.requests.Add(1)
			answer(theirs, req)
		}()
		return ours, nil
	}
	t.Cleanup(transport.CloseIdleConnections)
	s.pool = NewPool(transport)
	return s
}

// writes returns the answer of a server that writes a text, headers included.
func writes(text string) func(net.Conn, *http.Request) {
	return func(conn net.Conn, _ *http.Request) { _, _ = io.WriteString(conn, text) }
}

// holds returns the answer of a server that writes a text and keeps the connection open.
func holds(text string) func(net.Conn, *http.Request) {
	return func(conn net.Conn, req *http.Request) {
		writes(text)(conn, req)
		_, _ = io.Copy(io.Discard, conn)
	}
}

// client returns a client with a credential and a log level.
func client(t *testing.T, pool *Pool, credentials Credentials, level Log) *Client {
	t.Helper()
	base, err := ParseBaseURL("http://localhost")
	if err != nil {
		t.Fatal(err)
	}
	return pool.Client(Options{BaseURL: base, Credentials: credentials, Log: level})
}

// get reads a bucket within a time limit.
func get(ctx context.Context, c *Client, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	_, err := c.GetExportBucket(ctx, someProject, someBucket, "")
	return err
}

// handler is a function as a transport.
type handler func(*http.Request) (*http.Response, error)

func (h handler) RoundTrip(req *http.Request) (*http.Response, error) { return h(req) }

// responds returns a transport whose answers have a status and a body.
func responds(status int, body func() io.ReadCloser) handler {
	return func(req *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: body(), Request: req}, nil
	}
}

func bodyOf(text string) func() io.ReadCloser {
	return func() io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }
}
