package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

const exportBucketsPath = "/groups/{groupId}/backup/exportBuckets"

// exportBucketNoun has the dates of the Atlas Admin API documentation.
var exportBucketNoun = noun{
	routes: []route{
		{
			method: http.MethodPost, path: exportBucketsPath, versions: exportBucketVersions, roles: backupManagers, family: backupEndpoints,
			handle: (*Atlas).createExportBucket,
		},
		{
			method: http.MethodGet, path: exportBucketsPath, versions: exportBucketVersions, roles: anyRole, family: backupEndpoints,
			handle: (*Atlas).listExportBuckets, exampleItem: exampleExportBucket,
		},
		{
			method: http.MethodGet, path: exportBucketsPath + "/{id}", versions: exportBucketVersions, roles: anyRole, family: backupEndpoints,
			handle: (*Atlas).getExportBucket,
		},
		{
			method: http.MethodPatch, path: exportBucketsPath + "/{id}", versions: []version{{date: "2024-05-30"}}, roles: backupManagers, family: backupEndpoints,
			handle: (*Atlas).updateExportBucket,
		},
		{
			method: http.MethodDelete, path: exportBucketsPath + "/{id}", versions: []version{{date: "2023-01-01"}}, roles: backupManagers, family: backupEndpoints,
			handle: (*Atlas).deleteExportBucket,
		},
	},
	stateKey: exportBucketsKey,
	newState: func() any { return new([]storedBucket) },
	presets:  exportBucketPresets,
	changes: []answerChange{
		{value: OldNetworking, inItems: true, change: invertNetworking},
		{value: OtherCloud, change: replaceCloud},
		{value: Bare, change: removePlaceAndRole},
	},
}

// awsOnlyVersion is the deprecated version of the export bucket endpoints: it has AWS only.
// That its answers have no header Deprecation is unverified.
const awsOnlyVersion = "2023-01-01"

var exportBucketVersions = []version{{date: awsOnlyVersion}, {date: "2024-05-30"}}

const exportBucketsKey = "exportBuckets"

// exportBuckets returns those of the project, oldest first.
func (p *project) exportBuckets() *[]storedBucket {
	return stateOf[[]storedBucket](p, exportBucketsKey)
}

// The values of cloudProvider.
const (
	aws   = "AWS"
	azure = "AZURE"
	gcp   = "GCP"
)

// ExportBucket is an export bucket in the API's shape. Which fields are set
// depends on CloudProvider: IAMRoleID, Region and RequirePrivateNetworking
// on AWS, RoleID, ServiceURL and TenantID on AZURE, RoleID on GCP.
type ExportBucket struct {
	ID                       string `json:"_id"`
	BucketName               string `json:"bucketName"`
	CloudProvider            string `json:"cloudProvider"`
	IAMRoleID                string `json:"iamRoleId,omitempty"`
	RoleID                   string `json:"roleId,omitempty"`
	ServiceURL               string `json:"serviceUrl,omitempty"` // as it was sent
	TenantID                 string `json:"tenantId,omitempty"`
	Region                   string `json:"region,omitempty"` // "" until Atlas has set it, and always on old buckets
	RequirePrivateNetworking bool   `json:"requirePrivateNetworking,omitempty"`
}

// storedBucket is an export bucket, and the time from which it has its region in answers.
type storedBucket struct {
	Bucket     ExportBucket `json:"bucket"`
	RegionFrom time.Time    `json:"regionFrom,omitzero"`
}

// show returns what Atlas shows of the bucket.
func (s storedBucket) show() ExportBucket {
	b := s.Bucket
	if time.Now().Before(s.RegionFrom) {
		b.Region = ""
	}
	return b
}

// exportBucketAnswer is a bucket in an answer, where AWS always has
// requirePrivateNetworking and the others never have.
type exportBucketAnswer struct {
	ExportBucket
	RequirePrivateNetworking *bool `json:"requirePrivateNetworking,omitempty"`
}

func answerWith(b ExportBucket) exportBucketAnswer {
	answer := exportBucketAnswer{ExportBucket: b}
	if b.CloudProvider == aws {
		answer.RequirePrivateNetworking = &b.RequirePrivateNetworking
	}
	return answer
}

// ExportBuckets returns those that the project has now, as the API shows them, but oldest
// first. A project that does not exist has none.
func (a *Atlas) ExportBuckets(projectID string) []ExportBucket {
	a.mu.Lock()
	defer a.mu.Unlock()
	var buckets []ExportBucket
	if p := a.projects[projectID]; p != nil {
		for _, stored := range *p.exportBuckets() {
			buckets = append(buckets, stored.show())
		}
	}
	return buckets
}

