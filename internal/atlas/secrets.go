package atlas

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

const redactedText = "(redacted)"

// minSecret is the length from which a value is looked for in answers. A shorter one is no
// credential of Atlas', and would be found everywhere.
const minSecret = 6

// secrets are the credentials of this process. A server may repeat in its answer what it was
// sent, and nothing of that may be shown or logged.
type secrets struct {
	mu     sync.Mutex
	values []string
}

// add notes values that are secret, in the forms in which requests carry them and messages
// repeat them.
func (s *secrets) add(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, value := range values {
		quoted := strconv.Quote(value)
		for _, form := range []string{value, url.QueryEscape(value), url.PathEscape(value), quoted[1 : len(quoted)-1], base64.StdEncoding.EncodeToString([]byte(value))} {
			if len(value) >= minSecret && !slices.Contains(s.values, form) {
				s.values = append(s.values, form)
			}
		}
	}
}

var digestResponse = regexp.MustCompile(`response="?([0-9a-fA-F]+)`)

// with returns the secrets, and those of one Authorization header.
func (s *secrets) with(authorization string) mask {
	s.mu.Lock()
	m := mask(slices.Clone(s.values))
	s.mu.Unlock()
	if _, credential, _ := strings.Cut(authorization, " "); len(credential) >= minSecret {
		m = append(m, credential)
	}
	if match := digestResponse.FindStringSubmatch(authorization); match != nil {
		m = append(m, match[1])
	}
	// The longest first, because a shorter one may be a part of it.
	slices.SortFunc(m, func(a, b string) int { return len(b) - len(a) })
	return m
}

// mask replaces secrets.
type mask []string

func (m mask) text(text string) string {
	for _, secret := range m {
		text = strings.ReplaceAll(text, secret, redactedText)
	}
	return text
}

// line is a text on one line, without secrets. It is looked at again when it is one line: a
// character that is not shown may stand within a secret.
func (m mask) line(text string) string { return m.text(oneLine(m.text(text))) }

// page is the same for a text of several lines.
func (m mask) page(text []byte) string { return m.text(visible(string(text))) }
