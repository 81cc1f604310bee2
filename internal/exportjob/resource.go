// Package exportjob is the export of one snapshot as Terraform sees it: a resource, data sources,
// and an action.
package exportjob

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var (
	_ resource.ResourceWithConfigure      = (*exportJob)(nil)
	_ resource.ResourceWithIdentity       = (*exportJob)(nil)
	_ resource.ResourceWithImportState    = (*exportJob)(nil)
	_ resource.ResourceWithModifyPlan     = (*exportJob)(nil)
	_ resource.ResourceWithValidateConfig = (*exportJob)(nil)
)

type exportJob struct {
	operation.Resource
}

// NewResource returns the resource atlasbackup_export_job.
func NewResource() resource.Resource {
	return &exportJob{}
}

func (r *exportJob) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_export_job"
}

// Create stores the job before it waits. A wait that does not succeed is a warning, because an
// error would taint the job, and the next apply would export the snapshot again. A job that has
// failed is an error: the next apply does export it again.
func (r *exportJob) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var job model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &job)...)
	ctx, cancel, client := r.BeginLong(ctx, "create", job.Timeouts.Create, exportTimeout, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	started, diags := job.export().start(ctx, client)
	resp.Diagnostics.Append(diags...)
	if started == nil {
		return
	}
	job.read(started)
	resp.Diagnostics.Append(resp.State.Set(ctx, job)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, job.identity())...)

	k := job.identity().key()
	last, err := k.show(ctx, client, started)
	if err == nil && job.WaitForCompletion.ValueBool() {
		last, err = k.wait(ctx, client, last, nil)
	}
	job.read(last)
	resp.Diagnostics.Append(resp.State.Set(ctx, job)...)
	resp.Diagnostics.Append(ended(last, err)...)
}

// Read asks Atlas nothing about a job that has finished, because it never changes. It removes a
// job from the state when it, its cluster or its project does not exist.
func (r *exportJob) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var job model
	resp.Diagnostics.Append(req.State.Get(ctx, &job)...)
	// Before all else: the framework requires it also of a resource that is removed.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, job.identity())...)
	resp.Diagnostics.Append(noun.InvalidState("Export job not read", job.identity().Validate())...)
	if job.isFinished() {
		return
	}
	ctx, cancel, client := r.Begin(ctx, "read", job.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	found, err := job.identity().key().read(ctx, client)
	switch {
	case operation.IsGone(err) && job.isImported():
		resp.Diagnostics.Append(noun.NotImported(err, job.identity().importID(), "Check the id of the project, the name of the cluster and the id of the job. "+
			"The data source atlasbackup_export_jobs lists the export jobs of a cluster.")...)
	case operation.IsGone(err):
		resp.Diagnostics.Append(noun.ProjectNotFound(err, client, job.ProjectID.ValueString(), job.identity().importID(), "removed from the state")...)
		resp.State.RemoveResource(ctx)
	case err != nil:
		resp.Diagnostics.Append(noun.Error("Export job not read", err, nil)...)
	default:
		job.read(found)
		resp.Diagnostics.Append(resp.State.Set(ctx, job)...)
	}
}

// Update waits for a job that has not finished. Nothing else sends a request.
func (r *exportJob) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var job, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &job)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, job.identity())...)
	if resp.Diagnostics.Append(noun.InvalidState("Export job not updated", state.identity().Validate())...); resp.Diagnostics.HasError() {
		return
	}

	waits := job.waitsOn(state)
	job.Prefix, job.CreatedAt, job.progress = state.Prefix, state.CreatedAt, state.progress
	if waits {
		ctx, cancel, client := r.BeginLong(ctx, "update", job.Timeouts.Update, exportTimeout, &resp.Diagnostics)
		defer cancel()
		if client == nil {
			return
		}
		first := state.job(state.ID.ValueString())
		last, err := job.identity().key().wait(ctx, client, first, nil)
		if last != first {
			job.read(last)
		}
		resp.Diagnostics.Append(ended(last, err)...)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, job)...)
}

// Delete sends no request: Atlas can neither cancel nor delete a job.
func (r *exportJob) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var job model
	resp.Diagnostics.Append(req.State.Get(ctx, &job)...)
	if r.FirstTime("export jobs stay in Atlas") {
		resp.Diagnostics.Append(staysInAtlas(job))
	}
}

// ImportState takes an import id or an identity, and leaves the rest to Read. What only Terraform
// knows gets its default.
func (r *exportJob) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, diags := operation.ImportIdentity(ctx, noun, req, parseImportID)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("project_id"), id.ProjectID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("cluster_name"), id.ClusterName)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id.ID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("wait_for_completion"), types.BoolValue(true))...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, id)...)
}
