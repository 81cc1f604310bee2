package emulator

import (
	"net/http"
	"slices"
)

// Request is what the emulator keeps of a request: no header that can carry a
// credential, and no body.
type Request struct {
	Method    string
	Path      string
	Query     string // as sent, without the question mark
	UserAgent string
	Accept    string
	Status    int // of the answer; 0 until there is one, and for ever when a fault leaves none
}

// Requests returns every request so far in order of arrival: 401 challenge
// rounds, token calls and those that a fault hit are among them.
func (a *Atlas) Requests() []Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.requests)
}

// record notes the arrival of r and returns a writer that notes the status.
func (a *Atlas) record(w http.ResponseWriter, r *http.Request) statusRecorder {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.requests = append(a.requests, Request{
		Method:    r.Method,
		Path:      r.URL.Path,
		Query:     r.URL.RawQuery,
		UserAgent: r.UserAgent(),
		Accept:    r.Header.Get("Accept"),
	})
	return statusRecorder{ResponseWriter: w, atlas: a, index: len(a.requests) - 1}
}

type statusRecorder struct {
	http.ResponseWriter
	atlas *Atlas
	index int
}

// WriteHeader notes the status before it goes out, so that a client that has
// its answer finds it in Requests.
func (w statusRecorder) WriteHeader(status int) {
	w.note(status)
	w.ResponseWriter.WriteHeader(status)
}

func (w statusRecorder) note(status int) {
	w.atlas.mu.Lock()
	defer w.atlas.mu.Unlock()
	w.atlas.requests[w.index].Status = status
}

// Unwrap is for http.ResponseController.
func (w statusRecorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
