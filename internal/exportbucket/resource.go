// Package exportbucket is the export bucket as Terraform sees it.
package exportbucket

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
)

var (
	_ resource.ResourceWithConfigure      = (*exportBucket)(nil)
	_ resource.ResourceWithIdentity       = (*exportBucket)(nil)
	_ resource.ResourceWithImportState    = (*exportBucket)(nil)
	_ resource.ResourceWithModifyPlan     = (*exportBucket)(nil)
	_ resource.ResourceWithValidateConfig = (*exportBucket)(nil)
)

type exportBucket struct {
	connection *diagnose.Connection
}

// NewResource returns the resource atlasbackup_export_bucket.
func NewResource() resource.Resource {
	return &exportBucket{}
}

func (r *exportBucket) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_export_bucket"
}

func (r *exportBucket) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if req.ProviderData == nil {
		return // validation, before the provider is configured
	}
	connection, ok := req.ProviderData.(*diagnose.Connection)
	if !ok {
		resp.Diagnostics.AddError("Unexpected provider data", fmt.Sprintf("This is a bug in the provider: it handed over a %T.", req.ProviderData))
		return
	}
	r.connection = connection
}

// begin gives an operation its time, as limitOf has it, and a client; nil when there is an
// error in diags, its own or one from before.
func (r *exportBucket) begin(ctx context.Context, configured func(context.Context, time.Duration) (time.Duration, diag.Diagnostics),
	diags *diag.Diagnostics,
) (context.Context, context.CancelFunc, *atlas.Client) {
	ctx, cancel := context.WithTimeout(ctx, limitOf(ctx, configured, diags))
	if diags.HasError() {
		return ctx, cancel, nil
	}
	return ctx, cancel, r.connection.Client(diags)
}

// Create ends with a look at what was made, because the POST's answer has no region yet.
func (r *exportBucket) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var bucket model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &bucket)...)
	ctx, cancel, client := r.begin(ctx, bucket.Timeouts.Create, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	plan := bucket.attributes
	made, err := client.CreateExportBucket(ctx, bucket.ProjectID.ValueString(), bucket.request(), bucket.match)
	if err != nil {
		resp.Diagnostics.Append(notCreated(err, bucket)...)
		return
	}
	// It exists: it is in the state before anything else can fail.
	bucket.read(made)
	bucket.keepPromises(plan)
	resp.Diagnostics.Append(resp.State.Set(ctx, bucket)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, bucket.identity())...)

	found, twins, err := lookBack(ctx, client, bucket)
	resp.Diagnostics.Append(twinsOf(bucket, twins)...)
	if err != nil {
		resp.Diagnostics.Append(notReadBack(err, bucket)...)
		return
	}
	bucket.read(found)
	bucket.keepPromises(plan)
	resp.Diagnostics.Append(resp.State.Set(ctx, bucket)...)
}

// Read drops the bucket from the state when Atlas says that it, or its project, is gone.
func (r *exportBucket) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var bucket model
	resp.Diagnostics.Append(req.State.Get(ctx, &bucket)...)
	// Before all else: the framework wants it of a bucket that is gone, too.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, bucket.identity())...)
	resp.Diagnostics.Append(invalidState("Export bucket not read", bucket)...)
	ctx, cancel, client := r.begin(ctx, bucket.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	found, err := read(ctx, client, bucket.key())
	switch {
	case isGone(err):
		resp.Diagnostics.Append(projectGone(err, client, bucket, "dropped from the state")...)
		resp.State.RemoveResource(ctx)
	case err != nil:
		resp.Diagnostics.Append(diagnose.Error("Export bucket not read", err, nil)...)
	default:
		bucket.read(found)
		resp.Diagnostics.Append(resp.State.Set(ctx, bucket)...)
	}
}

// Update asks Atlas only when private networking changes; the rest of what changes in
// place is Terraform's own.
func (r *exportBucket) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var bucket, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &bucket)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, bucket.identity())...)
	if resp.Diagnostics.Append(invalidState("Export bucket not changed", state)...); resp.Diagnostics.HasError() {
		return
	}

	if !bucket.RequirePrivateNetworking.Equal(state.RequirePrivateNetworking) {
		ctx, cancel, client := r.begin(ctx, bucket.Timeouts.Update, &resp.Diagnostics)
		defer cancel()
		if client == nil {
			return
		}
		var changed *atlas.ExportBucket
		k, plan := bucket.key(), bucket.attributes
		err := repeatOnForeign404(ctx, client, k, func() (err error) {
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

// Delete takes a bucket that is gone for deleted.
func (r *exportBucket) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var bucket model
	resp.Diagnostics.Append(req.State.Get(ctx, &bucket)...)
	resp.Diagnostics.Append(invalidState("Export bucket not deleted", bucket)...)
	ctx, cancel, client := r.begin(ctx, bucket.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	err := remove(ctx, client, bucket.key(), bucket.DisableAutoExportOnDestroy.ValueBool())
	switch {
	case isGone(err):
		resp.Diagnostics.Append(projectGone(err, client, bucket, "taken for deleted")...)
	case err != nil:
		resp.Diagnostics.Append(notDeleted(err)...)
	}
}

// ImportState takes an import id or an identity, and leaves the rest to Read.
func (r *exportBucket) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, diags := importIdentity(ctx, req)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("project_id"), id.ProjectID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id.ID)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, id)...)
}
