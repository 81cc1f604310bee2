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

// Limits of the operations where the configuration sets none.
const (
	createTimeout = 5 * time.Minute
	readTimeout   = 2 * time.Minute
	updateTimeout = 2 * time.Minute
	deleteTimeout = 5 * time.Minute
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

// Create ends with a GET, because the POST's answer has no region yet.
func (r *exportBucket) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var bucket model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &bucket)...)
	limit, diags := bucket.Timeouts.Create(ctx, createTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, ok := r.connection.Client(&resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	made, err := client.CreateExportBucket(ctx, bucket.ProjectID.ValueString(), bucket.request())
	if err != nil {
		resp.Diagnostics.Append(diagnose.Error("Export bucket not created", err, bucket.fields())...)
		return
	}
	// It exists: it is in the state before anything else can fail.
	bucket.read(made)
	resp.Diagnostics.Append(resp.State.Set(ctx, bucket)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, bucket.identity())...)

	found, err := awaitRegion(ctx, client, bucket.ProjectID.ValueString(), made)
	if err != nil {
		warnNotRead(&resp.Diagnostics, err)
		return
	}
	bucket.read(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, bucket)...)
}

// warnNotRead reports a failed look at a bucket that was made. It is a warning: an error
// would taint the bucket, and the next apply would replace it.
func warnNotRead(diags *diag.Diagnostics, err error) {
	for _, d := range diagnose.Error("Export bucket created, but not read back", err, nil) {
		diags.AddWarning(d.Summary(), d.Detail()+"\n\nThe bucket is in the state. The next plan or apply reads the rest.")
	}
}

// Read drops the bucket from the state when Atlas says that it, or its project, is gone.
func (r *exportBucket) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var bucket model
	resp.Diagnostics.Append(req.State.Get(ctx, &bucket)...)
	limit, diags := bucket.Timeouts.Read(ctx, readTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	// Before all else: the framework wants it of a bucket that is gone, too.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, bucket.identity())...)
	client, ok := r.connection.Client(&resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	found, err := client.GetExportBucket(ctx, bucket.ProjectID.ValueString(), bucket.ID.ValueString())
	switch {
	case atlas.IsGone(err):
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
	limit, diags := bucket.Timeouts.Update(ctx, updateTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, bucket.identity())...)

	if !bucket.RequirePrivateNetworking.Equal(state.RequirePrivateNetworking) {
		client, ok := r.connection.Client(&resp.Diagnostics)
		if !ok {
			return
		}
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		changed, err := client.SetExportBucketPrivateNetworking(ctx, bucket.ProjectID.ValueString(), bucket.ID.ValueString(),
			bucket.RequirePrivateNetworking.ValueBool())
		if err != nil {
			resp.Diagnostics.Append(diagnose.Error("Export bucket not changed", err, bucket.fields())...)
			return
		}
		bucket.read(changed)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, bucket)...)
}

// Delete takes a bucket that is gone for deleted.
func (r *exportBucket) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var bucket model
	resp.Diagnostics.Append(req.State.Get(ctx, &bucket)...)
	limit, diags := bucket.Timeouts.Delete(ctx, deleteTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, ok := r.connection.Client(&resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	projectID, id := bucket.ProjectID.ValueString(), bucket.ID.ValueString()
	err := client.DeleteExportBucket(ctx, projectID, id)
	if atlas.HasCode(err, atlas.CodeExportBucketInUse) && bucket.DisableAutoExportOnDestroy.ValueBool() {
		if err = disableAutoExport(ctx, client, projectID, id); err == nil {
			err = client.DeleteExportBucket(ctx, projectID, id)
		}
	}
	if err != nil && !atlas.IsGone(err) {
		resp.Diagnostics.Append(diagnose.Error("Export bucket not deleted", err, nil)...)
	}
}

// ImportState takes an import id or an identity, and leaves the rest to Read.
func (r *exportBucket) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var id identity
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &id)...)
	} else {
		var err error
		if id, err = parseImportID(req.ID); err != nil {
			resp.Diagnostics.AddError("Invalid import id", err.Error()+".")
		}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("project_id"), id.ProjectID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id.ID)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, id)...)
}
