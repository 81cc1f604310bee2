// Package exportbucket is the export bucket as Terraform sees it.
package exportbucket

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var (
	_ resource.ResourceWithConfigure      = (*exportBucket)(nil)
	_ resource.ResourceWithIdentity       = (*exportBucket)(nil)
	_ resource.ResourceWithImportState    = (*exportBucket)(nil)
	_ resource.ResourceWithModifyPlan     = (*exportBucket)(nil)
	_ resource.ResourceWithValidateConfig = (*exportBucket)(nil)
)

type exportBucket struct {
	operation.Resource
}

// NewResource returns the resource atlasbackup_export_bucket.
func NewResource() resource.Resource {
	return &exportBucket{}
}

func (r *exportBucket) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_export_bucket"
}

// Create reads the new bucket at its end, because the POST's answer has no region yet.
func (r *exportBucket) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var bucket model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &bucket)...)
	ctx, cancel, client := r.Begin(ctx, "create", bucket.Timeouts.Create, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	plan := bucket.attributes
	made, err := client.CreateExportBucket(ctx, bucket.ProjectID.ValueString(), bucket.request(), bucket.match)
	if err != nil {
		resp.Diagnostics.Append(noun.NotCreated(err, bucket.fields(), importIDs(bucket.ProjectID))...)
		return
	}
	// It exists: it is in the state before anything else can fail.
	bucket.read(made)
	bucket.keepPromises(plan)
	resp.Diagnostics.Append(resp.State.Set(ctx, bucket)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, bucket.identity())...)

	found, twins, err := readBack(ctx, client, bucket)
	resp.Diagnostics.Append(twinsOf(bucket, twins)...)
	if err != nil {
		resp.Diagnostics.Append(noun.NotReadBack(bucket.ID.ValueString(), err)...)
		return
	}
	bucket.read(found)
	bucket.keepPromises(plan)
	resp.Diagnostics.Append(resp.State.Set(ctx, bucket)...)
}

// Read removes the bucket from the state when Atlas says that it, or its project, does not exist.
func (r *exportBucket) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var bucket model
	resp.Diagnostics.Append(req.State.Get(ctx, &bucket)...)
	// Before all else: the framework wants it of a bucket that is gone, too.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, bucket.identity())...)
	resp.Diagnostics.Append(noun.InvalidState("Export bucket not read", bucket.identity().Validate())...)
	ctx, cancel, client := r.Begin(ctx, "read", bucket.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	found, err := bucket.key().read(ctx, client, bucket.attributes)
	switch {
	case operation.IsGone(err) && bucket.isImported():
		resp.Diagnostics.Append(noun.NotImported(err, bucket.identity().importID(), "Check both ids. The data source "+
			"atlasbackup_export_buckets and `terraform query` list the export buckets of a project.")...)
	case operation.IsGone(err):
		resp.Diagnostics.Append(noun.ProjectNotFound(err, client, bucket.ProjectID.ValueString(), bucket.identity().importID(), "removed from the state")...)
		resp.State.RemoveResource(ctx)
	case err != nil:
		resp.Diagnostics.Append(noun.Error("Export bucket not read", err, nil)...)
	default:
		// Most refreshes change nothing, and converting a model is most of what they cost.
		before := bucket.attributes
		bucket.read(found)
		if bucket.attributes != before {
			resp.Diagnostics.Append(resp.State.Set(ctx, bucket)...)
		}
	}
}

// Update sends a request only when private networking changes: everything else that changes in
// place is in the state alone.
func (r *exportBucket) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var bucket, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &bucket)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, bucket.identity())...)
	if resp.Diagnostics.Append(noun.InvalidState("Export bucket not changed", state.identity().Validate())...); resp.Diagnostics.HasError() {
		return
	}

	if !bucket.RequirePrivateNetworking.Equal(state.RequirePrivateNetworking) {
		ctx, cancel, client := r.Begin(ctx, "update", bucket.Timeouts.Update, &resp.Diagnostics)
		defer cancel()
		if client == nil {
			return
		}
		var changed *atlas.ExportBucket
		k, plan := bucket.key(), bucket.attributes
		err := k.existence(client).Repeat(ctx, client, func(ctx context.Context) (err error) {
			changed, err = client.SetExportBucketPrivateNetworking(ctx, k.projectID, k.id, bucket.RequirePrivateNetworking.ValueBool())
			return err
		})
		if err != nil {
			resp.Diagnostics.Append(notChanged(err, bucket)...)
			return
		}
		bucket.read(changed)
		bucket.keepPromises(plan)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, bucket)...)
}

// Delete succeeds for a bucket that does not exist.
func (r *exportBucket) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var bucket model
	resp.Diagnostics.Append(req.State.Get(ctx, &bucket)...)
	resp.Diagnostics.Append(noun.InvalidState("Export bucket not deleted", bucket.identity().Validate())...)
	ctx, cancel, client := r.Begin(ctx, "delete", bucket.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	err := remove(ctx, client, bucket.key(), bucket.DisableAutoExportOnDestroy.ValueBool())
	switch {
	case operation.IsGone(err):
		resp.Diagnostics.Append(noun.ProjectNotFound(err, client, bucket.ProjectID.ValueString(), bucket.identity().importID(), "considered deleted")...)
	case err != nil:
		resp.Diagnostics.Append(notDeleted(err)...)
	}
}

// ImportState takes an import id or an identity, and leaves the rest to Read.
func (r *exportBucket) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, diags := operation.ImportIdentity(ctx, noun, req, parseImportID)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("project_id"), id.ProjectID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id.ID)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, id)...)
}
