package exportjob

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var (
	_ datasource.DataSourceWithConfigure      = (*dataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*dataSource)(nil)
)

// dataSource finds one export job by its id.
type dataSource struct {
	operation.DataSource
}

// dataSourceModel is the data source in configuration and state.
type dataSourceModel struct {
	attributes
	ProjectID   types.String   `tfsdk:"project_id"`
	ClusterName types.String   `tfsdk:"cluster_name"`
	Timeouts    timeouts.Value `tfsdk:"timeouts"`
}

// NewDataSource returns the data source atlasbackup_export_job.
func NewDataSource() datasource.DataSource {
	return &dataSource{}
}

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_export_job"
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := schemaAttributes()
	attributes["project_id"] = schema.StringAttribute{MarkdownDescription: argument.Describe("groupId", argument.AboutProjectID), Required: true}
	attributes["cluster_name"] = schema.StringAttribute{MarkdownDescription: argument.Describe("clusterName", argument.AboutClusterName), Required: true}
	attributes["id"] = schema.StringAttribute{MarkdownDescription: about["id"], Required: true}
	attributes["timeouts"] = operation.DataSourceTimeouts()
	resp.Schema = schema.Schema{
		MarkdownDescription: "An export job of a cluster, by its id. To read it, the credential needs the role Project Backup Manager.",
		Attributes:          attributes,
	}
}

// ValidateConfig checks the arguments. Unknown values pass.
func (d *dataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config dataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	argument.Check(&resp.Diagnostics, "project_id", config.ProjectID, argument.IsProjectID)
	argument.Check(&resp.Diagnostics, "cluster_name", config.ClusterName, argument.IsClusterName)
	argument.Check(&resp.Diagnostics, "id", config.ID, isJobID)
	resp.Diagnostics.Append(operation.ValidateTimeouts(config.Timeouts.Object)...)
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var job dataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &job)...)
	ctx, cancel, client := d.Begin(ctx, "read", job.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	id := identity{ProjectID: job.ProjectID, ClusterName: job.ClusterName, ID: job.ID}
	found, err := id.key().read(ctx, client)
	switch {
	case operation.IsGone(err) && !atlas.HasCode(err, atlas.CodeClusterNotFound, atlas.CodeProjectNotFound):
		resp.Diagnostics.AddAttributeError(path.Root("id"), "Export job not found", fmt.Sprintf(
			"Cluster %s has no export job with the id %s. Check both.\n\n%s", job.ClusterName.ValueString(), job.ID.ValueString(), err))
	case err != nil:
		resp.Diagnostics.Append(noun.Error("Export job not read", err, fields)...)
	default:
		job.read(found)
		resp.Diagnostics.Append(resp.State.Set(ctx, job)...)
	}
}
