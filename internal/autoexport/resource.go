// Package autoexport is the automatic export of a cluster's snapshots as Terraform sees it: three
// fields of the cluster's backup schedule.
package autoexport

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var (
	_ resource.ResourceWithConfigure      = (*autoExport)(nil)
	_ resource.ResourceWithIdentity       = (*autoExport)(nil)
	_ resource.ResourceWithImportState    = (*autoExport)(nil)
	_ resource.ResourceWithValidateConfig = (*autoExport)(nil)
)

type autoExport struct {
	operation.Resource
}

// NewResource returns the resource atlasbackup_auto_export.
func NewResource() resource.Resource {
	return &autoExport{}
}

func (r *autoExport) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_auto_export"
}

// Create refuses a cluster whose automatic export is on: it belongs to somebody else, or to
// another state.
func (r *autoExport) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var export model
	var prefix types.Bool
	resp.Diagnostics.Append(req.Plan.Get(ctx, &export)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, prefixPath, &prefix)...)
	ctx, cancel, client := r.Begin(ctx, "create", export.Timeouts.Create, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	before, err := export.key().read(ctx, client)
	switch {
	case err != nil:
		resp.Diagnostics.Append(noun.Error("Automatic export not created", err, fields)...)
		return
	case before.AutoExportEnabled:
		resp.Diagnostics.Append(alreadyOn(export, before))
		return
	}
	schedule, err := export.key().switchOn(ctx, client, export.request(prefix))
	if err != nil {
		resp.Diagnostics.Append(noun.Error("Automatic export not created", err, fields)...)
		return
	}
	resp.Diagnostics.Append(neverExports(export, schedule)...)
	export.readChanged(schedule)
	resp.Diagnostics.Append(resp.State.Set(ctx, export)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, export.identity())...)
}

// Read removes the automatic export from the state when it is off, or the cluster or its
// project does not exist.
func (r *autoExport) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var export model
	resp.Diagnostics.Append(req.State.Get(ctx, &export)...)
	// Before all else: the framework requires it also of a resource that is removed.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, export.identity())...)
	resp.Diagnostics.Append(noun.InvalidState("Automatic export not read", export.identity().Validate())...)
	ctx, cancel, client := r.Begin(ctx, "read", export.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	schedule, err := export.key().read(ctx, client)
	switch {
	case operation.IsGone(err) && export.isImported():
		resp.Diagnostics.Append(noun.NotImported(err, export.identity().importID(), "Check the id of the project and the name of the cluster. The data source "+
			"atlasbackup_clusters lists the clusters of a project.")...)
	case operation.IsGone(err):
		resp.Diagnostics.Append(noun.ProjectNotFound(err, client, export.ProjectID.ValueString(), export.identity().importID(), "removed from the state")...)
		resp.State.RemoveResource(ctx)
	case err != nil:
		resp.Diagnostics.Append(noun.Error("Automatic export not read", err, nil)...)
	case !schedule.AutoExportEnabled && export.isImported():
		resp.Diagnostics.Append(isOff(export))
	case !schedule.AutoExportEnabled:
		resp.State.RemoveResource(ctx)
	default:
		export.read(schedule)
		resp.Diagnostics.Append(resp.State.Set(ctx, export)...)
	}
}

// Update sends a request only when something else than timeouts changes.
func (r *autoExport) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var export, state model
	var prefix types.Bool
	resp.Diagnostics.Append(req.Plan.Get(ctx, &export)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, prefixPath, &prefix)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, export.identity())...)
	if resp.Diagnostics.Append(noun.InvalidState("Automatic export not changed", state.identity().Validate())...); resp.Diagnostics.HasError() {
		return
	}

	if export.isChangeOf(state) {
		ctx, cancel, client := r.Begin(ctx, "update", export.Timeouts.Update, &resp.Diagnostics)
		defer cancel()
		if client == nil {
			return
		}
		schedule, err := export.key().set(ctx, client, export.request(prefix))
		if err != nil {
			resp.Diagnostics.Append(noun.Error("Automatic export not changed", err, fields)...)
			return
		}
		resp.Diagnostics.Append(neverExports(export, schedule)...)
		export.readChanged(schedule)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, export)...)
}

// Delete succeeds for a cluster that does not exist.
func (r *autoExport) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var export model
	resp.Diagnostics.Append(req.State.Get(ctx, &export)...)
	resp.Diagnostics.Append(noun.InvalidState("Automatic export not switched off", export.identity().Validate())...)
	ctx, cancel, client := r.Begin(ctx, "delete", export.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	err := export.key().disable(ctx, client)
	switch {
	case operation.IsGone(err):
		resp.Diagnostics.Append(noun.ProjectNotFound(err, client, export.ProjectID.ValueString(), export.identity().importID(), "considered off")...)
	case err != nil:
		resp.Diagnostics.Append(noun.Error("Automatic export not switched off", err, nil)...)
	}
}

// ImportState takes an import id or an identity, and leaves the rest to Read.
func (r *autoExport) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, diags := operation.ImportIdentity(ctx, noun, req, parseImportID)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("project_id"), id.ProjectID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("cluster_name"), id.ClusterName)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, id)...)
}
