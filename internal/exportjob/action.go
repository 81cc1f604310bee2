package exportjob

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var (
	_ action.ActionWithConfigure      = (*exportSnapshot)(nil)
	_ action.ActionWithValidateConfig = (*exportSnapshot)(nil)
)

// exportSnapshot exports a snapshot on demand, and takes it before, if it is told to.
type exportSnapshot struct {
	operation.Action
}

// actionModel is the action in the configuration.
type actionModel struct {
	ProjectID      types.String   `tfsdk:"project_id"`
	ClusterName    types.String   `tfsdk:"cluster_name"`
	ExportBucketID types.String   `tfsdk:"export_bucket_id"`
	SnapshotID     types.String   `tfsdk:"snapshot_id"`
	TakeSnapshot   types.Object   `tfsdk:"take_snapshot"`
	CustomData     types.Map      `tfsdk:"custom_data"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

// takeSnapshot is the object take_snapshot.
type takeSnapshot struct {
	Description     types.String `tfsdk:"description"`
	RetentionInDays types.Int64  `tfsdk:"retention_in_days"`
}

// NewAction returns the action atlasbackup_export_snapshot.
func NewAction() action.Action {
	return &exportSnapshot{}
}

func (a *exportSnapshot) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_export_snapshot"
}

func (a *exportSnapshot) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Exports a snapshot of a cluster to an export bucket, and waits until Atlas has finished it, in Terraform 1.14 or later. " +
			"With `take_snapshot` it takes a new snapshot first. An action has no state: if something else needs the export job later, use the resource " +
			"`atlasbackup_export_job` instead, which also works in OpenTofu.",
		Attributes: map[string]schema.Attribute{
			"project_id":       schema.StringAttribute{MarkdownDescription: argument.Describe("groupId", argument.AboutProjectID), Required: true},
			"cluster_name":     schema.StringAttribute{MarkdownDescription: argument.Describe("clusterName", argument.AboutClusterName), Required: true},
			"export_bucket_id": schema.StringAttribute{MarkdownDescription: argument.Describe("exportBucketId", aboutExportBucketID), Required: true},
			"snapshot_id": schema.StringAttribute{
				MarkdownDescription: argument.Describe("snapshotId", aboutSnapshotID, "If omitted, the newest snapshot that can be exported."),
				Optional:            true,
			},
			"take_snapshot": schema.SingleNestedAttribute{
				MarkdownDescription: "Takes a new snapshot, waits until it is completed, and exports it. `{}` is enough. Not together with `snapshot_id`. A cluster takes one " +
					"snapshot on demand at a time: the action waits until no other one is running.",
				Optional: true,
				Attributes: map[string]schema.Attribute{
					"description": schema.StringAttribute{
						MarkdownDescription: argument.Describe("description", "The description of the snapshot."),
						Optional:            true,
					},
					"retention_in_days": schema.Int64Attribute{
						MarkdownDescription: argument.Describe("retentionInDays", "After how many days Atlas deletes the snapshot, at least 1. If omitted, Atlas decides."),
						Optional:            true,
					},
				},
			},
			"custom_data": schema.MapAttribute{
				MarkdownDescription: argument.Describe("customData", aboutCustomData),
				ElementType:         types.StringType,
				Optional:            true,
			},
			"timeouts": operation.ActionTimeouts(operation.Timeout{Doing: "the action may take, including the snapshot and the export", Default: exportTimeout}),
		},
	}
}

// ValidateConfig checks everything that can be known without a request. Unknown values pass.
func (a *exportSnapshot) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var config actionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(arguments{config.ProjectID, config.ClusterName, config.ExportBucketID, config.SnapshotID, config.CustomData}.validate()...)
	if argument.IsKnown(config.SnapshotID) && !config.TakeSnapshot.IsNull() && !config.TakeSnapshot.IsUnknown() {
		resp.Diagnostics.AddAttributeError(path.Root("take_snapshot"), "Unexpected take_snapshot",
			"The snapshot_id already says which snapshot is exported. Write either snapshot_id or take_snapshot.")
	}
	if take, diags := config.takeSnapshot(ctx); take != nil {
		if days := take.RetentionInDays; !days.IsNull() && !days.IsUnknown() && days.ValueInt64() < 1 {
			resp.Diagnostics.AddAttributeError(path.Root("take_snapshot").AtName("retention_in_days"), "Invalid retention_in_days",
				"Write a number of days, at least 1.")
		}
	} else {
		resp.Diagnostics.Append(diags...)
	}
	resp.Diagnostics.Append(operation.ValidateTimeouts(config.Timeouts.Object)...)
}

// takeSnapshot returns the object take_snapshot, nil for none.
func (m actionModel) takeSnapshot(ctx context.Context) (*takeSnapshot, diag.Diagnostics) {
	if m.TakeSnapshot.IsNull() || m.TakeSnapshot.IsUnknown() {
		return nil, nil
	}
	var take takeSnapshot
	if diags := m.TakeSnapshot.As(ctx, &take, basetypes.ObjectAsOptions{}); diags.HasError() {
		return nil, diags
	}
	return &take, nil
}

// Invoke exports, and reports each change of the snapshot and of the job.
func (a *exportSnapshot) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config actionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	ctx, cancel, client := a.BeginLong(ctx, "invoke", config.Timeouts.Invoke, exportTimeout, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}
	report := func(status string) { resp.SendProgress(action.InvokeProgressEvent{Message: status}) }

	e := export{
		projectID: config.ProjectID.ValueString(),
		cluster:   config.ClusterName.ValueString(),
		request: atlas.ExportJobRequest{
			ExportBucketID: config.ExportBucketID.ValueString(), SnapshotID: config.SnapshotID.ValueString(), CustomData: customDataOf(config.CustomData),
		},
	}
	take, diags := config.takeSnapshot(ctx)
	resp.Diagnostics.Append(diags...)
	if take != nil {
		e.request.SnapshotID, diags = take.take(ctx, client, e.projectID, e.cluster, report)
		resp.Diagnostics.Append(diags...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	started, diags := e.start(ctx, client)
	resp.Diagnostics.Append(diags...)
	if started == nil {
		return
	}
	report(statusOf(*started))
	last, err := key{projectID: e.projectID, cluster: e.cluster, id: started.ID}.wait(ctx, client, started, report)
	switch {
	case err != nil:
		resp.Diagnostics.Append(notFinished(last, err, fmt.Sprintf("To wait for the same job, invoke the action again with "+
			"snapshot_id = %q, without take_snapshot. The data source atlasbackup_export_job shows its status.", atlas.Printable(last.SnapshotID)))...)
	case atlas.HasJobFailed(last.State):
		resp.Diagnostics.Append(failed(last, "Invoke the action again to export again."))
	default:
		report(fmt.Sprintf("Export job %s: its files are under %s", last.ID, atlas.Printable(last.Prefix)))
	}
}
