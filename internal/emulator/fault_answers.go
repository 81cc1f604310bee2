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

// serveFault answers a request that a fault hits. Atlas acts first, or after the delay and
// Hold, or not at all.
func (a *Atlas) serveFault(w statusRecorder, r *http.Request, caller principal, f *activeFault) {
	// Atlas may act after the client has left, and net/http notices that only when the whole
	// body has been read. Atlas refuses a body that is cut or too long as usual.
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	toAtlas := r.Clone(r.Context())
	toAtlas.Body = io.NopCloser(bytes.NewReader(body))
	if f.List == Repeats || f.List == Endless {
		toAtlas.URL = firstPage(r.URL)
	}

	ctx, answer := r.Context(), &keptAnswer{header: http.Header{}}
	if f.After {
		a.serve(answer, toAtlas, caller)
	}
	over := make(chan struct{})
	time.AfterFunc(f.Delay, func() { // also when the client has left, which a late Atlas does not notice
		if f.Break == Hold && !waitFor(ctx, f.cleared) {
			return
		}
		if !f.After && (f.isUsual() || f.Break == Hold) {
			a.serve(answer, toAtlas, caller)
		}
		close(over)
	})
	if !waitFor(ctx, over) {
		hangUp(w)
		return
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
		a.answerInstead(w, r, body, f.Fault)
	case f.List != "":
		answer.changeList(r, f.List, a.ids)
		answer.send(w)
	case f.Answer != "":
		answer.change(r, f.Answer)
		answer.send(w)
	default:
		answer.send(w)
	}
}

// isUsual tells whether the client gets Atlas' own answer, which may be late or have another
// Date.
func (f Fault) isUsual() bool {
	return f.Status == 0 && f.Break == "" && f.List == "" && f.Answer == ""
}

// waitFor waits until c is closed or ctx has ended because the client has left. It tells
// whether c was closed.
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
		_ = tcp.SetLinger(0) // otherwise the client sees an orderly end; fails only when it has left
	}
	_ = conn.Close()
}

// switchProtocols answers 101 and then sends nothing. When the client has left or cleared is
// closed, it closes the connection and returns.
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

// hijack takes the connection from net/http. The connection of a request of HTTP/2 cannot be
// taken: hijack then resets its stream, and does not return.
func hijack(w http.ResponseWriter) net.Conn {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	return conn
}

// answerInstead sends the answer that f has in place of Atlas' own to a request with that body.
func (a *Atlas) answerInstead(w http.ResponseWriter, r *http.Request, sent []byte, f Fault) {
	header := w.Header()
	if f.RetryAfter != "" {
		header.Set("Retry-After", f.RetryAfter)
	}
	if f.Location != "" {
		header.Set("Location", f.Location)
	}
	if f.refusesCredential() {
		a.refuseCredential(header, r)
	}
	if f.Status == http.StatusProxyAuthRequired {
		header.Set("Proxy-Authenticate", `Basic realm="proxy"`)
	}
	if f.Code != "" || f.Detail != "" {
		writeFailure(w, r, f.refuse(r, sent))
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

// refuseCredential sets the challenge to a token or a nonce that Atlas no longer knows.
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

// keptAnswer is an answer of Atlas that is not yet sent to the client.
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

// cut sends half of the answer. net/http then closes the connection, because the header
// announces the whole answer.
func (k *keptAnswer) cut(w http.ResponseWriter) {
	if k.body.Len() == 0 {
		hangUp(w)
		return
	}
	k.header.Set("Content-Length", strconv.Itoa(k.body.Len()))
	k.body.Truncate(k.body.Len() / 2)
	k.send(w)
}
