package exportjob

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
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

// dataSourceList finds the export jobs of a cluster.
type dataSourceList struct {
	operation.DataSource
}

// dataSourceListModel is the data source in configuration and state. A filter that is null lets
// every job pass.
type dataSourceListModel struct {
	ProjectID      types.String   `tfsdk:"project_id"`
	ClusterName    types.String   `tfsdk:"cluster_name"`
	ExportBucketID types.String   `tfsdk:"export_bucket_id"`
	SnapshotID     types.String   `tfsdk:"snapshot_id"`
	State          types.String   `tfsdk:"state"`
	Results        []attributes   `tfsdk:"results"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

// NewDataSourceList returns the data source atlasbackup_export_jobs.
func NewDataSourceList() datasource.DataSource {
	return &dataSourceList{}
}

func (d *dataSourceList) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_export_jobs"
}

func (d *dataSourceList) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	filter := func(field, about string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: argument.Describe(field, about), Optional: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The export jobs of a cluster. To read them, the credential needs the role Project Backup Manager.",
		Attributes: map[string]schema.Attribute{
			"project_id":       schema.StringAttribute{MarkdownDescription: argument.Describe("groupId", argument.AboutProjectID), Required: true},
			"cluster_name":     schema.StringAttribute{MarkdownDescription: argument.Describe("clusterName", argument.AboutClusterName), Required: true},
			"export_bucket_id": filter("exportBucketId", "Only jobs that export to the export bucket with this id."),
			"snapshot_id":      filter("snapshotId", "Only jobs that export the snapshot with this id."),
			"state":            filter("state", "Only jobs in this state: `Queued`, `InProgress`, `Successful`, `Failed` or `Cancelled`."),
			"results": schema.ListNestedAttribute{
				MarkdownDescription: "The export jobs, the newest first. Empty if there are none.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: schemaAttributes()},
			},
			"timeouts": operation.DataSourceTimeouts(),
		},
	}
}

// ValidateConfig checks the arguments. Unknown values pass.
func (d *dataSourceList) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config dataSourceListModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(arguments{
		projectID: config.ProjectID, clusterName: config.ClusterName, exportBucketID: config.ExportBucketID, snapshotID: config.SnapshotID,
	}.validate()...)
	argument.Check(&resp.Diagnostics, "state", config.State, isState)
	resp.Diagnostics.Append(operation.ValidateTimeouts(config.Timeouts.Object)...)
}

func (d *dataSourceList) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var jobs dataSourceListModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &jobs)...)
	ctx, cancel, client := d.Begin(ctx, "read", jobs.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	projectID := jobs.ProjectID.ValueString()
	found, whole, err := client.AllExportJobs(ctx, projectID, jobs.ClusterName.ValueString())
	if err != nil {
		resp.Diagnostics.Append(noun.Error("Export jobs not read", err, fields)...)
		return
	}
	if !whole {
		resp.Diagnostics.Append(diagnose.MayBeMissing(noun.Plural, projectID, len(found)))
	}
	found = slices.DeleteFunc(found, func(j atlas.ExportJob) bool { return !jobs.matches(j) })
	atlas.SortNewestFirst(found, func(j atlas.ExportJob) string { return j.ID })
	jobs.Results = make([]attributes, len(found)) // not nil, which would be null
	for i := range found {
		jobs.Results[i].read(&found[i])
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, jobs)...)
}

// matches tells whether a job belongs to the list.
func (m dataSourceListModel) matches(j atlas.ExportJob) bool {
	return argument.Matches(m.ExportBucketID, j.ExportBucketID) && argument.Matches(m.SnapshotID, j.SnapshotID) && argument.Matches(m.State, j.State)
}
