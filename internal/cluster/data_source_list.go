// Package cluster is the clusters of a project as Terraform sees them: which of them can export
// their snapshots.
package cluster

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var (
	_ datasource.DataSourceWithConfigure      = (*dataSourceList)(nil)
	_ datasource.DataSourceWithValidateConfig = (*dataSourceList)(nil)
)

// dataSourceList finds the clusters of a project.
type dataSourceList struct {
	operation.DataSource
}

// model is the data source in configuration and state.
type model struct {
	ProjectID types.String   `tfsdk:"project_id"`
	Results   []attributes   `tfsdk:"results"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// attributes are those of one cluster.
type attributes struct {
	Name          types.String `tfsdk:"name"`
	ClusterType   types.String `tfsdk:"cluster_type"`
	StateName     types.String `tfsdk:"state_name"`
	Paused        types.Bool   `tfsdk:"paused"`
	BackupEnabled types.Bool   `tfsdk:"backup_enabled"`
	CanExport     types.Bool   `tfsdk:"can_export"`
	Reason        types.String `tfsdk:"reason"`
}

// NewDataSourceList returns the data source atlasbackup_clusters.
func NewDataSourceList() datasource.DataSource {
	return &dataSourceList{}
}

func (d *dataSourceList) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_clusters"
}

func (d *dataSourceList) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(field string, sentences ...string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: argument.Describe(field, sentences...), Computed: true}
	}
	yes := func(field, sentence string) schema.Attribute {
		return schema.BoolAttribute{MarkdownDescription: argument.Describe(field, sentence), Computed: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The clusters of a project, and which of them can export their snapshots.",
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{MarkdownDescription: argument.Describe("groupId", argument.AboutProjectID), Required: true},
			"results": schema.ListNestedAttribute{
				MarkdownDescription: "The clusters, sorted by `name`. Empty if there are none.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"name":           text("name", argument.AboutClusterName),
					"cluster_type":   text("clusterType", "`REPLICASET`, `SHARDED` or `GEOSHARDED`."),
					"state_name":     text("stateName", "The state of the cluster, such as `IDLE`."),
					"paused":         yes("paused", "Whether the cluster is paused. The automatic export of a paused cluster cannot be changed."),
					"backup_enabled": yes("backupEnabled", "Whether the cluster has backup."),
					"can_export": schema.BoolAttribute{
						MarkdownDescription: "Whether Atlas can export snapshots of the cluster. A paused cluster can: its next snapshot is exported after the cluster is resumed.",
						Computed:            true,
					},
					"reason": schema.StringAttribute{
						MarkdownDescription: "Why the cluster cannot export. Null if it can.",
						Computed:            true,
					},
				}},
			},
			"timeouts": operation.DataSourceTimeouts(),
		},
	}
}

// ValidateConfig checks the arguments. Unknown values pass.
func (d *dataSourceList) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	argument.Check(&resp.Diagnostics, "project_id", config.ProjectID, argument.IsProjectID)
	resp.Diagnostics.Append(operation.ValidateTimeouts(config.Timeouts.Object)...)
}

func (d *dataSourceList) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var clusters model
	resp.Diagnostics.Append(req.Config.Get(ctx, &clusters)...)
	ctx, cancel, client := d.Begin(ctx, "read", clusters.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	projectID := clusters.ProjectID.ValueString()
	found, whole, err := client.AllClusters(ctx, projectID)
	if err != nil {
		resp.Diagnostics.Append(diagnose.Error("Clusters not read", err, diagnose.Fields{"groupId": path.Root("project_id")}, nil)...)
		return
	}
	if !whole {
		resp.Diagnostics.Append(diagnose.MayBeMissing("clusters", projectID, len(found)))
	}
	atlas.SortBy(found, func(c atlas.Cluster) string { return c.Name })
	clusters.Results = make([]attributes, len(found)) // not nil, which would be null
	for i, one := range found {
		clusters.Results[i].read(one)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, clusters)...)
}

// read takes over what Atlas has.
func (a *attributes) read(c atlas.Cluster) {
	a.Name = types.StringValue(c.Name)
	a.ClusterType = argument.StringOrNull(c.ClusterType)
	a.StateName = argument.StringOrNull(c.StateName)
	a.Paused = types.BoolValue(c.Paused)
	a.BackupEnabled = types.BoolValue(c.BackupEnabled)
	a.CanExport = types.BoolValue(c.CannotExport() == "")
	a.Reason = argument.StringOrNull(c.CannotExport())
}
