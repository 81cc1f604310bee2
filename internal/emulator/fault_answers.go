package emulator

import (
	"bytes"
	"context"
	"html"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"time"
)

// serveFault answers a request that f hits. act is what Atlas does with one.
func (a *Atlas) serveFault(w statusRecorder, r *http.Request, f *activeFault, act http.HandlerFunc) {
	// Atlas may act after the client has left, which net/http notices only once the
	// body has been read. One that is cut or too long is refused by act, as usual.
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	toAtlas := r.Clone(r.Context())
	toAtlas.Body = io.NopCloser(bytes.NewReader(body))
	if f.List == Repeats || f.List == Endless {
		toAtlas.URL = withPageNum(r.URL, 1)
	}

	answer := &keptAnswer{header: http.Header{}}
	if f.After || f.isUsual() && f.Delay == 0 {
		act(answer, toAtlas)
	}
	if f.Delay > 0 {
		over := make(chan struct{})
		time.AfterFunc(f.Delay, func() {
			defer close(over)
			if f.isUsual() && !f.After {
				act(answer, toAtlas)
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
			act(answer, toAtlas)
		}
	}
	if f.DateShift != 0 {
		w.Header().Set("Date", time.Now().Add(f.DateShift).UTC().Format(http.TimeFormat))
	}
	switch {
	case f.Break == Reset:
		hangUp(w)
	case f.Break == Cut:
		answer.cut(w)
	case f.Break == Switch:
		switchProtocols(w, f.cleared)
	case f.Status != 0:
		a.answerInstead(w, r, f.Fault)
	case f.List != "":
		answer.spoilList(r, f.List, a.ids)
		answer.send(w)
	case f.Answer != "":
		answer.change(r, f.Answer)
		answer.send(w)
	default:
		answer.send(w)
	}
}

// isUsual says that Atlas acts, and that the client gets its answer, though it may
// be late or have another Date.
func (f Fault) isUsual() bool {
	return f.Status == 0 && f.Break == "" && f.List == "" && f.Answer == ""
}

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
	conn := hijack(w)
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // else the client sees an orderly end; fails only when it has left
	}
	_ = conn.Close()
}

// switchProtocols answers 101 and sends nothing more. It returns when the client
// has left or when cleared is closed, and the connection is closed then.
func switchProtocols(w statusRecorder, cleared <-chan struct{}) {
	conn := hijack(w)
	w.note(http.StatusSwitchingProtocols)
	// Fails only when the client has left, which the read below notices.
	_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	left := make(chan struct{})
	go func() {
		defer close(left)
		_, _ = io.Copy(io.Discard, conn)
	}()
	select {
	case <-left:
	case <-cleared:
	}
	_ = conn.Close()
	<-left
}

// hijack takes the connection from net/http. A request of HTTP/2, whose connection
// cannot be taken, it ends by a reset of its stream, and does not return.
func hijack(w http.ResponseWriter) net.Conn {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	return conn
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
	if f.Status == http.StatusProxyAuthRequired {
		header.Set("Proxy-Authenticate", `Basic realm="proxy"`)
	}
	if f.Code != "" || f.Detail != "" {
		writeFailure(w, r, newFailure(f.Status, f.Code, f.Detail, f.Parameters...))
		return
	}
	body := f.Body
	if f.Echo {
		body = echo(r)
	}
	switch {
	case strings.HasPrefix(body, "<"):
		header.Set("Content-Type", "text/html; charset=utf-8")
	case body != "":
		header.Set("Content-Type", "application/json")
	}
	w.WriteHeader(f.Status)
	_, _ = io.WriteString(w, body) // fails only when the client has gone away
}

// echo is a page that shows the request's line and headers.
func echo(r *http.Request) string {
	head, _ := httputil.DumpRequest(r, false) // fails only when it reads the body
	return "<html>\n<body>\n<pre>" + html.EscapeString(string(head)) + "</pre>\n</body>\n</html>\n"
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
