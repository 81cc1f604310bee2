package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

const accessRolesPath = "/groups/{groupId}/cloudProviderAccess"

// accessRoleEndpoints has the limit that was recorded.
var accessRoleEndpoints = endpointFamily{"access roles", 2000}

var accessRoleVersions = []version{{date: "2023-01-01"}}

// accessRoleNoun has the dates of the Atlas Admin API documentation.
var accessRoleNoun = noun{
	routes: []route{
		{method: http.MethodGet, path: accessRolesPath, versions: accessRoleVersions, roles: anyRole, family: accessRoleEndpoints, handle: (*Atlas).listAccessRoles},
		{method: http.MethodGet, path: accessRolesPath + "/{roleId}", versions: accessRoleVersions, roles: anyRole, family: accessRoleEndpoints, handle: (*Atlas).getAccessRole},
	},
	stateKey: accessRolesKey,
	newState: func() any { return new([]AccessRole) },
}

const accessRolesKey = "accessRoles"

// accessRoles returns those of the project, oldest first.
func (p *project) accessRoles() *[]AccessRole { return stateOf[[]AccessRole](p, accessRolesKey) }

// AccessRole is a role of a cloud that Atlas may use. Which of the fields after CreatedDate are
// set depends on CloudProvider.
type AccessRole struct {
	ID            string    `json:"id"`
	CloudProvider string    `json:"cloudProvider"`
	CreatedDate   time.Time `json:"createdDate,omitzero"`

	// AWS
	AuthorizedDate             time.Time `json:"authorizedDate,omitzero"`     // zero until authorized
	IAMAssumedRoleARN          string    `json:"iamAssumedRoleArn,omitempty"` // "" until authorized
	AtlasAWSAccountARN         string    `json:"atlasAWSAccountArn,omitempty"`
	AtlasAssumedRoleExternalID string    `json:"atlasAssumedRoleExternalId,omitempty"`

	// AZURE
	ServicePrincipalID string `json:"servicePrincipalId,omitempty"` // "" until authorized
	TenantID           string `json:"tenantId,omitempty"`
	AtlasAzureAppID    string `json:"atlasAzureAppId,omitempty"`

	// GCP
	Status                    string `json:"status,omitempty"` // IN_PROGRESS, COMPLETE, FAILED or NOT_INITIATED
	GCPServiceAccountForAtlas string `json:"gcpServiceAccountForAtlas,omitempty"`
}

// The value of status of a role that is ready.
const gcpComplete = "COMPLETE"

// AddAccessRole adds a role, or replaces the one with its id, and returns it. Fields that are not
// set get values, but not those that a role has only when it is authorized: see AuthorizedDate,
// ServicePrincipalID and Status. If the project does not exist, it is added.
//
// A project without roles accepts any role id for its export buckets, another one only authorized
// roles of the bucket's cloud.
func (a *Atlas) AddAccessRole(projectID string, role AccessRole) AccessRole {
	a.change(func() { role = a.ensureProject(projectID).addAccessRole(a, role) })
	return role
}

func (p *project) addAccessRole(a *Atlas, role AccessRole) AccessRole {
	now := time.Now()
	setDefault(&role.ID, a.ids.next(now))
	setDefault(&role.CloudProvider, aws)
	switch role.CloudProvider {
	case aws:
		if role.CreatedDate.IsZero() {
			role.CreatedDate = inSeconds(now)
		}
		if !role.AuthorizedDate.IsZero() {
			setDefault(&role.IAMAssumedRoleARN, "arn:aws:iam::123456789012:role/atlas-export")
		}
		setDefault(&role.AtlasAWSAccountARN, "arn:aws:iam::210987654321:root")
		setDefault(&role.AtlasAssumedRoleExternalID, "64c0ffee-0000-4000-8000-"+role.ID[12:])
	case azure:
		setDefault(&role.TenantID, tenantID)
		setDefault(&role.AtlasAzureAppID, "64c0ffee-0000-4000-8000-0000000000aa")
	case gcp:
		setDefault(&role.Status, "NOT_INITIATED")
		if role.Status == gcpComplete {
			setDefault(&role.GCPServiceAccountForAtlas, "atlas-"+role.ID[12:]+"@p-emulator.iam.gserviceaccount.com")
		}
	}
	roles := p.accessRoles()
	*roles = put(*roles, role, func(other AccessRole) bool { return other.ID == role.ID })
	return role
}

// isAuthorized: nothing says of a role of Azure that it is ready, so it is when it has a service
// principal.
func (r AccessRole) isAuthorized() bool {
	switch r.CloudProvider {
	case azure:
		return r.ServicePrincipalID != ""
	case gcp:
		return r.Status == gcpComplete
	}
	return !r.AuthorizedDate.IsZero()
}

// useAccessRole refuses the role of a new export bucket if the project has roles and this one is
// unknown, of another cloud or not authorized. A bucket on Azure takes the tenant of its role.
func (p *project) useAccessRole(b *ExportBucket) *failure {
	roles := *p.accessRoles()
	if len(roles) == 0 {
		return nil
	}
	i := slices.IndexFunc(roles, func(r AccessRole) bool { return r.ID == b.accessRoleID() && r.CloudProvider == b.CloudProvider })
	if i < 0 || !roles[i].isAuthorized() {
		return accessRoleNotAuthorized(b.accessRoleID())
	}
	b.TenantID = roles[i].TenantID
	return nil
}

