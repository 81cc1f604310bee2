package atlas

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"
)

// Dates of the media types that the endpoints are typed after, from the Atlas Admin API
// documentation.
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

// ExportBucket is Atlas' answer, as documented and as recorded on 2026-08-10. What a cloud
// does not have is empty.
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

// GetExportBucket reads one; IsGone tells of an error that there is none. On AWS the region
// appears some seconds after the creation (recorded: seven at the most).
func (c *Client) GetExportBucket(ctx context.Context, projectID, id string) (*ExportBucket, error) {
	return c.exportBucket(ctx, request{
		method:  http.MethodGet,
		version: versionExportBucket,
		path:    exportBucketPath(projectID, id),
	})
}

// ExportBuckets yields those of a project, from every page and in Atlas' order; an error is
// the last thing it yields.
func (c *Client) ExportBuckets(ctx context.Context, projectID string) iter.Seq2[ExportBucket, error] {
	return c.exportBuckets(ctx, projectID, new(pageCount))
}

func (c *Client) exportBuckets(ctx context.Context, projectID string, count *pageCount) iter.Seq2[ExportBucket, error] {
	return list(ctx, c, versionExportBucket, func(b ExportBucket) string { return b.ID }, count, exportBucketPath(projectID)...)
}

// AllExportBuckets returns those of a project at once, in Atlas' order, and none is missing:
// when buckets come or go between two pages it lists them again, and takes what Atlas
// counts, or shows twice. Of a list that never rests it returns all that it has seen.
func (c *Client) AllExportBuckets(ctx context.Context, projectID string) ([]ExportBucket, error) {
	const tries = 5
	var before, seen []ExportBucket
	known := map[string]bool{}
	for range tries {
		var count pageCount
		var all []ExportBucket
		for bucket, err := range c.exportBuckets(ctx, projectID, &count) {
			if err != nil {
				return nil, err
			}
			all = append(all, bucket)
			if !known[bucket.ID] {
				known[bucket.ID] = true
				seen = append(seen, bucket)
			}
		}
		if count.whole(len(all)) || slices.Equal(all, before) {
			return all, nil
		}
		before = all
	}
	return seen, nil
}

// SetExportBucketPrivateNetworking changes the one thing that Atlas changes in place, on
// AWS only (documented), and returns the bucket as it is then.
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

// DeleteExportBucket removes one; the storage and what was exported stay. Of an error,
// IsGone tells that there was none, and CodeExportBucketInUse that a cluster of the project
// exports to it (documented; the status and text are unverified).
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
	c.ledger.note(bucket.ID)
	return &bucket, nil
}

func exportBucketPath(projectID string, id ...string) []string {
	return append([]string{"groups", projectID, "backup", "exportBuckets"}, id...)
}
