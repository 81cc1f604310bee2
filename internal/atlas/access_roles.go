package atlas

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"
)

// Codes of answers about a cloud role, as documented and recorded.
const (
	CodeAzureServicePrincipalInvalid = "CLOUD_PROVIDER_ACCESS_AZURE_SERVICE_PRINCIPAL_INVALID"
	CodeCannotAssumeRole             = "CANNOT_ASSUME_ROLE"
	CodeCannotAuthenticatePrincipal  = "CANNOT_AUTHENTICATE_SERVICE_PRINCIPAL"
	CodeInvalidAWSCredentials        = "INVALID_AWS_CREDENTIALS"
	CodeRoleNotAuthorized            = "CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED"
)

const versionAccessRole = "2023-01-01"

// roleNotReady are the answers about a role that its cloud, or Atlas itself, does not know yet.
// In the first seconds after a role was created or authorized they are temporary (recorded).
// Nothing was done.
var roleNotReady = []string{
	CodeAzureServicePrincipalInvalid,
	CodeCannotAssumeRole,
	CodeCannotAuthenticatePrincipal,
	CodeInvalidAWSCredentials,
	CodeRoleNotAuthorized,
}

// AccessRole is a role of a cloud that Atlas may use, as Atlas answers: recorded on AWS, documented
// on the others. Fields that a cloud does not have, or not yet, are empty.
type AccessRole struct {
	CloudProvider string         `json:"-"`      // from the place in the answer
	RoleID        string         `json:"roleId"` // hex24; AWS, Google Cloud
	AzureID       string         `json:"_id"`    // the same on Azure
	CreatedDate   time.Time      `json:"createdDate"`
	FeatureUsages []featureUsage `json:"featureUsages"`

	AuthorizedDate             time.Time `json:"authorizedDate"`    // AWS: zero until the role is authorized
	IAMAssumedRoleARN          string    `json:"iamAssumedRoleArn"` // AWS: "" until the role is authorized
	AtlasAWSAccountARN         string    `json:"atlasAWSAccountArn"`
	AtlasAssumedRoleExternalID string    `json:"atlasAssumedRoleExternalId"`

	ServicePrincipalID string `json:"servicePrincipalId"` // Azure
	AtlasAzureAppID    string `json:"atlasAzureAppId"`

	Status                    string `json:"status"`                    // Google Cloud: IN_PROGRESS, COMPLETE, FAILED or NOT_INITIATED
	GCPServiceAccountForAtlas string `json:"gcpServiceAccountForAtlas"` // Google Cloud: "" until it exists
}

// featureUsage is what uses a role. The form of the id depends on the feature.
type featureUsage struct {
	FeatureType string          `json:"featureType"`
	FeatureID   json.RawMessage `json:"featureId"`
}

// ID is the role's id in Atlas.
func (r AccessRole) ID() string {
	if r.CloudProvider == Azure {
		return r.AzureID
	}
	return r.RoleID
}

// IsReady tells whether Atlas can use the role. On Azure it is always true, because Atlas has no
// flag for it.
func (r AccessRole) IsReady() bool {
	switch r.CloudProvider {
	case AWS:
		return !r.AuthorizedDate.IsZero()
	case GCP:
		return r.Status == "COMPLETE"
	}
	return true
}

// ExportBucketIDs are the export buckets that use the role, sorted.
func (r AccessRole) ExportBucketIDs() []string {
	ids := []string{}
	for _, usage := range r.FeatureUsages {
		var export struct {
			ExportBucketID string `json:"exportBucketId"`
		}
		if usage.FeatureType == "EXPORT_SNAPSHOT" && decodeField(usage.FeatureID, &export) && objectID.MatchString(export.ExportBucketID) {
			ids = append(ids, export.ExportBucketID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// accessRoles is Atlas' answer, which is not paged.
type accessRoles struct {
	AWS   items[AccessRole] `json:"awsIamRoles"`
	Azure items[AccessRole] `json:"azureServicePrincipals"`
	GCP   items[AccessRole] `json:"gcpServiceAccounts"`
}

// all returns the roles of every cloud, those of AWS first.
func (r accessRoles) all() (all []AccessRole) {
	for _, of := range []struct {
		cloud string
		roles []AccessRole
	}{{AWS, r.AWS}, {Azure, r.Azure}, {GCP, r.GCP}} {
		for _, role := range of.roles {
			role.CloudProvider = of.cloud
			all = append(all, role)
		}
	}
	return all
}

// check returns an error for an answer that is not the list, because it would look like an empty
// one, and for a role without an id.
func (r accessRoles) check() error {
	if r.AWS == nil && r.Azure == nil && r.GCP == nil {
		return errors.New("it has no roles of any cloud")
	}
	if slices.ContainsFunc(r.all(), func(role AccessRole) bool { return !objectID.MatchString(role.ID()) }) {
		return errors.New("one of its roles has no id")
	}
	return nil
}

// AllAccessRoles returns those of a project, on every cloud.
func (c *Client) AllAccessRoles(ctx context.Context, projectID string) ([]AccessRole, error) {
	roles, err := call(ctx, c, request{
		method:  http.MethodGet,
		version: versionAccessRole,
		path:    []string{"groups", projectID, "cloudProviderAccess"},
	}, accessRoles.check)
	if err != nil {
		return nil, err
	}
	return roles.all(), nil
}
