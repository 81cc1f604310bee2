package atlas

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

// The body of a 101 is the connection, and reading that does not end with a context.
func TestAServerThatSwitchesToAnotherProtocolIsAnErrorAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, holds("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Error-Code: NOT_READ\r\n\r\n"))
		start := time.Now()
		err := get(t.Context(), client(t, s.pool, AccessToken("token"), LogNothing), 5*time.Minute)
		if err == nil || !strings.Contains(err.Error(), "switched to another protocol HTTP 101, GET") || time.Since(start) > 0 || s.requests.Load() != 1 {
			t.Errorf("%d requests in %s: %v", s.requests.Load(), time.Since(start), err)
		}
	})
}

// A 101 does not say that the server refused the request.
func TestCreationIsLookedForAfterA101(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, func(conn net.Conn, req *http.Request) {
			if req.Method == http.MethodPost {
				holds("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Error-Code: NOT_READ\r\n\r\n")(conn, req)
				return
			}
			holds("HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"results\":[]}")(conn, req)
		})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		_, err := client(t, s.pool, AccessToken("token"), LogNothing).CreateExportBucket(ctx, someProject, ExportBucketRequest{}, func(ExportBucket) Match { return Differs })
		if requests := s.requests.Load(); err == nil || requests < 2 {
			t.Errorf("%d requests: %v", requests, err)
		}
	})
}

func TestABodyWithoutAnEndEndsWithItsContext(t *testing.T) {
	const held = "HTTP/1.1 %d Held\r\nContent-Length: 1000\r\n\r\n{"
	for _, status := range []int{200, 400, 500, 307} {
		for name, c := range map[string]struct {
			limit, cancelAfter, ends time.Duration
			requests                 int32
			cause                    error
		}{
			"a minute an attempt": {limit: 90 * time.Second, cancelAfter: time.Hour, ends: 90 * time.Second, requests: 2, cause: context.DeadlineExceeded},
			"a short operation":   {limit: 10 * time.Second, cancelAfter: time.Hour, ends: 10 * time.Second, requests: 1, cause: context.DeadlineExceeded},
			"Ctrl-C":              {limit: time.Hour, cancelAfter: 5 * time.Second, ends: 5 * time.Second, requests: 1, cause: context.Canceled},
		} {
			if status == 307 { // a redirect says all in its header
				c.ends, c.requests, c.cause = min(c.ends, exchangeTimeout), 1, nil
			}
			t.Run(fmt.Sprint(status, ", ", name), func(t *testing.T) {
				for _, over := range []string{"a connection", "a transport of another kind"} {
					synctest.Test(t, func(t *testing.T) {
						s := newServer(t, holds(fmt.Sprintf(held, status)))
						if over != "a connection" {
							s.pool = NewPool(responds(status, func() io.ReadCloser {
								s.requests.Add(1)
								body, _ := io.Pipe() // its Read ends with Close alone
								return body
							}))
						}
						ctx, cancel := context.WithCancel(t.Context())
						defer cancel()
						time.AfterFunc(c.cancelAfter, cancel)
						start := time.Now()
						err := get(ctx, client(t, s.pool, AccessToken("token"), LogNothing), c.limit)
						if took := time.Since(start); err == nil || c.cause != nil && !errors.Is(err, c.cause) || took != c.ends || s.requests.Load() != c.requests {
							t.Errorf("over %s: %d requests in %s: %v", over, s.requests.Load(), took, err)
						}
					})
				}
			})
		}
	}
}

// allocated is how many bytes a call allocates, freed ones included: at least as many as it uses
// at the same time.
func allocated(call func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

const maxMemory = 100 << 20

// zeros is a gigabyte of zeros in gzip: a compressed megabyte, repeated.
func zeros() []byte {
	var megabyte bytes.Buffer
	w := gzip.NewWriter(&megabyte)
	_, _ = w.Write(make([]byte, 1<<20))
	_ = w.Close()
	return bytes.Repeat(megabyte.Bytes(), 1<<10)
}

func TestAnAnswerThatIsTooLongIsAnErrorAtOnce(t *testing.T) {
	long := strings.Repeat(" ", 4<<20+1)
	bomb := zeros()
	answers := map[string]string{
		"plain":              fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(long), long),
		"without its length": "HTTP/1.1 200 OK\r\n\r\n" + long,
		"a gzip bomb":        fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(bomb), bomb),
	}
	for name, answer := range answers {
		for about, c := range map[string]struct {
			credentials Credentials
			where       string
		}{
			"the call":  {AccessToken("token"), "HTTP 200, GET /api/atlas/v2/groups/"},
			"the token": {ServiceAccount{ClientID: "id", ClientSecret: "secret"}, "HTTP 200, POST /api/oauth/token"},
			// With HTTP Digest, the first answer is a success without a challenge.
			"the challenge": {APIKey{PublicKey: "public", PrivateKey: "private"}, "did not ask for the API key"},
		} {
			t.Run(name+", to "+about, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newServer(t, writes(answer))
					c2 := client(t, s.pool, c.credentials, LogBodies)
					var err error
					start := time.Now()
					memory := allocated(func() { err = get(t.Context(), c2, 5*time.Minute) })
					if err == nil || !strings.Contains(err.Error(), c.where) || about != "the challenge" && !strings.Contains(err.Error(), "longer than 4 MiB") {
						t.Errorf("got %v", err)
					}
					if time.Since(start) > 0 || s.requests.Load() != 1 || memory > maxMemory {
						t.Errorf("%d requests and %d MiB in %s", s.requests.Load(), memory>>20, time.Since(start))
					}
				})
			})
		}
	}
}

