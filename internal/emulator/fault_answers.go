package emulator

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// serveFault answers a request that f hits. act is what Atlas does with one.
func (a *Atlas) serveFault(w http.ResponseWriter, r *http.Request, f *activeFault, act http.HandlerFunc) {
	// Atlas may act after the client has left, which net/http notices only once the
	// body has been read. One that is cut or too long is refused by act, as usual.
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	if f.List == Repeats {
		r.URL = withPageNum(r.URL, 1)
	}

	answer := &keptAnswer{header: http.Header{}}
	if f.After {
		act(answer, r)
	}
	if f.Delay > 0 {
		over := make(chan struct{})
		time.AfterFunc(f.Delay, func() {
			defer close(over)
			if f.isDelayAlone() && !f.After {
				act(answer, r)
			}
		})
		if !waitFor(r.Context(), over) {
			hangUp(w)
			return
		}
	}
	if f.Break == Hold {
		if !waitFor(r.Context(), f.cleared) {
			hangUp(w)
			return
		}
		if !f.After {
			act(answer, r)
		}
	}
	switch {
	case f.Break == Reset:
		hangUp(w)
	case f.Break == Cut:
		answer.cut(w)
	case f.Status != 0:
		a.answerInstead(w, r, f.Fault)
	case f.List != "":
		answer.sendSpoiled(w, r, f.List)
	default:
		answer.send(w)
	}
}

func (f Fault) isDelayAlone() bool { return f.Status == 0 && f.Break == "" && f.List == "" }

// waitFor says whether c was closed before ctx ended, that is, before the client
// left.
func waitFor(ctx context.Context, c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	case <-ctx.Done():
		return false
	}
}

// hangUp closes the connection without an answer.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // resets the stream of HTTP/2, which cannot be hijacked
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // else the client sees an orderly end; fails only when it has left
	}
	_ = conn.Close()
}

// answerInstead answers in Atlas' place.
func (a *Atlas) answerInstead(w http.ResponseWriter, r *http.Request, f Fault) {
	header := w.Header()
	if f.RetryAfter != "" {
		header.Set("Retry-After", f.RetryAfter)
	}
	if f.Location != "" {
		header.Set("Location", f.Location)
	}
	if f.Status == http.StatusUnauthorized && f.Code == "" {
		a.refuseCredential(header, r)
	}
	if f.Code != "" || f.Detail != "" {
		writeFailure(w, r, newFailure(f.Status, f.Code, f.Detail, f.Parameters...))
		return
	}
	switch {
	case strings.HasPrefix(f.Body, "<"):
		header.Set("Content-Type", "text/html; charset=utf-8")
	case f.Body != "":
		header.Set("Content-Type", "application/json")
	}
	w.WriteHeader(f.Status)
	_, _ = io.WriteString(w, f.Body) // fails only when the client has gone away
}

// refuseCredential sets the challenge to a token or a nonce that is not known
// any more.
func (a *Atlas) refuseCredential(header http.Header, r *http.Request) {
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	switch strings.ToLower(scheme) {
	case "bearer":
		refuseToken(header)
	case "digest":
		a.mu.Lock()
		defer a.mu.Unlock()
		a.challenge(header, true)
	}
}

// keptAnswer is an answer that Atlas has given and the client has not got yet.
type keptAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *keptAnswer) Header() http.Header         { return k.header }
func (k *keptAnswer) WriteHeader(status int)      { k.status = status }
func (k *keptAnswer) Write(b []byte) (int, error) { return k.body.Write(b) }

func (k *keptAnswer) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), k.header)
	w.WriteHeader(k.status)
	_, _ = w.Write(k.body.Bytes()) // fails only when the client has gone away
}

// cut sends half of the answer. net/http then closes the connection, because more
// was announced.
func (k *keptAnswer) cut(w http.ResponseWriter) {
	if k.body.Len() == 0 {
		hangUp(w)
		return
	}
	k.header.Set("Content-Length", strconv.Itoa(k.body.Len()))
	k.body.Truncate(k.body.Len() / 2)
	k.send(w)
}
