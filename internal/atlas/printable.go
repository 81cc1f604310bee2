package atlas

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is how much is shown of a server's text, in bytes.
const maxText = 2 << 10

// Printable is a text of a server that is safe to show on a terminal: one line, without control
// characters and without those that change the direction of writing, and only the beginning of
// a long one.
func Printable(text string) string { return shorten(oneLine(text)) }

func oneLine(text string) string { return strings.Join(strings.Fields(visible(text)), " ") }

// visible is a text without invisible characters. Spaces and line breaks stay.
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

// shorten is the beginning of a long text, and how much more there is. Secrets must be removed
// before: a part of a secret would not be found.
func shorten(text string) string {
	if len(text) <= maxText {
		return text
	}
	cut := strings.ToValidUTF8(text[:maxText], "")
	return fmt.Sprintf("%s… and %d more characters", cut, utf8.RuneCountInString(text[len(cut):]))
}

var (
	// addressInText is a URL. It may contain a password or a SAS token.
	addressInText = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://[^\s"'<>\\]+`)

	// valueOfSecret is a value after a name that says that it is secret, also in JSON within a
	// sentence, and percent-encoded. The names of SAS tokens are sig and sas.
	valueOfSecret = regexp.MustCompile(`(?i)\b((?:[\w.-]*(?:secret|token|passw(?:or)?d|passphrase|credential|signature|(?:api|private|access|account)[_-]?key)|authorization|pwd?|sas|sig)` +
		`\\*["']?\s*(?:[=:]|%3[ad])\s*(?:(?:bearer|basic|digest)\s+)?)(?:(\\*")[^"]*|(')[^']*|[^\s"'&,;<>]+)`)

	// authorizationInText is the value of an Authorization header. It has at least 16 characters,
	// because a word of a sentence may follow "basic", too.
	authorizationInText = regexp.MustCompile(`(?i)\b((?:bearer|basic|digest)\s+)[^\s"'&,;<>]{16,}`)
)

// withoutQueries is a text without the users and the queries of its URLs.
func withoutQueries(text string) string {
	return addressInText.ReplaceAllStringFunc(text, withoutQuery)
}

func withoutQuery(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	authority := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority = rest[:end]
	}
	// A password that was not encoded may contain a character that ends a host.
	_, port, _ := strings.Cut(authority, ":")
	if at := strings.LastIndexByte(rest, '@'); at >= 0 && (at < len(authority) || port != "" && !isPort(port)) {
		rest = rest[at+1:]
	}
	rest, _, _ = strings.Cut(rest, "?")
	if before, fragment, found := strings.Cut(rest, "#"); found && strings.Contains(fragment, "=") { // OAuth's
		rest = before
	}
	if clean := scheme + "://" + rest; clean != address {
		return clean + " " + redactedText
	}
	return address
}

// withoutSecrets is a text without values that may be secret.
func withoutSecrets(text string) string {
	text = valueOfSecret.ReplaceAllString(withoutQueries(text), "${1}${2}${3}"+redactedText)
	return authorizationInText.ReplaceAllString(text, "${1}"+redactedText)
}

// printableError is an error whose text has no secret and can be shown.
func printableError(err error, secret mask) error {
	text := shorten(withoutQueries(secret.line(err.Error())))
	if text == err.Error() {
		return err
	}
	return &rewordedError{error: err, text: text}
}

// rewordedError is an error with another text.
type rewordedError struct {
	error
	text string
}

func (e *rewordedError) Error() string { return e.text }

func (e *rewordedError) Unwrap() error { return e.error }
