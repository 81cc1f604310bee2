package atlas

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is the most that is shown of what a server says, in bytes.
const maxText = 2 << 10

// Printable is a text of a server as it may reach a terminal: one line, without control
// characters and without those that change the direction of writing, and of a long one the
// beginning.
func Printable(text string) string { return shorten(oneLine(text)) }

func oneLine(text string) string { return strings.Join(strings.Fields(visible(text)), " ") }

// visible is a text without invisible characters, its spaces and lines as they are.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, text)
}

// shorten is the beginning of a long text, and how much more there is. What is secret must be
// out of it already: half of a secret would not be found.
func shorten(text string) string {
	if len(text) <= maxText {
		return text
	}
	cut := strings.ToValidUTF8(text[:maxText], "")
	return fmt.Sprintf("%s… and %d more characters", cut, utf8.RuneCountInString(text[len(cut):]))
}

var (
	// addressInText is a URL, which may have a password or a SAS token in it.
	addressInText = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://[^\s"'<>\\]+`)

	// valueOfSecret is a value after a name that tells that it is secret: in JSON that stands in a
	// sentence, and percent-encoded, too. The names of SAS tokens are sig and sas.
	valueOfSecret = regexp.MustCompile(`(?i)\b((?:[\w.-]*(?:secret|token|passw(?:or)?d|passphrase|credential|signature|(?:api|private|access|account)[_-]?key)|authorization|pwd?|sas|sig)` +
		`\\*["']?\s*(?:[=:]|%3[ad])\s*(?:(?:bearer|basic|digest)\s+)?)(?:(\\*")[^"]*|(')[^']*|[^\s"'&,;<>]+)`)

	// authorizationInText is the value of an Authorization header: long, or a word of a
	// sentence would be taken for one.
	authorizationInText = regexp.MustCompile(`(?i)\b((?:bearer|basic|digest)\s+)[^\s"'&,;<>]{16,}`)
)

// withoutQueries is a text whose URLs have neither a user nor a query.
func withoutQueries(text string) string {
	return addressInText.ReplaceAllStringFunc(text, withoutQuery)
}

func withoutQuery(address string) string {
	scheme, place, _ := strings.Cut(address, "://")
	authority := place
	if end := strings.IndexAny(place, "/?#"); end >= 0 {
		authority = place[:end]
	}
	// A password may have what ends a host, because whoever wrote the URL did not encode it.
	_, port, _ := strings.Cut(authority, ":")
	if at := strings.LastIndexByte(place, '@'); at >= 0 && (at < len(authority) || port != "" && !isPort(port)) {
		place = place[at+1:]
	}
	place, _, _ = strings.Cut(place, "?")
	if before, fragment, found := strings.Cut(place, "#"); found && strings.Contains(fragment, "=") { // an answer of OAuth's
		place = before
	}
	if clean := scheme + "://" + place; clean != address {
		return clean + " " + redactedText
	}
	return address
}

// withoutSecrets is a text without what may be a secret in it.
func withoutSecrets(text string) string {
	text = valueOfSecret.ReplaceAllString(withoutQueries(text), "${1}${2}${3}"+redactedText)
	return authorizationInText.ReplaceAllString(text, "${1}"+redactedText)
}