func TestAnswersMayBeCompressed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var compressed bytes.Buffer
		w := gzip.NewWriter(&compressed)
		_, _ = io.WriteString(w, bucketJSON)
		_ = w.Close()
		s := newServer(t, func(conn net.Conn, req *http.Request) {
			if accepts := req.Header.Get("Accept-Encoding"); accepts != "gzip" {
				t.Errorf("Accept-Encoding: %s", accepts)
			}
			writes(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", compressed.Len(), &compressed))(conn, req)
		})
		if err := get(t.Context(), client(t, s.pool, AccessToken("token"), LogBodies), time.Minute); err != nil {
			t.Error(err)
		}
	})
}

func TestTheLongestAcceptedAnswerIsReadWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		padded := bucketJSON + strings.Repeat(" ", 4<<20-len(bucketJSON))
		s := newServer(t, writes("HTTP/1.1 200 OK\r\n\r\n"+padded))
		if err := get(t.Context(), client(t, s.pool, AccessToken("token"), LogBodies), time.Minute); err != nil {
			t.Error(err)
		}
	})
}

func TestCreationIsLookedForAfterAnAnswerThatIsTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		posts := 0
		pool := NewPool(handler(func(req *http.Request) (*http.Response, error) {
			body := `{"results":[]}`
			if req.Method == http.MethodPost {
				posts++
				body = strings.Repeat(" ", maxBody+1)
			} else if posts > 0 {
				made := fmt.Sprintf("%08x%016x", time.Now().Unix(), 1)
				body = `{"results":[{"_id":"` + made + `"}],"totalCount":1}`
			}
			return responds(200, func() io.ReadCloser { return io.NopCloser(strings.NewReader(body)) })(req)
		}))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		made, err := client(t, pool, AccessToken("token"), LogNothing).CreateExportBucket(ctx, someProject, ExportBucketRequest{}, func(ExportBucket) Match { return Same })
		if err != nil || made.ID == "" || posts != 1 {
			t.Errorf("%d POSTs: %v", posts, err)
		}
	})
}

// countingBody is an endless body that counts the bytes that are read.
type countingBody struct {
	text string
	read *int
}

func (b countingBody) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], b.text)
	}
	*b.read += n
	return n, nil
}

func (b countingBody) Close() error { return nil }

func TestAnAnswerIsReadUpToItsLimit(t *testing.T) {
	for status, most := range map[int]int{200: maxBody, 400: maxErrorBody, 404: maxErrorBody, 307: maxErrorBody} {
		synctest.Test(t, func(t *testing.T) {
			read := 0
			pool := NewPool(responds(status, func() io.ReadCloser { return countingBody{"<p>Proxy</p>", &read} }))
			err := get(t.Context(), client(t, pool, AccessToken("token"), LogBodies), time.Millisecond)
			if err == nil || read > most+1 || read < most {
				t.Errorf("%d: %d bytes were read, want %d: %v", status, read, most, err)
			}
		})
	}
}

// shape is a text of any length: one part, repeated.
type shape struct{ before, part, after string }

func (s shape) fill(length int) string {
	return s.before + strings.Repeat(s.part, (length-len(s.before)-len(s.after))/len(s.part)) + s.after
}

