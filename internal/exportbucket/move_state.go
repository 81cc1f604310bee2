package exportbucket

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

var _ resource.ResourceWithMoveState = (*exportBucket)(nil)

// The types that a bucket can be moved from.
const (
	ownType          = "atlasbackup_export_bucket"
	mongodbatlasType = "mongodbatlas_cloud_backup_snapshot_export_bucket"
)

// The addresses of their providers. The host does not count, because a mirror serves the
// same provider; OpenTofu before 1.12.4 sends neither host nor namespace. This provider
// may come from another namespace: that is a reason for a move.
var (
	ownProvider          = regexp.MustCompile(`^(([^/]+/)?[^/]+/)?atlasbackup$`)
	mongodbatlasProvider = regexp.MustCompile(`^(([^/]+/)?mongodb/)?mongodbatlas$`)
)

// MoveState moves a bucket from the mongodbatlas provider, and from this one under
// another address. A refresh brings what the source does not have.
func (r *exportBucket) MoveState(ctx context.Context) []resource.StateMover {
	var own resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &own)
	return []resource.StateMover{
		{StateMover: moveFromMongodbatlas},
		{StateMover: moveFromOwn, SourceSchema: &own.Schema},
	}
}

// mongodbatlasBucket is the state of mongodbatlasType, of which only the ids must be there.
// That provider stores "" for null.
type mongodbatlasBucket struct {
	// ID has both ids as pairs. A bucket that was made and could not be read has no
	// other trace of its own id.
	ID             string `json:"id"`
	ProjectID      string `json:"project_id"`
	ExportBucketID string `json:"export_bucket_id"`
	CloudProvider  string `json:"cloud_provider"`
	BucketName     string `json:"bucket_name"`
	IAMRoleID      string `json:"iam_role_id"`
	RoleID         string `json:"role_id"`
	ServiceURL     string `json:"service_url"`
	TenantID       string `json:"tenant_id"`
}

func moveFromMongodbatlas(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if req.SourceTypeName != mongodbatlasType || !mongodbatlasProvider.MatchString(req.SourceProviderAddress) {
		return
	}
	var source mongodbatlasBucket
	if err := json.Unmarshal(req.SourceRawState.JSON, &source); err != nil {
		resp.Diagnostics.Append(notMoved(req, err.Error()))
		return
	}
	ids := decodePairs(source.ID)

	// The first attribute makes the rest null, each of its type.
	var bucket model
	resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("project_id"), cmp.Or(source.ProjectID, ids["project_id"]))...)
	resp.Diagnostics.Append(resp.TargetState.Get(ctx, &bucket)...)
	bucket.read(&atlas.ExportBucket{
		ID:            cmp.Or(source.ExportBucketID, ids["id"]),
		CloudProvider: source.CloudProvider,
		BucketName:    source.BucketName,
		IAMRoleID:     source.IAMRoleID,
		RoleID:        source.RoleID,
		ServiceURL:    source.ServiceURL,
		TenantID:      source.TenantID,
	})
	move(ctx, bucket, req, resp)
}

func moveFromOwn(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if req.SourceTypeName != ownType || !ownProvider.MatchString(req.SourceProviderAddress) {
		return
	}
	if req.SourceState == nil || req.SourceState.Raw.IsNull() {
		resp.Diagnostics.Append(notMoved(req, "the state does not fit the resource's schema"))
		return
	}
	var bucket model
	resp.Diagnostics.Append(req.SourceState.Get(ctx, &bucket)...)
	move(ctx, bucket, req, resp)
}

// move makes bucket the target, if it can be found in Atlas.
func move(ctx context.Context, bucket model, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if err := bucket.identity().Validate(); err != nil {
		resp.Diagnostics.Append(notMoved(req, err.Error()))
		return
	}
	resp.Diagnostics.Append(resp.TargetState.Set(ctx, bucket)...)
	resp.Diagnostics.Append(resp.TargetIdentity.Set(ctx, bucket.identity())...)
}

func notMoved(req resource.MoveStateRequest, because string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Export bucket not moved", fmt.Sprintf("The state of a %s of %s cannot be moved: %s.\n\n"+
		"Let the provider that wrote the state refresh it first, without the moved block. Or import the bucket instead: in place of the moved block write "+
		"a removed block with destroy = false for the old address, and an import block with id = \"<project_id>/<id>\" for the new one.",
		req.SourceTypeName, req.SourceProviderAddress, because))
}

// decodePairs takes an id of the mongodbatlas provider apart: keys and values in base64
// with ":" between them, and "-" between the pairs. What is no such pair is left out.
func decodePairs(id string) map[string]string {
	pairs := map[string]string{}
	for pair := range strings.SplitSeq(id, "-") {
		left, right, _ := strings.Cut(pair, ":")
		key, keyErr := base64.StdEncoding.DecodeString(left)
		value, valueErr := base64.StdEncoding.DecodeString(right)
		if errors.Join(keyErr, valueErr) == nil {
			pairs[string(key)] = string(value)
		}
	}
	return pairs
}