// PutExportBucket adds b without the API and its checks, as the newest, and returns it. A b
// without an id gets one. If the project does not exist, it is added.
func (a *Atlas) PutExportBucket(projectID string, b ExportBucket) ExportBucket {
	if b.ID == "" {
		b.ID = a.ids.next(time.Now())
	}
	a.change(func() {
		buckets := a.ensureProject(projectID).exportBuckets()
		*buckets = append(*buckets, storedBucket{Bucket: b})
	})
	return b
}

// RemoveExportBucket removes a bucket without the API, also one in use. It does nothing if
// the bucket does not exist.
func (a *Atlas) RemoveExportBucket(projectID, id string) {
	a.change(func() {
		if p := a.projects[projectID]; p != nil {
			p.removeExportBucket(id)
		}
	})
}

func (p *project) removeExportBucket(id string) {
	buckets := p.exportBuckets()
	*buckets = slices.DeleteFunc(*buckets, func(s storedBucket) bool { return s.Bucket.ID == id })
}

// exportBucket returns the stored bucket, to be read and changed, or EXPORT_BUCKET_NOT_FOUND.
func (p *project) exportBucket(id string) (*storedBucket, *failure) {
	buckets := *p.exportBuckets()
	for i := range buckets {
		if buckets[i].Bucket.ID == id {
			return &buckets[i], nil
		}
	}
	return nil, exportBucketNotFound(id)
}

// exportBucket returns the stored bucket that the path names. That the deprecated version does
// not find the buckets of other clouds is unverified.
func (c *call) exportBucket() (*storedBucket, *failure) {
	id := c.pathValues["id"]
	stored, f := c.project.exportBucket(id)
	if f == nil && !inVersion(stored.Bucket, c.version) {
		return nil, exportBucketNotFound(id)
	}
	return stored, f
}

func inVersion(b ExportBucket, version string) bool {
	return version != awsOnlyVersion || b.CloudProvider == aws
}

// createExportBucket answers 200 without region and links, and adds a bucket that exists
// already a second time: both recorded on 2026-08-10.
func (a *Atlas) createExportBucket(c *call) (any, *failure) {
	b, f := decodeExportBucket(c.body, c.version)
	if f != nil {
		return nil, f
	}
	if f := c.project.useAccessRole(&b); f != nil {
		return nil, f
	}
	if err := a.writePermissionCheck(b.BucketName); err != nil {
		return nil, unexpectedError(err)
	}
	now := time.Now()
	b.ID = a.ids.next(now)
	answer := answerWith(b)

	stored := storedBucket{Bucket: b}
	if b.CloudProvider == aws {
		stored.Bucket.Region = "us-east-1"
		stored.RegionFrom = now.Add(a.regionDelay)
	}
	buckets := c.project.exportBuckets()
	*buckets = append(*buckets, stored)
	a.exportToNew(c.project, b.ID)
	return answer, nil
}

func (a *Atlas) listExportBuckets(c *call) (any, *failure) {
	var answers []exportBucketAnswer
	for _, stored := range *c.project.exportBuckets() {
		if inVersion(stored.Bucket, c.version) {
			answers = append(answers, answerWith(stored.show()))
		}
	}
	return paginate(c, answers, func(b exportBucketAnswer) string { return b.ID })
}

func (a *Atlas) getExportBucket(c *call) (any, *failure) {
	stored, f := c.exportBucket()
	if f != nil {
		return nil, f
	}
	return answerWith(stored.show()), nil
}

// updateExportBucket changes requirePrivateNetworking, the only attribute that can be
// changed, on AWS only. The code of the refusal on other clouds is unverified, and also that
// the attribute is required.
func (a *Atlas) updateExportBucket(c *call) (any, *failure) {
	stored, f := c.exportBucket()
	if f != nil {
		return nil, f
	}
	in, f := decodeAttributes(c.body)
	if f != nil {
		return nil, f
	}
	if f := in.allow("requirePrivateNetworking"); f != nil {
		return nil, f
	}
	if f := in.require("requirePrivateNetworking"); f != nil {
		return nil, f
	}
	if stored.Bucket.CloudProvider != aws {
		return nil, invalidAttribute("requirePrivateNetworking")
	}
	var required bool
	if f := in.decode("requirePrivateNetworking", &required); f != nil {
		return nil, f
	}
	stored.Bucket.RequirePrivateNetworking = required
	return answerWith(stored.show()), nil
}

