package atlas

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Codes of answers about an export bucket, as documented and recorded.
const (
	CodeExportBucketDeleteFailed = "EXPORT_BUCKET_DELETE_FAILED"
	CodeExportBucketInUse        = "EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE"
	CodeExportBucketNameInvalid  = "EXPORT_BUCKET_NAME_INVALID"
	CodeExportBucketNotFound     = "EXPORT_BUCKET_NOT_FOUND"
)

// Dates of the media types that the endpoints are typed after, from the Atlas Admin API
// documentation.
const (
	versionExportBucket       = "2024-05-30"
	versionExportBucketDelete = "2023-01-01"
)

// ExportBucket is Atlas' answer, as documented and as recorded on 2026-08-10. Fields that a
// cloud does not have are empty.
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

// CreatedAt is the time at which Atlas created the bucket.
func (b ExportBucket) CreatedAt() time.Time { return CreatedAt(b.ID) }

// Check returns an error when an answer is not about the bucket with the id, is about another
// cloud, or has not what each bucket of its cloud has (documented): a cache or a gateway may mix
// answers up, and a missing field would look like a change. cloudProvider is "" when it is not
// known yet.
func (b ExportBucket) Check(id, cloudProvider string) error {
	role := b.RoleID
	if b.CloudProvider == AWS {
		role = b.IAMRoleID
	}
	switch {
	case b.ID != id:
		return errors.New("its _id is that of another export bucket, or missing")
	case b.CloudProvider == "", cloudProvider != "" && b.CloudProvider != cloudProvider:
		return errors.New("its cloudProvider is that of another export bucket, or missing")
	case b.BucketName == "":
		return errors.New("it has no bucketName")
	case role == "":
		return errors.New("it has no role")
	case b.CloudProvider == Azure && b.ServiceURL == "":
		return errors.New("it has no serviceUrl")
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

// GetExportBucket reads one. CodeExportBucketNotFound tells that it does not exist, and
// CodeProjectNotFound that its project does not. cloudProvider is the bucket's, or "" when it is
// not known yet. On AWS the region appears some seconds after the creation (recorded: at most
// seven).
func (c *Client) GetExportBucket(ctx context.Context, projectID, id, cloudProvider string) (*ExportBucket, error) {
	return c.exportBucket(ctx, request{
		method:  http.MethodGet,
		version: versionExportBucket,
		path:    exportBucketPath(projectID, id),
	}, func(b ExportBucket) error { return b.Check(id, cloudProvider) })
}

// ReadExportBucket is GetExportBucket for the refresh of many: reads of one project share a list,
// as sharedReads describes. accept tells of a bucket in the list whether it has everything that
// the caller needs.
func (c *Client) ReadExportBucket(ctx context.Context, projectID, id, cloudProvider string, accept func(ExportBucket) bool) (*ExportBucket, error) {
	bucket, err := c.buckets.read(ctx, sharedRead[ExportBucket]{
		projectID: projectID,
		id:        id,
		alone: func(ctx context.Context) (*ExportBucket, error) {
			return c.GetExportBucket(ctx, projectID, id, cloudProvider)
		},
		list: func(ctx context.Context) iter.Seq2[ExportBucket, error] {
			return listOnce(ctx, c, exportBuckets(projectID))
		},
		idOf:   func(b ExportBucket) string { return b.ID },
		accept: func(b ExportBucket) bool { return b.Check(id, cloudProvider) == nil && accept(b) },
	})
	if err == nil {
		c.pool.known.add(bucket.ID)
	}
	return bucket, err
}

// ExportBuckets yields the export buckets of a project, as listEach does.
func (c *Client) ExportBuckets(ctx context.Context, projectID string) iter.Seq2[ExportBucket, error] {
	return listEach(ctx, c, exportBuckets(projectID))
}

// AllExportBuckets returns the export buckets of a project at once, in Atlas' order. whole tells
// that none is missing: see listAll.
func (c *Client) AllExportBuckets(ctx context.Context, projectID string) (all []ExportBucket, whole bool, err error) {
	return listAll(ctx, c, exportBuckets(projectID))
}

func exportBuckets(projectID string) listing[ExportBucket] {
	return listing[ExportBucket]{
		version:      versionExportBucket,
		path:         exportBucketPath(projectID),
		itemsPerPage: ItemsPerPage,
		key:          func(b ExportBucket) string { return objectID.FindString(b.ID) },
	}
}

// SetExportBucketPrivateNetworking changes the only field that Atlas changes in place, on AWS
// only (documented), and returns the changed bucket.
func (c *Client) SetExportBucketPrivateNetworking(ctx context.Context, projectID, id string, required bool) (*ExportBucket, error) {
	defer c.buckets.wrote(projectID)
	return c.exportBucket(ctx, request{
		method:  http.MethodPatch,
		version: versionExportBucket,
		path:    exportBucketPath(projectID, id),
		body: struct {
			RequirePrivateNetworking bool `json:"requirePrivateNetworking"`
		}{required},
	}, func(b ExportBucket) error { return b.Check(id, AWS) })
}

// DeleteExportBucket deletes one; the storage and the exported snapshots stay. The codes of its
// errors are those of GetExportBucket, and CodeExportBucketInUse when a cluster of the project
// exports to it (documented; the status and text are unverified).
func (c *Client) DeleteExportBucket(ctx context.Context, projectID, id string) error {
	defer c.buckets.wrote(projectID)
	return c.do(ctx, request{
		method:  http.MethodDelete,
		version: versionExportBucketDelete,
		path:    exportBucketPath(projectID, id),
	})
}

// CreateExportBucket creates one, and Atlas writes a small file into the storage to check its
// permission. The answer, a 200, has no region yet (recorded), and may have only the id. Its
// errors may name fields of the request, or the role; an *UndecidedError tells that it is not
// known whether the bucket was created.
//
// match tells whether a listed bucket is what was asked for.
func (c *Client) CreateExportBucket(ctx context.Context, projectID string, in ExportBucketRequest, match func(ExportBucket) Match) (*ExportBucket, error) {
	defer c.buckets.wrote(projectID)
	return settle(ctx, c, creation[ExportBucket]{
		path: exportBucketPath(projectID),
		turn: exportBucketTurn{projectID, in.CloudProvider, in.BucketName, in.IAMRoleID, in.RoleID, hostOf(in.ServiceURL)},
		post: func(ctx context.Context) (*ExportBucket, error) {
			return c.exportBucket(ctx, request{
				method:    http.MethodPost,
				version:   versionExportBucket,
				path:      exportBucketPath(projectID),
				body:      in,
				temporary: roleNotReady,
			}, func(b ExportBucket) error { return c.checkCreated(b, in) })
		},
		list:  func(ctx context.Context) ([]ExportBucket, bool, error) { return c.AllExportBuckets(ctx, projectID) },
		match: match,
		id:    func(b ExportBucket) string { return b.ID },
	})
}

// checkCreated returns an error when an answer to a POST is about another bucket: one that this
// process knows, or one that differs from the request.
func (c *Client) checkCreated(b ExportBucket, in ExportBucketRequest) error {
	differs := func(got, asked string) bool { return got != "" && got != asked }
	switch {
	case !objectID.MatchString(b.ID):
		return errors.New("it has no _id")
	case c.Knows(b.ID):
		return errors.New("its _id is that of another export bucket")
	case differs(b.CloudProvider, in.CloudProvider), differs(b.IAMRoleID, in.IAMRoleID), differs(b.RoleID, in.RoleID),
		in.BucketName != "" && differs(b.BucketName, in.BucketName), differs(hostOf(b.ServiceURL), hostOf(in.ServiceURL)):
		return errors.New("it is about another export bucket")
	}
	return nil
}

// exportBucket does a call whose answer is a bucket, and remembers the id.
func (c *Client) exportBucket(ctx context.Context, r request, check func(ExportBucket) error) (*ExportBucket, error) {
	bucket, err := call(ctx, c, r, check)
	if err == nil {
		c.pool.known.add(bucket.ID)
	}
	return bucket, err
}

// Knows tells whether this process has created, read or changed the export bucket by its id. To
// have it in a list does not count.
func (c *Client) Knows(id string) bool { return c.pool.known.has(id) }

func exportBucketPath(projectID string, id ...string) []string {
	return append([]string{"groups", projectID, "backup", "exportBuckets"}, id...)
}

// exportBucketTurn is equal for two requests when one bucket may be the result of either.
// Private networking is not in it, because it may show late; of the address, only the host is,
// because the container may be in it or not.
type exportBucketTurn struct {
	projectID, cloudProvider, bucketName, iamRoleID, roleID, host string
}

// hostOf is the host of an Azure address, which names the storage account; "" for no address.
func hostOf(serviceURL string) string {
	u, err := url.Parse(serviceURL)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}
