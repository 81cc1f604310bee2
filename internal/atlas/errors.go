package atlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Codes that any endpoint may answer with, as Atlas' API documentation and recorded answers
// spell them. The other codes are in the files of their endpoints.
const (
	CodeAccessDenied                     = "access_denied"  // OAuth
	CodeInvalidClient                    = "invalid_client" // OAuth
	CodeInvalidJSONAttribute             = "INVALID_JSON_ATTRIBUTE"
	CodeIPAddressNotOnAccessList         = "IP_ADDRESS_NOT_ON_ACCESS_LIST"
	CodeNotOrgGroupCreator               = "NOT_ORG_GROUP_CREATOR"
	CodeProjectNotFound                  = "GROUP_NOT_FOUND"
	CodeRateLimited                      = "RATE_LIMITED"
	CodeRateLimitedTokenBucket           = "RATE_LIMITED_TOKEN_BUCKET"
	CodeResourceNotFound                 = "RESOURCE_NOT_FOUND"
	CodeUnexpectedError                  = "UNEXPECTED_ERROR"
	CodeUserUnauthorized                 = "USER_UNAUTHORIZED"
	CodeWritesNotAllowedDuringAppUpgrade = "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"
)

// Error is a request that failed, as Atlas or the way to it answered. It has no host, no query,
// no header and nothing of the request's body, and what a server said in it is one line without
// control characters and without this process' credentials: it can be shown and logged.
type Error struct {
	Method string
	Path   string // escaped, without host and query

	Status int    // 0: no answer came, Cause says why
	Code   string // Atlas' errorCode, or OAuth's error; "" when the answer has none

	// Detail is Atlas' own sentence; of an answer that is not JSON, the first line of
	// its text; "" when there is neither.
	Detail     string
	Parameters []any            // what Atlas filled into the sentence, the first 20: a string, float64 or bool each, else nil; may be nil
	Fields     []FieldViolation // of badRequestDetail, the first 20; may be nil
	MoreFields int              // how many are left out

	Cause error // nil when the answer itself is the error

	// RetryAfter is how long Atlas asked to wait, 0 when it did not.
	RetryAfter time.Duration

	// RedirectHost is where a redirect leads; "" for none.
	RedirectHost string

	CredentialName string // Options.CredentialName; "" for a token call
}

// FieldViolation is an attribute of the request that Atlas refuses, and why.
type FieldViolation struct {
	Field       string `json:"field"`
	Description string `json:"description"`
}

func (e *Error) Error() string {
	return strings.TrimPrefix(e.Reason()+" "+e.Where(), " ")
}

// Where is the line that ends a diagnostic: status, code, method and path.
func (e *Error) Where() string {
	answer := "no answer"
	if e.Status != 0 {
		answer = strings.TrimSpace(fmt.Sprintf("HTTP %d %s", e.Status, e.Code))
	}
	return answer + ", " + e.Method + " " + e.Path
}

// Reason is why the request failed: Atlas' sentence, or what happened to the answer.
func (e *Error) Reason() string {
	if e.Cause != nil {
		return e.Cause.Error()
	}
	return e.Detail
}

func (e *Error) Unwrap() error { return e.Cause }

// CallError is a call that failed after one or more attempts. It wraps the error of the last
// one.
type CallError struct {
	Attempts int
	Elapsed  time.Duration // since the first attempt began, waits included
	NoTime   bool          // the wait for the next attempt was longer than the time left
	Limit    string        // the name of the time limit, see WithLimitName; "" for none
	Last     *Error        // of the last attempt

	undecided bool      // Atlas may have acted, and sending the request again would do harm
	sent      time.Time // when the header of the last attempt was sent; zero if it was not
}

func (e *CallError) Error() string { return e.Last.Error() }

func (e *CallError) Unwrap() error { return e.Last }

// signInError is that of the token call before a request. The token call has its own retries,
// and its answer says nothing about what the request asked for.
type signInError struct{ error }

func (e *signInError) Unwrap() error { return e.error }

// HasCode tells whether err is Atlas' answer to the call with one of the codes. Errors of the
// token call do not count.
func HasCode(err error, codes ...string) bool {
	e := answerTo(err)
	return e != nil && slices.Contains(codes, e.Code)
}

// IsNotFound tells of any 404 to the call, from Atlas or from a proxy.
func IsNotFound(err error) bool {
	e := answerTo(err)
	return e != nil && e.Status == http.StatusNotFound
}

// IsConflict tells that something in Atlas is in the way of the call.
func IsConflict(err error) bool {
	e := answerTo(err)
	return e != nil && isConflict(e)
}

// answerTo returns the *Error in err, nil when there is none or when it is that of the token
// call.
func answerTo(err error) *Error {
	var signIn *signInError
	var e *Error
	if errors.As(err, &signIn) || !errors.As(err, &e) {
		return nil
	}
	return e
}

// IsTLSAlert tells that the server ended the TLS connection: one that asks for a client
// certificate does so.
func IsTLSAlert(err error) bool {
	var remote *net.OpError
	return errors.As(err, &remote) && remote.Op == "remote error"
}