// deleteExportBucket refuses while a cluster of the project auto-exports to the bucket. Its
// only version has the date of the deprecated version of the other calls, but it deletes the
// buckets of every cloud.
func (a *Atlas) deleteExportBucket(c *call) (any, *failure) {
	id := c.pathValues["id"]
	if _, f := c.project.exportBucket(id); f != nil {
		return nil, f
	}
	if slices.ContainsFunc(*c.project.clusters(), func(cl cluster) bool { return cl.Schedule.autoExport() == id }) {
		return nil, exportBucketInUse(id)
	}
	c.project.removeExportBucket(id)
	return nil, nil
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

// Values of Fault.Answer for export buckets.
const (
	// OldNetworking inverts requirePrivateNetworking, in the items of a list too.
	OldNetworking = "old-networking"
	// OtherCloud replaces the cloudProvider AWS by GCP, and any other by AWS.
	OtherCloud = "other-cloud"
	// Bare removes bucketName, iamRoleId and roleId.
	Bare = "bare"
)

func invertNetworking(object map[string]any) {
	if required, ok := object["requirePrivateNetworking"].(bool); ok {
		object["requirePrivateNetworking"] = !required
	}
}

func replaceCloud(object map[string]any) {
	if object["cloudProvider"] == aws {
		object["cloudProvider"] = gcp
	} else {
		replace(object, "cloudProvider", aws)
	}
}

func removePlaceAndRole(object map[string]any) {
	for _, name := range []string{"bucketName", "iamRoleId", "roleId"} {
		delete(object, name)
	}
}

func exampleExportBucket(_, id string) any {
	return answerWith(ExportBucket{
		ID: id, BucketName: "endless", CloudProvider: aws, IAMRoleID: "64c0ffee00000000000000aa", Region: "us-east-1",
	})
}

func exportBucketPresets() nounPresets {
	const (
		roleID      = "{iamRoleId|roleId|64c0ffee00000000000000aa}" // the one that was sent
		bucketID    = "64c0ffee00000000000000bb"
		principalID = "64c0ffee-0000-4000-8000-0000000000cc"
	)
	badRequest := func(code, sentence string, parameters ...any) Fault {
		return refusal(newFailure(http.StatusBadRequest, code, fmt.Sprintf(sentence, parameters...), parameters...))
	}
	return nounPresets{
		refusals: []Preset{
			{"cannot-assume-role", "400 CANNOT_ASSUME_ROLE, as for a role that was authorized a moment ago",
				badRequest("CANNOT_ASSUME_ROLE", "Atlas cannot assume the specified role (%s).", roleID)},
			{"role-not-authorized", "400 CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED, as for a role that was authorized a moment ago",
				refusal(accessRoleNotAuthorized(roleID))},
			// The sentence is unverified.
			{"invalid-aws-credentials", "400 INVALID_AWS_CREDENTIALS, as for a role that was authorized a moment ago",
				badRequest("INVALID_AWS_CREDENTIALS", "The AWS credentials are invalid.")},
			{"cannot-authenticate-service-principal", "400 CANNOT_AUTHENTICATE_SERVICE_PRINCIPAL, as for a role that was authorized a moment ago",
				badRequest("CANNOT_AUTHENTICATE_SERVICE_PRINCIPAL", "Atlas cannot authenticate with the service principal (%s).", principalID)},
			{"azure-service-principal-invalid", "400 CLOUD_PROVIDER_ACCESS_AZURE_SERVICE_PRINCIPAL_INVALID, as for a role that was authorized a moment ago",
				badRequest("CLOUD_PROVIDER_ACCESS_AZURE_SERVICE_PRINCIPAL_INVALID",
					"The specified Azure Service Principal (%s) contains invalid tenant id or service principal id.", principalID)},
			{"in-use", "400 EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE", refusal(exportBucketInUse(bucketID))},

			{"export-bucket-not-found", "404 EXPORT_BUCKET_NOT_FOUND, as for a bucket that Atlas does not show yet", refusal(exportBucketNotFound(bucketID))},
		},
		stale: []Preset{
			{"old-networking", "Atlas' answer with requirePrivateNetworking inverted, in a list too", after(Fault{Answer: OldNetworking})},
		},
		wrong: []Preset{
			{"other-cloud", "Atlas' answer with another cloudProvider", after(Fault{Answer: OtherCloud})},
			{"bare-bucket", "Atlas' answer without bucketName, iamRoleId and roleId", after(Fault{Answer: Bare})},
		},
	}
}
