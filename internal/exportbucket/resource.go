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

// timeout is the limit of an operation where the configuration sets none. Two minutes would
// be too few for a refresh whose first two requests get no answer, or that Atlas puts off
// three times.
const timeout = 5 * time.Minute

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

// begin gives an operation its time, from the configuration or else timeout, and a client;
// nil when there is an error in diags, its own or one from before.
func (r *exportBucket) begin(ctx context.Context, configured func(context.Context, time.Duration) (time.Duration, diag.Diagnostics),
	diags *diag.Diagnostics,
) (context.Context, context.CancelFunc, *atlas.Client) {
	limit, problems := configured(ctx, timeout)
	diags.Append(problems...)
	ctx, cancel := context.WithTimeout(ctx, limit)
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

	made, err := client.CreateExportBucket(ctx, bucket.ProjectID.ValueString(), bucket.request(), bucket.matches)
	if err != nil {
		resp.Diagnostics.Append(notCreated(err, bucket)...)
		return
	}
	// It exists: it is in the state before anything else can fail.
	bucket.read(made)
	resp.Diagnostics.Append(resp.State.Set(ctx, bucket)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, bucket.identity())...)

	found, twins, err := lookBack(ctx, client, bucket)
	resp.Diagnostics.Append(twinsOf(bucket, twins)...)
	if err != nil {
		resp.Diagnostics.Append(notReadBack(err)...)
		return
	}
	bucket.read(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, bucket)...)
}

// Read drops the bucket from the state when Atlas says that it, or its project, is gone.
func (r *exportBucket) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var bucket model
	resp.Diagnostics.Append(req.State.Get(ctx, &bucket)...)
	// Before all else: the framework wants it of a bucket that is gone, too.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, bucket.identity())...)
	ctx, cancel, client := r.begin(ctx, bucket.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	found, err := read(ctx, client, bucket.ProjectID.ValueString(), bucket.ID.ValueString())
	switch {
	case err != nil:
		resp.Diagnostics.Append(diagnose.Error("Export bucket not read", err, nil)...)
	case found == nil:
		resp.State.RemoveResource(ctx)
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

	if !bucket.RequirePrivateNetworking.Equal(state.RequirePrivateNetworking) {
		ctx, cancel, client := r.begin(ctx, bucket.Timeouts.Update, &resp.Diagnostics)
		defer cancel()
		if client == nil {
			return
		}
		projectID, id := bucket.ProjectID.ValueString(), bucket.ID.ValueString()
		var changed *atlas.ExportBucket
		gone, err := insist(ctx, client, projectID, id, func() (err error) {
			changed, err = client.SetExportBucketPrivateNetworking(ctx, projectID, id, bucket.RequirePrivateNetworking.ValueBool())
			return err
		})
		if err != nil {
			resp.Diagnostics.Append(notChanged(err, bucket, gone)...)
			return
		}
		bucket.read(changed)
		if bucket.Region.IsNull() {
			bucket.Region = state.Region // the plan has promised it, and the answer may lack it as the POST's does
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, bucket)...)
}

// Delete takes a bucket that is gone for deleted.
func (r *exportBucket) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var bucket model
	resp.Diagnostics.Append(req.State.Get(ctx, &bucket)...)
	ctx, cancel, client := r.begin(ctx, bucket.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	err := remove(ctx, client, bucket.ProjectID.ValueString(), bucket.ID.ValueString(), bucket.DisableAutoExportOnDestroy.ValueBool())
	if err != nil {
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
