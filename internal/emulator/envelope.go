package emulator

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
)

// enveloped is the body of an answer to envelope=true, for clients that cannot read the
// status. A list has the status beside its results instead.
type enveloped struct {
	Status  int `json:"status"`
	Content any `json:"content"`
}

// created is the body of an answer whose status is 201.
type created struct{ body any }

// writeAnswer answers 200, or 201 to what is created, with body in the given version, or 204 without a body if body is
// nil, also with envelope=true. A 204 has a Content-Type: recorded.
func writeAnswer(w http.ResponseWriter, r *http.Request, version string, body any) {
	w.Header().Set("Content-Type", "application/vnd.atlas."+version+"+json;charset=utf-8")
	if body == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	status := http.StatusOK
	if made, ok := body.(created); ok {
		status, body = http.StatusCreated, made.body
	}
	writeEnveloped(w, r, status, body)
}

// writeFailure answers with an error, which has its code in a header too: recorded for 400, 404
// and 409. That an error has no versioned media type, and that it has an envelope too, is
// unverified.
func writeFailure(w http.ResponseWriter, r *http.Request, f *failure) {
	w.Header().Set("Content-Type", "application/json")
	if f.Code != "" {
		w.Header().Set("X-Error-Code", f.Code)
	}
	writeEnveloped(w, r, f.Status, f)
}

// writeEnveloped follows the query parameters envelope and pretty, which every endpoint has.
// Both are false by default.
func writeEnveloped(w http.ResponseWriter, r *http.Request, status int, body any) {
	query := r.URL.Query()
	if query.Get("envelope") == "true" {
		if list, ok := body.(page); ok {
			list.Status = status
			body = list
		} else {
			body = enveloped{Status: status, Content: body}
		}
	}
	w.WriteHeader(status)
	writeJSON(w, r, body)
}

// writeJSON writes JSON, indented if the request has pretty=true, without a newline at the end:
// recorded.
func writeJSON(w io.Writer, r *http.Request, body any) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if r.URL.Query().Get("pretty") == "true" {
		encoder.SetIndent("", "  ")
	}
	_ = encoder.Encode(body)                                     // every answer can be encoded
	_, _ = w.Write(bytes.TrimSuffix(text.Bytes(), []byte("\n"))) // fails only when the client has gone away
}
