package atlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
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
// request's body, so that it can be shown and logged whole.
type Error struct {
	Method string
	Path   string // escaped, without host and query

	Status int    // 0: no answer came, Cause says why
	Code   string // Atlas' errorCode, or OAuth's error; "" when the answer has none

	// Detail is Atlas' own sentence; of an answer that is not JSON, the first line of
	// its text; "" when there is neither.
	Detail     string
	Parameters []any            // what Atlas filled into the sentence; may be nil
	Fields     []FieldViolation // of badRequestDetail; may be nil

	Cause error // nil when the answer itself is the error

	// RetryAfter is how long Atlas asked to wait, 0 when it did not.
	RetryAfter time.Duration

	Attempts int           // how often the call was tried
	Elapsed  time.Duration // for how long, waits included

	Unsent    bool // nothing of the request has left
	Undecided bool // Atlas may have acted all the same, and must not be asked to twice

	began   time.Time // the last attempt; of a request that must not be sent twice, when it was sent
	settled bool      // by policy: a call around it does not try again
	signIn  bool      // the token call's, which is no answer to what was asked for
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
	var early unsent
	if errors.As(err, &early) {
		e.Unsent, err = true, early.error
	}
	e.Cause = err
	return e
}

// decode reads an error answer. A body of any other form than Atlas' or OAuth's still
// leaves the status and the first line of its text.
func (e *Error) decode(header http.Header, body []byte) {
	e.decodeBody(body)
	now, err := http.ParseTime(header.Get("Date")) // of the clock that Retry-After is told by
	if err != nil {
		now = time.Now()
	}
	e.readRetryAfter(header.Get("Retry-After"), now)
}

func (e *Error) decodeBody(body []byte) {
	var answer struct {
		Detail           string          `json:"detail"`
		ErrorCode        string          `json:"errorCode"`
		Parameters       []any           `json:"parameters"`
		OAuthCode        json.RawMessage `json:"error"` // Atlas has the status here, OAuth its code
		OAuthDetail      string          `json:"error_description"`
		BadRequestDetail struct {
			Fields []FieldViolation `json:"fields"`
		} `json:"badRequestDetail"`
	}
	if json.Unmarshal(body, &answer) != nil {
		e.Detail = firstLine(body)
		return
	}
	e.Code, e.Detail = answer.ErrorCode, answer.Detail
	e.Parameters, e.Fields = answer.Parameters, answer.BadRequestDetail.Fields
	if e.Code == "" && json.Unmarshal(answer.OAuthCode, &e.Code) == nil && e.Detail == "" {
		e.Detail = answer.OAuthDetail
	}
	if e.Detail == "" {
		e.Detail = http.StatusText(e.Status)
	}
}

var (
	markup = regexp.MustCompile(`(?s)<(script|style|title)\b.*?</(script|style|title)>|<[^>]*>?`)
	spaces = regexp.MustCompile(`[ \t\r]+`)
)

// firstLine is the first line of text in a body that is not Atlas', at most 200
// characters of it; of a page that a proxy wrote, the first line that a browser shows.
func firstLine(body []byte) string {
	text := markup.ReplaceAllString(string(body), "\n")
	for line := range strings.Lines(spaces.ReplaceAllString(text, " ")) {
		if line = strings.TrimSpace(strings.ToValidUTF8(line, "")); line != "" {
			if runes := []rune(line); len(runes) > 200 {
				line = string(runes[:200]) + "…"
			}
			return line
		}
	}
	return ""
}