// failure is a failed attempt: its error, and what else decides on the next attempt.
type failure struct {
	err         *Error
	sent        time.Time // when the header of the request was sent; zero if it was not
	nothingDone bool      // the request did not ask for anything yet: see answer
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

// causedBy sets why there is no usable answer, and returns the failure. It returns the error of
// the token call instead when that is the cause.
func (f *failure) causedBy(err error) error {
	if signIn, ok := errors.AsType[*signInError](err); ok {
		return signIn
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if unanswered, ok := errors.AsType[*noAnswerError](err); ok {
		f.sent, err = unanswered.sent, unanswered.error
	}
	f.err.Cause = printableError(err, nil)
	return f
}

// readAnswer sets what an answer says about itself. It is true if the answer is a success with
// its whole body.
func (f *failure) readAnswer(got *answer) bool {
	e := f.err
	e.Status, f.sent, f.nothingDone = got.status, got.sent, got.nothingDone
	switch {
	case got.status < http.StatusOK:
		e.Cause = got.broken
	case got.status/100 == 3:
		e.RedirectHost = redirectHost(got.header)
		to := ""
		if e.RedirectHost != "" {
			to = fmt.Sprintf(" to %q", e.RedirectHost)
		}
		e.Cause = fmt.Errorf("a redirect%s, which the provider does not follow: a credential is for one host only", to)
	case got.status/100 != 2:
		if e.decode(got); e.Code == "" && got.broken != nil {
			e.Cause = incomplete(got.broken)
		}
	case got.broken != nil:
		e.Cause = incomplete(got.broken)
	default:
		return true
	}
	return false
}

// incomplete is an error about a body that is not whole.
func incomplete(broken error) error {
	if errors.Is(broken, errTooLong) || errors.Is(broken, errSwitched) {
		return broken
	}
	return fmt.Errorf("the answer was cut off: %w", broken)
}

func redirectHost(header http.Header) string {
	location, err := url.Parse(header.Get("Location"))
	if err != nil || location.Host == "" {
		return ""
	}
	return Printable(location.Host)
}

// atlasCode is the form of Atlas' codes. The codes of OAuth, and what a proxy writes in their
// place, look different. The longest known code has 66 characters.
var atlasCode = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,199}$`)

// decode reads an error answer. When the body has not the form of Atlas' or OAuth's errors, the
// error still has the status, the code in the header, and the first line of the text.
func (e *Error) decode(got *answer) {
	e.decodeBody(got.text, got.secret)
	if code := got.header.Get("X-Error-Code"); e.Code == "" && atlasCode.MatchString(code) {
		e.Code = code
	}
	now, err := http.ParseTime(got.header.Get("Date")) // the clock of Retry-After
	if err != nil {
		now = time.Now()
	}
	e.readRetryAfter(got.header.Get("Retry-After"), now)
}

const (
	maxFields     = 20 // how many violations are kept
	maxParameters = 20 // how many parameters are kept
)

// decodeBody reads each field of a body that has the right type, and ignores the others.
func (e *Error) decodeBody(body []byte, secret mask) {
	whole := func(text string) string { return withoutQueries(secret.line(text)) }
	clean := func(text string) string { return shorten(whole(text)) }
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		e.Detail = firstLine(secret.page(body), whole)
		return
	}
	var parameters []json.RawMessage
	decodeField(fields["errorCode"], &e.Code)
	decodeField(fields["detail"], &e.Detail)
	decodeField(fields["parameters"], &parameters)
	if e.Code == "" && decodeField(fields["error"], &e.Code) && e.Detail == "" { // Atlas has the status there, OAuth its code
		decodeField(fields["error_description"], &e.Detail)
	}
	e.Code, e.Detail = clean(e.Code), clean(e.Detail)
	if e.Detail == "" {
		e.Detail = http.StatusText(e.Status)
	}
	for _, parameter := range parameters[:min(len(parameters), maxParameters)] {
		e.Parameters = append(e.Parameters, scalar(parameter, clean))
	}
	var badRequest map[string]json.RawMessage
	var violations []json.RawMessage
	decodeField(fields["badRequestDetail"], &badRequest)
	decodeField(badRequest["fields"], &violations)
	for _, violation := range violations {
		var parts map[string]json.RawMessage
		var field FieldViolation
		decodeField(violation, &parts)
		decodeField(parts["field"], &field.Field)
		decodeField(parts["description"], &field.Description)
		switch {
		case field == FieldViolation{}:
		case len(e.Fields) == maxFields:
			e.MoreFields++
		default:
			e.Fields = append(e.Fields, FieldViolation{Field: clean(field.Field), Description: clean(field.Description)})
		}
	}
}

// scalar is a value that can be shown; nil for a list or an object, which may contain
// anything.
func scalar(field json.RawMessage, clean func(string) string) any {
	var value any
	decodeField(field, &value)
	switch value := value.(type) {
	case string:
		return clean(value)
	case float64, bool:
		return value
	}
	return nil
}

// decodeField does not change the value when the field is missing or has another type.
func decodeField[T any](field json.RawMessage, value *T) bool {
	var decoded T
	if len(field) == 0 || json.Unmarshal(field, &decoded) != nil {
		return false
	}
	*value = decoded
	return true
}
