package emulator

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
)

var placeholder = regexp.MustCompile(`\{([A-Za-z]+)((?:\|[^{}|]+)*)\}`)

// fillPlaceholders returns text for the answer to a request with that body: see Fault.Detail.
func fillPlaceholders(text string, r *http.Request, body []byte) string {
	var sent map[string]any
	_ = json.Unmarshal(body, &sent) // a body without attributes has none that a placeholder names
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		names := strings.Split(strings.Trim(found, "{}"), "|")
		if found == "{path}" {
			return strings.TrimPrefix(r.URL.Path, "/")
		}
		if len(names) == 1 {
			return found
		}
		last := len(names) - 1
		for _, name := range names[:last] {
			if value, ok := sent[name].(string); ok {
				return value
			}
		}
		return names[last]
	})
}

// refuse returns the error answer of a fault with a Code or a Detail.
func (f Fault) refuse(r *http.Request, body []byte) *failure {
	answer := newFailure(f.Status, f.Code, fillPlaceholders(f.Detail, r, body), f.Parameters...)
	for i, parameter := range answer.Parameters {
		if text, ok := parameter.(string); ok {
			answer.Parameters[i] = fillPlaceholders(text, r, body)
		}
	}
	if f.refusesCredential() {
		answer.Parameters = f.Parameters // nil: the recorded answer has none
	}
	return answer
}

// refusesCredential tells whether the answer is the one to a token or a nonce that Atlas no longer
// knows.
func (f Fault) refusesCredential() bool {
	return f.Status == http.StatusUnauthorized && (f.Code == "" || f.Code == unauthenticated().Code)
}
