package autoexport

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/list/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var (
	_ list.ListResourceWithConfigure      = (*listResource)(nil)
	_ list.ListResourceWithValidateConfig = (*listResource)(nil)
)

// listResource finds automatic exports for terraform query.
type listResource struct {
	operation.Resource
}

// listModel is the configuration of a list.
type listModel struct {
	ProjectID      types.String   `tfsdk:"project_id"`
	ExportBucketID types.String   `tfsdk:"export_bucket_id"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

// NewListResource returns the list resource atlasbackup_auto_export.
func NewListResource() list.ListResource {
	return &listResource{}
}

// Metadata names the list resource as the resource that it lists.
func (l *listResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_auto_export"
}

func (l *listResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The automatic exports of a project for `terraform query`, in Terraform 1.14 or later: every cluster whose automatic " +
			"export is on, sorted by its name. With `-generate-config-out` it writes their configuration and their import blocks.",
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{MarkdownDescription: argument.Describe("groupId", argument.AboutProjectID), Required: true},
			"export_bucket_id": schema.StringAttribute{
				MarkdownDescription: argument.Describe("export.exportBucketId", "Only clusters that export to the export bucket with this id."),
				Optional:            true,
			},
			"timeouts": operation.ListTimeouts(),
		},
	}
}

// ValidateListResourceConfig checks the arguments. Unknown values pass.
func (l *listResource) ValidateListResourceConfig(ctx context.Context, req list.ValidateConfigRequest, resp *list.ValidateConfigResponse) {
	var config listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	argument.Check(&resp.Diagnostics, "project_id", config.ProjectID, argument.IsProjectID)
	argument.Check(&resp.Diagnostics, "export_bucket_id", config.ExportBucketID, isBucketID)
	resp.Diagnostics.Append(operation.ValidateTimeouts(config.Timeouts.Object)...)
}

// List reads the schedule of every cluster of the project. It ends with a warning that names the
// clusters whose schedule Atlas refuses to show.
func (l *listResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	diags := req.Config.Get(ctx, &config)
	l.StreamResults(ctx, req, config.Timeouts.List, diags, stream, func(ctx context.Context, client *atlas.Client) iter.Seq[list.ListResult] {
		return func(yield func(list.ListResult) bool) {
			all, err := client.BackupSchedules(ctx, config.ProjectID.ValueString())
			if err != nil {
				yield(operation.ListError(noun.Error("Automatic exports not listed", err, fields)))
				return
			}
			var unread []string
			for _, one := range all {
				if one.Refusal != nil {
					unread = append(unread, one.Cluster.Name+": "+one.Refusal.Reason())
				}
				if config.matches(one.Schedule) && !yield(config.result(ctx, req, one.Schedule)) {
					return
				}
			}
			if len(unread) > 0 {
				yield(operation.ListError(diag.Diagnostics{mayBeMissing(config.ProjectID.ValueString(), unread)}))
			}
		}
	})
}

// matches tells whether a schedule, nil if Atlas does not show it, belongs to the list.
func (m listModel) matches(schedule *atlas.BackupSchedule) bool {
	return schedule != nil && schedule.AutoExportEnabled &&
		(m.ExportBucketID.IsNull() || m.ExportBucketID.ValueString() == schedule.Export.ExportBucketID)
}

func (m listModel) result(ctx context.Context, req list.ListRequest, schedule *atlas.BackupSchedule) list.ListResult {
	id := identity{ProjectID: m.ProjectID, ClusterName: types.StringValue(schedule.ClusterName)}
	return operation.ListResult(ctx, req, schedule.ClusterName, id, m.ProjectID, func(export *model) {
		export.ClusterName = id.ClusterName
		export.read(schedule)
	})
}