func TestNoAnswerTakesMuchMemory(t *testing.T) {
	const secret = "token-of-this-test"
	type ask struct {
		status, length int
		credentials    Credentials
		level          Log
		call           func(ctx context.Context, c *Client) error
	}
	bucket := func(ctx context.Context, c *Client) error { return get(ctx, c, time.Millisecond) }
	clusters := func(ctx context.Context, c *Client) error { _, _, err := c.AllClusters(ctx, someProject); return err }
	// A part of the longest answer may take the same part of the memory: the race detector makes
	// each byte expensive.
	const part = 8
	listed := ask{200, maxBody / part, AccessToken(secret), LogRequests, clusters}
	logged := ask{200, maxLogged / part, AccessToken(secret), LogBodies, bucket}
	// The library reads a megabyte of an answer to a token call.
	signIn := ask{200, 1 << 20 / part, ServiceAccount{ClientID: "id", ClientSecret: secret}, LogBodies, bucket}
	notLogged := ask{200, 1<<20 + 100, AccessToken(secret), LogBodies, bucket}
	refused := ask{400, maxErrorBody / part, AccessToken(secret), LogBodies, bucket}
	for name, c := range map[string]struct {
		ask
		shape
	}{
		"empty results":               {listed, shape{`{"totalCount":1,"results":[{}`, ",{}", "]}"}},
		"results of a wrong type":     {listed, shape{`{"totalCount":1,"results":[1`, ",1", "]}"}},
		"many lists":                  {listed, shape{`{"results":[]`, `,"results":[]`, "}"}},
		"links":                       {listed, shape{`{"results":[],"links":[{}`, ",{}", "]}"}},
		"links of a wrong type":       {listed, shape{`{"results":[],"links":[1`, ",1", "]}"}},
		"nested results":              {listed, shape{`{"results":`, "[", ""}},
		"a number":                    {listed, shape{`{"totalCount":1`, "1", `,"results":[]}`}},
		"a list in the log":           {logged, shape{`{"a":[1`, ",1", "]}"}},
		"a list too long for the log": {notLogged, shape{`{"a":[1`, ",1", "]}"}},
		"empty objects in the log":    {logged, shape{`{"a":[{}`, ",{}", "]}"}},
		"nested lists in the log":     {logged, shape{"", "[", ""}},
		"nested objects in the log":   {logged, shape{"", `{"a":`, ""}},
		"names in the log":            {logged, shape{`{"a":1`, `,"a":1`, "}"}},
		"parameters":                  {refused, shape{`{"errorCode":"X","parameters":[1`, ",1", "]}"}},
		"fields":                      {refused, shape{`{"badRequestDetail":{"fields":[{}`, ",{}", "]}}"}},
		"escapes":                     {refused, shape{`{"detail":"`, `\u0061`, `"}`}},
		"tags":                        {refused, shape{"<html>", "<title></title>", ""}},
		"a line":                      {refused, shape{"", "x", ""}},
		"a secret":                    {refused, shape{`{"detail":"`, secret + " ", `"}`}},
		"characters not shown":        {refused, shape{`{"detail":"`, "\u202e", `"}`}},
		"a list in a token's answer":  {signIn, shape{`{"a":[1`, ",1", "]}"}},
		"an error in a token's place": {signIn, shape{`{"error":"`, "a", `"}`}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				text := c.fill(c.length)
				pool := NewPool(responds(c.status, func() io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }))
				asking := client(t, pool, c.credentials, c.level)
				ctx, cancel := context.WithTimeout(tflogtest.RootLogger(t.Context(), io.Discard), time.Millisecond)
				defer cancel()
				var err error
				memory := allocated(func() { err = c.call(ctx, asking) })
				if err == nil || len(err.Error()) > 2*maxText || memory > maxMemory/part {
					t.Errorf("%d KiB, %v", memory>>10, err)
				}
			})
		})
	}
}

// writeForever repeats a part until the connection is closed.
func writeForever(conn net.Conn, before, part string) {
	_, err := io.WriteString(conn, before)
	for err == nil {
		_, err = io.WriteString(conn, part)
	}
}

func TestAHeaderWithoutAnEndIsNotRead(t *testing.T) {
	filler := strings.Repeat("x", 64)
	for name, c := range map[string]struct{ before, part string }{
		"many lines":   {"HTTP/1.1 200 OK\r\n", "X-Filler: " + filler + "\r\n"},
		"a long line":  {"HTTP/1.1 200 OK\r\nX-Filler: ", filler},
		"a first line": {"HTTP/1.1 200 ", filler},
		"no HTTP":      {"", filler},
		"early hints":  {"", "HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t, func(conn net.Conn, _ *http.Request) { writeForever(conn, c.before, c.part) })
			withToken := client(t, s.pool, AccessToken("token"), LogBodies)
			var err error
			memory := allocated(func() { err = get(t.Context(), withToken, time.Millisecond) })
			if err == nil || len(err.Error()) > 2*maxText || memory > maxMemory/10 {
				t.Errorf("%s: %d KiB: %v", name, memory>>10, err)
			}
		})
	}
}
