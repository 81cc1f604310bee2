package emulator

import (
	"encoding/json"
	"io"
	"net/http"
)

// enveloped is the body of an answer to envelope=true, for clients that cannot
// see a status. Lists put the status beside their results instead.
type enveloped struct {
	Status  int `json:"status"`
	Content any `json:"content"`
}

// writeAnswer answers 200 with body in the given version, or 204 and nothing,
// envelope or not, when body is nil.
func writeAnswer(w http.ResponseWriter, r *http.Request, version string, body any) {
	if body == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/vnd.atlas."+version+"+json;charset=utf-8")
	writeEnveloped(w, r, http.StatusOK, body)
}

// writeFailure answers with an error. That it has no versioned media type, and
// that envelope holds for errors too, is unverified.
func writeFailure(w http.ResponseWriter, r *http.Request, f *failure) {
	w.Header().Set("Content-Type", "application/json")
	writeEnveloped(w, r, f.Status, f)
}

// writeEnveloped heeds the query parameters envelope and pretty, which every
// endpoint has, both false by default.
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

// writeJSON writes JSON, indented if the request asks for pretty.
func writeJSON(w io.Writer, r *http.Request, body any) {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	if r.URL.Query().Get("pretty") == "true" {
		encoder.SetIndent("", "  ")
	}
	_ = encoder.Encode(body) // fails only when the client has gone away
}
