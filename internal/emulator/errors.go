package emulator

import (
	"fmt"
	"net/http"
)

// failure is an error answer in the API's documented shape. Its sentences are documented or
// recorded ones, unless a comment says "unverified".
type failure struct {
	Detail           string            `json:"detail"`
	Status           int               `json:"error"`
	Code             string            `json:"errorCode,omitempty"`
	Parameters       []any             `json:"parameters,omitzero"` // [] if there are none; nil is absent
	Reason           string            `json:"reason"`
	BadRequestDetail *badRequestDetail `json:"badRequestDetail,omitempty"`
}

type badRequestDetail struct {
	Fields []violation `json:"fields"`
}

// violation is one broken rule of an attribute or of a query parameter.
type violation struct {
	Description string `json:"description"`
	Field       string `json:"field"`
}

func newFailure(status int, code, detail string, parameters ...any) *failure {
	return &failure{Detail: detail, Status: status, Code: code, Parameters: append([]any{}, parameters...), Reason: http.StatusText(status)}
}

// unauthenticated is the answer to a missing or wrong credential, without parameters: recorded.
func unauthenticated() *failure {
	f := newFailure(http.StatusUnauthorized, "UNEXPECTED_ERROR", "You are not authorized for this resource.")
	f.Parameters = nil
	return f
}

func userUnauthorized() *failure {
	return newFailure(http.StatusUnauthorized, "USER_UNAUTHORIZED", "Current user is not authorized to perform this action.")
}

func addressNotOnAccessList(address string) *failure {
	return newFailure(http.StatusForbidden, "IP_ADDRESS_NOT_ON_ACCESS_LIST",
		fmt.Sprintf("IP address %s is not allowed to access this resource.", address), address)
}

func groupNotFound(id string) *failure {
	return newFailure(http.StatusNotFound, "GROUP_NOT_FOUND", fmt.Sprintf("No group with ID %s exists.", id), id)
}

func resourceNotFound(path string) *failure {
	return newFailure(http.StatusNotFound, "RESOURCE_NOT_FOUND", fmt.Sprintf("Cannot find resource %s.", path), path)
}

// methodNotAllowed: the body is unverified.
func methodNotAllowed(method string) *failure {
	return newFailure(http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED",
		fmt.Sprintf("Method %s is not allowed for this resource.", method), method)
}

// invalidJSON: the sentence is unverified.
func invalidJSON() *failure {
	return newFailure(http.StatusBadRequest, "INVALID_JSON", "Received JSON is malformed.")
}

// invalidJSONAttribute has the sentence recorded on 2026-08-10.
func invalidJSONAttribute(name string) *failure {
	return newFailure(http.StatusBadRequest, "INVALID_JSON_ATTRIBUTE",
		fmt.Sprintf("Received JSON for the %s attribute does not match expected format.", name), name)
}

// invalidAttribute: the sentence is unverified.
func invalidAttribute(name string) *failure {
	return newFailure(http.StatusBadRequest, "INVALID_ATTRIBUTE", fmt.Sprintf("Invalid attribute %s specified.", name), name)
}

// missingAttribute: the sentence is unverified.
func missingAttribute(name string) *failure {
	return newFailure(http.StatusBadRequest, "MISSING_ATTRIBUTE", fmt.Sprintf("The required attribute %s was not specified.", name), name)
}

// invalidEnumValue: the sentence is unverified.
func invalidEnumValue(name, value string) *failure {
	return newFailure(http.StatusBadRequest, "INVALID_ENUM_VALUE",
		fmt.Sprintf("An invalid enumeration value %s was specified for %s.", value, name), value, name)
}

// validationError: the sentences are unverified.
func validationError(violations ...violation) *failure {
	f := newFailure(http.StatusBadRequest, "VALIDATION_ERROR", "Validation failed.")
	f.BadRequestDetail = &badRequestDetail{Fields: violations}
	return f
}

// unexpectedError is the answer to a change that could not be written to the state file and was
// undone.
func unexpectedError(err error) *failure {
	return newFailure(http.StatusInternalServerError, "UNEXPECTED_ERROR", "Unexpected error.", err.Error())
}

// requestsLimited was recorded for token calls.
func requestsLimited(path string) *failure {
	return newFailure(http.StatusTooManyRequests, "RATE_LIMITED",
		fmt.Sprintf("Resource %s is limited to %d requests every 1 minutes.", path, tokenCallsPerMinute), path, tokenCallsPerMinute, 1)
}
