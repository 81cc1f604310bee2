package atlas

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
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

var objectID = regexp.MustCompile(`^[a-f0-9]{24}$`)

// CreatedAt is the time that an id carries, to the second: the first four bytes of an
// ObjectID (documented). Of an id that is none it is the zero time.
func CreatedAt(id string) time.Time {
	bytes, err := hex.DecodeString(id)
	if err != nil || len(bytes) != 12 {
		return time.Time{}
	}
	return time.Unix(int64(binary.BigEndian.Uint32(bytes)), 0)
}

// CreatedAt is the time at which Atlas has made the bucket.
func (b ExportBucket) CreatedAt() time.Time { return CreatedAt(b.ID) }

// Check refuses an answer that is not about the bucket with the id, or on another cloud, or
// lacks what each bucket of its cloud has (documented): a cache or a gateway may mix answers
// up, and what is missing would be taken for a change. cloudProvider is "" where it is not
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

// GetExportBucket reads one; IsGone tells of an error that there is none. cloudProvider is
// the bucket's, or "" where it is not known yet. On AWS the region appears some seconds after
// the creation (recorded: seven at the most).
func (c *Client) GetExportBucket(ctx context.Context, projectID, id, cloudProvider string) (*ExportBucket, error) {
	return c.exportBucket(ctx, request{
		method:  http.MethodGet,
		version: versionExportBucket,
		path:    exportBucketPath(projectID, id),
	}, func(b ExportBucket) error { return b.Check(id, cloudProvider) })
}

// ExportBuckets yields those of a project, as listEach does.
func (c *Client) ExportBuckets(ctx context.Context, projectID string) iter.Seq2[ExportBucket, error] {
	return listEach(ctx, c, exportBuckets(projectID))
}

// AllExportBuckets returns those of a project at once, in Atlas' order. whole tells that none
// is missing: see listAll.
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
	}, func(b ExportBucket) error { return b.Check(id, AWS) })
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

// CreateExportBucket makes one, and Atlas writes a small file into the storage to check its
// permission. The answer, a 200, has no region yet (recorded), and may have nothing but the
// id. Its errors may name fields of the request, or the role; an *UndecidedError tells that it
// is not known whether the bucket was made.
//
// match tells of a listed bucket whether it is what was asked for.
func (c *Client) CreateExportBucket(ctx context.Context, projectID string, in ExportBucketRequest, match func(ExportBucket) Match) (*ExportBucket, error) {
	return settle(ctx, c, creation[ExportBucket]{
		path: exportBucketPath(projectID),
		turn: placeOf(projectID, in),
		post: func(ctx context.Context) (*ExportBucket, error) {
			return c.exportBucket(ctx, request{
				method:  http.MethodPost,
				version: versionExportBucket,
				path:    exportBucketPath(projectID),
				in:      in,
			}, func(b ExportBucket) error { return c.checkNew(b, in) })
		},
		list:  func(ctx context.Context) ([]ExportBucket, bool, error) { return c.AllExportBuckets(ctx, projectID) },
		match: match,
		id:    func(b ExportBucket) string { return b.ID },
	})
}

// checkNew refuses an answer to a POST that is about another bucket: one that this process
// knows already, or that was not asked for.
func (c *Client) checkNew(b ExportBucket, in ExportBucketRequest) error {
	differs := func(got, asked string) bool { return got != "" && got != asked }
	switch {
	case !objectID.MatchString(b.ID):
		return errors.New("it has no _id")
	case c.pool.ledger.knows(b.ID):
		return errors.New("its _id is that of another export bucket")
	case differs(b.CloudProvider, in.CloudProvider), differs(b.IAMRoleID, in.IAMRoleID), differs(b.RoleID, in.RoleID),
		in.BucketName != "" && differs(b.BucketName, in.BucketName), differs(hostOf(b.ServiceURL), hostOf(in.ServiceURL)):
		return errors.New("it is about another export bucket")
	}
	return nil
}

// exportBucket does a call whose answer is a bucket, and notes that this process knows it.
func (c *Client) exportBucket(ctx context.Context, r request, check func(ExportBucket) error) (*ExportBucket, error) {
	var bucket ExportBucket
	r.decode = into(&bucket, check)
	if err := c.do(ctx, r); err != nil {
		return nil, err
	}
	c.pool.ledger.note(bucket.ID)
	return &bucket, nil
}

// Knows tells whether an answer to this process was about the export bucket alone: it has
// made, read or changed it.
func (c *Client) Knows(id string) bool { return c.pool.ledger.knows(id) }

func exportBucketPath(projectID string, id ...string) []string {
	return append([]string{"groups", projectID, "backup", "exportBuckets"}, id...)
}

// place is where creations can be mistaken for each other.
type place struct {
	projectID, cloudProvider, bucketName, iamRoleID, roleID, host string
}

func placeOf(projectID string, in ExportBucketRequest) place {
	return place{
		projectID: projectID, cloudProvider: in.CloudProvider, bucketName: in.BucketName, iamRoleID: in.IAMRoleID, roleID: in.RoleID,
		host: hostOf(in.ServiceURL),
	}
}

// hostOf is what tells one Azure address from another, the storage account: the container may
// be in it or not. It is "" for none.
func hostOf(serviceURL string) string {
	u, err := url.Parse(serviceURL)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}
