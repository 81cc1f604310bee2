package emulator

import (
	"net/http"
	"slices"
	"time"
)

// Request is what the emulator records of a request: no header that can have a credential,
// and no body.
type Request struct {
	Method    string
	Path      string
	Query     string // as sent, without the question mark
	UserAgent string
	Accept    string
	Status    int // of the answer; 0 until there is one, or always if a fault sends none
}

// maxRequests is how many requests are recorded without Options.RecordAllRequests.
const maxRequests = 1000

// Requests returns the last 1000 requests, or all with Options.RecordAllRequests, in their order of
// arrival. Among them are those that are answered with a challenge, token calls, and those that a
// fault hit.
func (a *Atlas) Requests() []Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	requests := make([]Request, 0, len(a.requests))
	for _, request := range a.requests {
		requests = append(requests, *request)
	}
	return requests
}

// record records r and returns a writer that records the status.
func (a *Atlas) record(w http.ResponseWriter, r *http.Request) statusRecorder {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.dropExpired(time.Now())
	request := &Request{
		Method:    r.Method,
		Path:      r.URL.Path,
		Query:     r.URL.RawQuery,
		UserAgent: r.UserAgent(),
		Accept:    r.Header.Get("Accept"),
	}
	if !a.recordAllRequests && len(a.requests) == maxRequests {
		a.requests = slices.Delete(a.requests, 0, 1)
	}
	a.requests = append(a.requests, request)
	return statusRecorder{ResponseWriter: w, atlas: a, request: request}
}

type statusRecorder struct {
	http.ResponseWriter
	atlas   *Atlas
	request *Request // guarded by the lock of atlas
}

// WriteHeader records the status before it is sent, so that a client that has its answer finds
// it in Requests.
func (w statusRecorder) WriteHeader(status int) {
	w.note(status)
	w.ResponseWriter.WriteHeader(status)
}

func (w statusRecorder) note(status int) {
	w.atlas.mu.Lock()
	defer w.atlas.mu.Unlock()
	w.request.Status = status
}

// Unwrap is for http.ResponseController.
func (w statusRecorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
