package atlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Codes of Atlas' error answers, as its API documentation and recorded answers spell them.
const (
	CodeAccessDenied                     = "access_denied" // OAuth
	CodeAzureServicePrincipalInvalid     = "CLOUD_PROVIDER_ACCESS_AZURE_SERVICE_PRINCIPAL_INVALID"
	CodeBackupCompliancePolicy           = "BACKUP_POLICIES_NOT_MEETING_BACKUP_COMPLIANCE_POLICY_REQUIREMENTS"
	CodeCannotAssumeRole                 = "CANNOT_ASSUME_ROLE"
	CodeCannotAuthenticatePrincipal      = "CANNOT_AUTHENTICATE_SERVICE_PRINCIPAL"
	CodeCannotUpdatePausedCluster        = "CANNOT_UPDATE_PAUSED_CLUSTER"
	CodeClusterNotFound                  = "CLUSTER_NOT_FOUND"
	CodeExportBucketDeleteFailed         = "EXPORT_BUCKET_DELETE_FAILED"
	CodeExportBucketInUse                = "EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE"
	CodeExportBucketNameInvalid          = "EXPORT_BUCKET_NAME_INVALID"
	CodeExportBucketNotFound             = "EXPORT_BUCKET_NOT_FOUND"
	CodeInvalidClient                    = "invalid_client" // OAuth
	CodeInvalidAWSCredentials            = "INVALID_AWS_CREDENTIALS"
	CodeInvalidJSONAttribute             = "INVALID_JSON_ATTRIBUTE"
	CodeIPAddressNotOnAccessList         = "IP_ADDRESS_NOT_ON_ACCESS_LIST"
	CodeNotOrgGroupCreator               = "NOT_ORG_GROUP_CREATOR"
	CodeProjectNotFound                  = "GROUP_NOT_FOUND"
	CodeRateLimited                      = "RATE_LIMITED"
	CodeRateLimitedTokenBucket           = "RATE_LIMITED_TOKEN_BUCKET"
	CodeResourceNotFound                 = "RESOURCE_NOT_FOUND"
	CodeRoleNotAuthorized                = "CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED"
	CodeUnexpectedError                  = "UNEXPECTED_ERROR"
	CodeUserUnauthorized                 = "USER_UNAUTHORIZED"
	CodeWritesNotAllowedDuringAppUpgrade = "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"
)

// Error is a call that failed. It holds no host, no query, no header and nothing of the
// request's body, and what a server said in it is one line without control characters and
// without this process' credentials, so that it can be shown and logged whole.
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

	Attempts int           // how often the call was tried
	Elapsed  time.Duration // for how long, waits included
	NoTime   bool          // the wait for the next attempt would have been longer than the time that was left

	Unsent    bool // nothing of the request has left
	Undecided bool // Atlas may have acted all the same, and must not be asked to twice

	sent        time.Time // when the header of the last attempt had left; zero if that was not seen
	nothingDone bool      // the answer is to a request that asked for nothing yet
	settled     bool      // by policy: a call around it does not try again
	signIn      bool      // the token call's, which is no answer to what was asked for
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

// Reason is why the call failed: Atlas' sentence, or what happened to the answer.
func (e *Error) Reason() string {
	if e.Cause != nil {
		return e.Cause.Error()
	}
	return e.Detail
}

func (e *Error) Unwrap() error { return e.Cause }

// HasCode tells whether err is Atlas' answer to the call with one of the codes. What is
// answered to a token call before it says nothing about what the call asked for.
func HasCode(err error, codes ...string) bool {
	var e *Error
	return errors.As(err, &e) && !e.signIn && slices.Contains(codes, e.Code)
}

// IsGone tells that the export bucket is no more, or its whole project. Any other 404
// says nothing about the bucket.
func IsGone(err error) bool {
	return HasCode(err, CodeExportBucketNotFound, CodeProjectNotFound)
}

// IsNotFound tells of any 404 to the call, whoever answered it.
func IsNotFound(err error) bool {
	var e *Error
	return errors.As(err, &e) && !e.signIn && e.Status == http.StatusNotFound
}

// IsForeign404 tells of a 404 that does not say that the bucket is gone: a proxy's, or of an
// address that Atlas does not know.
func IsForeign404(err error) bool {
	return IsNotFound(err) && !IsGone(err)
}

// IsTLSAlert tells that the server ended the TLS connection, as one does that asks for a client
// certificate.
func IsTLSAlert(err error) bool {
	var remote *net.OpError
	return errors.As(err, &remote) && remote.Op == "remote error"
}

