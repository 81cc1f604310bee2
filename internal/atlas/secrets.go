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

// minSecret is the shortest value that is looked for in answers. A shorter one is not a
// credential of Atlas', and would be found in many words.
const minSecret = 6

// secrets are the credentials of this process. A server may repeat them in its answer, and they
// must not be shown or logged.
type secrets struct {
	mu     sync.Mutex
	values []string
}

// add adds values, in every form in which requests send them and answers may repeat them.
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

// with returns the secrets and those in an Authorization header.
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

// line is a text on one line, without secrets. They are removed again when it is one line,
// because a secret may contain a character that is not shown.
func (m mask) line(text string) string { return m.text(oneLine(m.text(text))) }

// page is the same for a text of several lines.
func (m mask) page(text []byte) string { return m.text(visible(string(text))) }