func (b ExportBucket) accessRoleID() string {
	if b.CloudProvider == aws {
		return b.IAMRoleID
	}
	return b.RoleID
}

// featureUsage is what uses a role.
type featureUsage struct {
	FeatureType string          `json:"featureType"`
	FeatureID   exportFeatureID `json:"featureId"`
}

type exportFeatureID struct {
	ExportBucketID string `json:"exportBucketId"`
	GroupID        string `json:"groupId"`
}

// featureUsagesOf returns the uses of a role, which may be [].
func (p *project) featureUsagesOf(role AccessRole) []featureUsage {
	usages := []featureUsage{}
	for _, stored := range *p.exportBuckets() {
		if stored.Bucket.accessRoleID() == role.ID {
			usages = append(usages, featureUsage{"EXPORT_SNAPSHOT", exportFeatureID{stored.Bucket.ID, p.id}})
		}
	}
	return usages
}

// The roles of the clouds in answers, with the fields that are recorded.
type (
	awsRoleAnswer struct {
		AtlasAssumedRoleExternalID string         `json:"atlasAssumedRoleExternalId"`
		AtlasAWSAccountARN         string         `json:"atlasAWSAccountArn"`
		AuthorizedDate             *time.Time     `json:"authorizedDate"`
		CreatedDate                time.Time      `json:"createdDate"`
		FeatureUsages              []featureUsage `json:"featureUsages"`
		IAMAssumedRoleARN          *string        `json:"iamAssumedRoleArn"`
		RoleID                     string         `json:"roleId"`
	}
	azureRoleAnswer struct {
		ID                 string         `json:"_id"`
		AtlasAzureAppID    string         `json:"atlasAzureAppId"`
		FeatureUsages      []featureUsage `json:"featureUsages"`
		ServicePrincipalID *string        `json:"servicePrincipalId"`
		TenantID           string         `json:"tenantId"`
	}
	gcpRoleAnswer struct {
		FeatureUsages             []featureUsage `json:"featureUsages"`
		GCPServiceAccountForAtlas *string        `json:"gcpServiceAccountForAtlas"`
		RoleID                    string         `json:"roleId"`
		Status                    string         `json:"status"`
	}
)

// answerWithAccessRole: that what is missing is null on Azure and on Google Cloud too is
// unverified.
func (p *project) answerWithAccessRole(r AccessRole) any {
	usages := p.featureUsagesOf(r)
	switch r.CloudProvider {
	case azure:
		return azureRoleAnswer{
			ID: r.ID, AtlasAzureAppID: r.AtlasAzureAppID, FeatureUsages: usages, ServicePrincipalID: orNull(r.ServicePrincipalID), TenantID: r.TenantID,
		}
	case gcp:
		return gcpRoleAnswer{
			FeatureUsages: usages, GCPServiceAccountForAtlas: orNull(r.GCPServiceAccountForAtlas), RoleID: r.ID, Status: r.Status,
		}
	}
	return awsRoleAnswer{
		AtlasAssumedRoleExternalID: r.AtlasAssumedRoleExternalID, AtlasAWSAccountARN: r.AtlasAWSAccountARN, AuthorizedDate: orNull(r.AuthorizedDate),
		CreatedDate: r.CreatedDate, FeatureUsages: usages, IAMAssumedRoleARN: orNull(r.IAMAssumedRoleARN), RoleID: r.ID,
	}
}

// orNull returns nil for a zero value.
func orNull[T comparable](value T) *T {
	if value == *new(T) {
		return nil
	}
	return &value
}

// listAccessRoles answers with an object of three arrays, which is not paged.
func (a *Atlas) listAccessRoles(c *call) (any, *failure) {
	arrays := map[string]string{aws: "awsIamRoles", azure: "azureServicePrincipals", gcp: "gcpServiceAccounts"}
	answer := map[string][]any{}
	for _, name := range arrays {
		answer[name] = []any{}
	}
	for _, role := range *c.project.accessRoles() {
		name := arrays[role.CloudProvider]
		answer[name] = append(answer[name], c.project.answerWithAccessRole(role))
	}
	return answer, nil
}

func (a *Atlas) getAccessRole(c *call) (any, *failure) {
	id := c.pathValues["roleId"]
	for _, role := range *c.project.accessRoles() {
		if role.ID == id {
			return c.project.answerWithAccessRole(role), nil
		}
	}
	return nil, accessRoleNotFound(id)
}

func accessRoleNotAuthorized(id string) *failure {
	return newFailure(http.StatusBadRequest, "CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED",
		fmt.Sprintf("The specified Cloud Provider Access role (%s) has not been authorized.", id), id)
}

// accessRoleNotFound: code and sentence are unverified.
func accessRoleNotFound(id string) *failure {
	return newFailure(http.StatusNotFound, "CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND", fmt.Sprintf("No Cloud Provider Access role with ID %s exists.", id), id)
}
