package atlas

import (
	"context"
	"errors"
	"net/http"
)

// Dates of the media types that the endpoints are typed after.
const (
	versionExportBucket       = "2024-05-30"
	versionExportBucketDelete = "2023-01-01"
)

// Cloud providers, as Atlas spells them.
const (
	AWS   = "AWS"
	Azure = "AZURE"
	GCP   = "GCP"
)

// ExportBucket is Atlas' answer. What a cloud does not have is empty.
type ExportBucket struct {
	ID            string `json:"_id"` // hex24
	BucketName    string `json:"bucketName"`
	CloudProvider string `json:"cloudProvider"`

	IAMRoleID                string `json:"iamRoleId"`                // AWS: Atlas' role id, not the ARN
	Region                   string `json:"region"`                   // AWS: absent in the POST's answer and in buckets of 2023-2024 (recorded)
	RequirePrivateNetworking bool   `json:"requirePrivateNetworking"` // AWS
	RoleID                   string `json:"roleId"`                   // Azure, Google Cloud
	ServiceURL               string `json:"serviceUrl"`               // Azure
	TenantID                 string `json:"tenantId"`                 // Azure
}

// check refuses an answer that names no bucket: its empty id would be taken for one.
func (b *ExportBucket) check() error {
	if b.ID == "" {
		return errors.New("it has no _id")
	}
	return nil
}

// ExportBucketRequest is the body of a POST. Empty fields are left out.
type ExportBucketRequest struct {
	BucketName               string `json:"bucketName"`
	CloudProvider            string `json:"cloudProvider"`
	IAMRoleID                string `json:"iamRoleId,omitempty"`
	RequirePrivateNetworking *bool  `json:"requirePrivateNetworking,omitempty"`
	RoleID                   string `json:"roleId,omitempty"`
	ServiceURL               string `json:"serviceUrl,omitempty"`
}

// CreateExportBucket makes one. The answer has no region yet. Atlas allows duplicates,
// so a call that is repeated makes a second one.
func (c *Client) CreateExportBucket(ctx context.Context, projectID string, in ExportBucketRequest) (*ExportBucket, error) {
	return c.exportBucket(ctx, request{
		method:  http.MethodPost,
		version: versionExportBucket,
		path:    exportBucketPath(projectID),
		in:      in,
	})
}

// GetExportBucket reads one; IsGone tells its end.
func (c *Client) GetExportBucket(ctx context.Context, projectID, id string) (*ExportBucket, error) {
	return c.exportBucket(ctx, request{
		method:  http.MethodGet,
		version: versionExportBucket,
		path:    exportBucketPath(projectID, id),
	})
}

// SetExportBucketPrivateNetworking changes the one thing that Atlas changes in place, on
// AWS only.
func (c *Client) SetExportBucketPrivateNetworking(ctx context.Context, projectID, id string, required bool) (*ExportBucket, error) {
	return c.exportBucket(ctx, request{
		method:  http.MethodPatch,
		version: versionExportBucket,
		path:    exportBucketPath(projectID, id),
		in: struct {
			RequirePrivateNetworking bool `json:"requirePrivateNetworking"`
		}{required},
	})
}

// DeleteExportBucket removes one. IsGone tells that there was none; CodeExportBucketInUse
// that a cluster exports to it.
func (c *Client) DeleteExportBucket(ctx context.Context, projectID, id string) error {
	return c.do(ctx, request{
		method:  http.MethodDelete,
		version: versionExportBucketDelete,
		path:    exportBucketPath(projectID, id),
	})
}

func (c *Client) exportBucket(ctx context.Context, r request) (*ExportBucket, error) {
	var bucket ExportBucket
	r.out = &bucket
	if err := c.do(ctx, r); err != nil {
		return nil, err
	}
	return &bucket, nil
}

func exportBucketPath(projectID string, id ...string) []string {
	return append([]string{"groups", projectID, "backup", "exportBuckets"}, id...)
}
