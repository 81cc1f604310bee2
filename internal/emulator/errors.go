package emulator

import (
	"fmt"
	"net/http"
)

// failure is an error answer in the API's documented shape. Sentences that
// are not marked otherwise are the documented ones.
type failure struct {
	Detail           string            `json:"detail"`
	Status           int               `json:"error"`
	Code             string            `json:"errorCode,omitempty"`
	Parameters       []any             `json:"parameters"`
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
	return &failure{Detail: detail, Status: status, Code: code, Parameters: parameters, Reason: http.StatusText(status)}
}

// unauthenticated is the answer to a missing or wrong credential. Its body is
// unverified.
func unauthenticated() *failure {
	return newFailure(http.StatusUnauthorized, "", "You are not authorized for this resource.")
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

func clusterNotFound(name, groupID string) *failure {
	return newFailure(http.StatusNotFound, "CLUSTER_NOT_FOUND",
		fmt.Sprintf("No cluster named %s exists in group %s.", name, groupID), name, groupID)
}

func exportBucketNotFound(id string) *failure {
	return newFailure(http.StatusNotFound, "EXPORT_BUCKET_NOT_FOUND", fmt.Sprintf("No export Bucket with ID %s does not exist.", id), id)
}

// exportBucketInUse: status and sentence are unverified.
func exportBucketInUse(id string) *failure {
	return newFailure(http.StatusBadRequest, "EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE",
		fmt.Sprintf("Failed to delete export Bucket with ID %s because it is in use.", id), id)
}

func exportBucketNameInvalid() *failure {
	return newFailure(http.StatusBadRequest, "EXPORT_BUCKET_NAME_INVALID", "Export Bucket name is invalid.")
}

func resourceNotFound(path string) *failure {
	return newFailure(http.StatusNotFound, "RESOURCE_NOT_FOUND", fmt.Sprintf("Cannot find resource %s.", path), path)
}

// methodNotAllowed: the body is unverified.
func methodNotAllowed(method string) *failure {
	return newFailure(http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED",
		fmt.Sprintf("Method %s is not allowed for this resource.", method), method)
}

// invalidVersionDate: the sentence is unverified.
func invalidVersionDate(date string) *failure {
	return newFailure(http.StatusBadRequest, "INVALID_VERSION_DATE", fmt.Sprintf("Invalid version date %s.", date), date)
}

// notVersioned answers an Accept (406) or a Content-Type (415) that names no
// version. Code and sentence are unverified.
func notVersioned(status int, mediaType string) *failure {
	return newFailure(status, "INVALID_MEDIA_TYPE",
		fmt.Sprintf("Media type %q is not application/vnd.atlas.<date>+json.", mediaType), mediaType)
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

// invalidBackupPolicy: the sentence is unverified.
func invalidBackupPolicy(why string) *failure {
	return newFailure(http.StatusBadRequest, "INVALID_BACKUP_POLICY", "The backup policy is invalid: "+why)
}

// validationError: the sentences are unverified.
func validationError(violations ...violation) *failure {
	f := newFailure(http.StatusBadRequest, "VALIDATION_ERROR", "Validation failed.")
	f.BadRequestDetail = &badRequestDetail{Fields: violations}
	return f
}

// unexpectedError answers a change that could not be kept in the state file.
// As after Atlas' own, the change may have been made all the same.
func unexpectedError(err error) *failure {
	return newFailure(http.StatusInternalServerError, "UNEXPECTED_ERROR", "Unexpected error.", err.Error())
}

func tokenCallsLimited() *failure {
	return newFailure(http.StatusTooManyRequests, "RATE_LIMITED",
		fmt.Sprintf("Resource %s is limited to %d requests every 1 minutes.", tokenPath, tokenCallsPerMinute), tokenPath, tokenCallsPerMinute, 1)
}
