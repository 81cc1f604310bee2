package atlas_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// resetting is an Atlas that carries the first POST out and then resets its stream. It speaks
// HTTP/2 without TLS over a pipe.
type resetting struct {
	code http2.ErrCode

	mu      sync.Mutex
	calls   []string // the methods, in the order in which they were carried out
	bodies  []string // of the POSTs
	buckets []string // as a list has them
}

// dial returns our end of a new connection.
func (r *resetting) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	go func() {
		_ = r.serve(theirs)
		_ = theirs.Close()
	}()
	return ours, nil
}

// serve answers the requests of a connection until it ends.
func (r *resetting) serve(conn net.Conn) error {
	// A pipe has no buffer: when both ends write at the same time, both wait for ever.
	out := queue{frames: make(chan []byte, 100)}
	defer close(out.frames)
	go out.drain(conn)
	if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return err
	}
	framer := http2.NewFramer(out, conn)
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	if err := framer.WriteSettings(); err != nil {
		return err
	}
	methods, bodies := map[uint32]string{}, map[uint32]string{}
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return err
		}
		stream, ended := frame.Header().StreamID, false
		switch f := frame.(type) {
		case *http2.SettingsFrame:
			if f.IsAck() {
				continue
			}
			err = framer.WriteSettingsAck()
		case *http2.PingFrame:
			err = framer.WritePing(true, f.Data)
		case *http2.MetaHeadersFrame:
			methods[stream] = f.PseudoValue("method")
			ended = f.StreamEnded()
		case *http2.DataFrame:
			bodies[stream] += string(f.Data())
			ended = f.StreamEnded()
		}
		if err == nil && ended {
			err = r.answer(framer, stream, methods[stream], bodies[stream])
		}
		if err != nil {
			return err
		}
	}
}

func (r *resetting) answer(framer *http2.Framer, stream uint32, method, body string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, method)
	text := ""
	if method == http.MethodPost {
		r.bodies = append(r.bodies, body)
		text = fmt.Sprintf(`{"_id":%q,"bucketName":"snapshots","cloudProvider":"AWS","iamRoleId":%q}`, idAt(time.Now(), len(r.buckets)), roleID)
		r.buckets = append(r.buckets, text)
		if len(r.bodies) == 1 {
			return framer.WriteRSTStream(stream, r.code)
		}
	} else {
		text = `{"results":[` + strings.Join(r.buckets, ",") + `]}`
	}
	var fields bytes.Buffer
	if err := hpack.NewEncoder(&fields).WriteField(hpack.HeaderField{Name: ":status", Value: "200"}); err != nil {
		return err
	}
	if err := framer.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: fields.Bytes(), EndHeaders: true}); err != nil {
		return err
	}
	return framer.WriteData(stream, true, []byte(text))
}

// queue has the frames that a server has not written yet.
type queue struct{ frames chan []byte }

func (q queue) Write(frame []byte) (int, error) {
	q.frames <- bytes.Clone(frame)
	return len(frame), nil
}

func (q queue) drain(conn net.Conn) {
	for frame := range q.frames {
		_, _ = conn.Write(frame)
	}
}

// After PROTOCOL_ERROR and REFUSED_STREAM net/http sends a request again, if it has a GetBody.
func TestHTTP2RepeatsNoPostByItself(t *testing.T) {
	for _, code := range []http2.ErrCode{http2.ErrCodeProtocol, http2.ErrCodeRefusedStream, http2.ErrCodeInternal} {
		t.Run(code.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &resetting{code: code}
				transport := &http.Transport{DialContext: server.dial, Protocols: new(http.Protocols)}
				transport.Protocols.SetUnencryptedHTTP2(true)
				defer transport.CloseIdleConnections()
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				defer cancel()
				client := newClient(t, atlas.NewPool(transport), "http://localhost", atlas.AccessToken("token"))
				made, err := client.CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
				if err != nil {
					t.Fatalf("after %v: %v", server.calls, err)
				}
				if want := []string{http.MethodPost, http.MethodGet}; !slices.Equal(server.calls, want) {
					t.Errorf("%v, want %v", server.calls, want)
				}
				if want := `{"bucketName":"snapshots","cloudProvider":"AWS","iamRoleId":"` + roleID + `"}`; server.bodies[0] != want {
					t.Errorf("the POST had %q, want %q", server.bodies[0], want)
				}
				if !strings.Contains(server.buckets[0], made.ID) {
					t.Errorf("got %s of %v", made.ID, server.buckets)
				}
			})
		})
	}
}

// There is time to look for what a POST without an answer has created.
func TestAPostWithoutAnAnswerLeavesTimeForALook(t *testing.T) {
	for limit, ends := range map[time.Duration]time.Duration{
		5 * time.Second:  4 * time.Second, // a fifth is left
		10 * time.Second: 8 * time.Second,
		25 * time.Second: 20 * time.Second,
		30 * time.Second: 25 * time.Second, // five seconds are left
		60 * time.Second: 55 * time.Second,
	} {
		synctest.Test(t, func(t *testing.T) {
			server, start := &skewed{}, time.Now()
			var ended time.Duration
			transport := roundTripper(func(req *http.Request) (*http.Response, error) {
				if req.Method == http.MethodGet {
					return server.RoundTrip(req)
				}
				httptrace.ContextClientTrace(req.Context()).WroteHeaders()
				server.create()
				<-req.Context().Done()
				ended = time.Since(start)
				return nil, req.Context().Err()
			})
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			created, err := newClient(t, atlas.NewPool(transport), "http://localhost", atlas.AccessToken("token")).CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
			if err != nil || created.ID != server.ids[0] || ended != ends {
				t.Errorf("the POST with a limit of %s ended after %s, want %s: %v", limit, ended, ends, err)
			}
		})
	}
}