// because sets why there is no usable answer. An error of its own below, the token
// call's, is the better report and stays; net/http's repeats the URL with host and query
// and is unwrapped.
func (e *Error) because(err error) *Error {
	var inner *Error
	if errors.As(err, &inner) {
		return inner
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var failed *noAnswer
	if errors.As(err, &failed) {
		e.sent, e.Unsent, err = failed.sent, failed.sent.IsZero(), failed.error
	}
	e.Cause = shown(err, nil)
	return e
}

// read takes over what an answer says of itself. It is true if that is a success with a whole
// body.
func (e *Error) read(got *answer) bool {
	e.Status, e.sent, e.nothingDone = got.status, got.sent, got.nothingDone
	switch {
	case got.status < http.StatusOK:
		e.Cause = got.broken
	case got.status/100 == 3:
		e.Cause = fmt.Errorf("redirected to %q, which is not followed: a credential stays with its host", redirectHost(got.header))
	case got.status/100 != 2:
		if e.decode(got); e.Code == "" && got.broken != nil {
			e.Cause = cut(got.broken)
		}
	case got.broken != nil:
		e.Cause = cut(got.broken)
	default:
		return true
	}
	return false
}

// cut is an error about a body that is not whole.
func cut(broken error) error {
	if errors.Is(broken, errTooLong) || errors.Is(broken, errSwitched) {
		return broken
	}
	return fmt.Errorf("the answer was cut: %w", broken)
}

func redirectHost(header http.Header) string {
	location, err := url.Parse(header.Get("Location"))
	if err != nil || location.Host == "" {
		return "nowhere"
	}
	return Printable(location.Host)
}

// decode reads an error answer. A body of any other form than Atlas' or OAuth's still
// leaves the status, the code in the header, and the first line of its text.
func (e *Error) decode(got *answer) {
	e.decodeBody(got.text, got.secret)
	if code := got.header.Get("X-Error-Code"); e.Code == "" && atlasCode.MatchString(code) {
		e.Code = code
	}
	now, err := http.ParseTime(got.header.Get("Date")) // of the clock that Retry-After is told by
	if err != nil {
		now = time.Now()
	}
	e.readRetryAfter(got.header.Get("Retry-After"), now)
}

const (
	maxFields     = 20 // how many violations are kept
	maxParameters = 20 // how many parameters are kept
)

// decodeBody takes from a body what is in the form that it should have, each field for itself.
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

// scalar is a value as it may be shown; nil for a list or an object, in which there may be
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

// decodeField leaves a value as it is when the field is missing or has another type.
func decodeField[T any](field json.RawMessage, value *T) bool {
	var decoded T
	if len(field) == 0 || json.Unmarshal(field, &decoded) != nil {
		return false
	}
	*value = decoded
	return true
}

// maxPage is how much of a page that is not Atlas' is looked at, in bytes.
const maxPage = 4 << 10

// firstLine is the first line of text in a body that is not Atlas', at most 200
// characters of it; of a page that a proxy wrote, the first line that a browser shows. clean
// makes a line fit to be shown, before it is cut.
func firstLine(page string, clean func(string) string) string {
	if len(page) > maxPage {
		page = page[:maxPage]
		// The half of a word may be the half of a secret.
		if end := strings.LastIndexAny(page, " \t\r\n<>"); end >= 0 {
			page = page[:end]
		}
	}
	for line := range strings.Lines(textOfPage(page)) {
		if line = clean(unescaped(line)); line != "" {
			if runes := []rune(line); len(runes) > 200 {
				line = string(runes[:200]) + "…"
			}
			return line
		}
	}
	return ""
}

// escaped is a character in the spelling of JSON, which stands in pages, too, and in what is
// left of an answer that was cut.
var escaped = regexp.MustCompile(`\\u[0-9a-fA-F]{4}|\\/`)

// unescaped is a line of a page as it is read. A secret is not found in any other spelling.
func unescaped(line string) string {
	return html.UnescapeString(escaped.ReplaceAllStringFunc(line, func(text string) string {
		code, err := strconv.ParseUint(strings.TrimPrefix(text, `\u`), 16, 16)
		if err != nil {
			return "/"
		}
		return string(rune(code))
	}))
}

var tagName = regexp.MustCompile(`^[A-Za-z]*`)

// textOfPage is a page with a line break in place of each tag, and without what a browser
// does not show as text.
func textOfPage(page string) string {
	var text strings.Builder
	for {
		before, tag, found := strings.Cut(page, "<")
		text.WriteString(before)
		if !found {
			return text.String()
		}
		text.WriteByte('\n')
		tag, page, found = strings.Cut(tag, ">")
		if !found {
			return text.String()
		}
		name := strings.ToLower(tagName.FindString(tag))
		if !slices.Contains([]string{"script", "style", "title"}, name) {
			continue
		}
		end := strings.Index(strings.ToLower(page), "</"+name)
		if end < 0 {
			return text.String()
		}
		page = page[end:]
	}
}
