package exportbucket

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var (
	_ datasource.DataSourceWithConfigure      = (*dataSourceList)(nil)
	_ datasource.DataSourceWithValidateConfig = (*dataSourceList)(nil)
)

// dataSourceList finds the export buckets of a project.
type dataSourceList struct {
	operation.DataSource
}

// dataSourceListModel is the data source in configuration and state.
type dataSourceListModel struct {
	filter
	Results  []attributes   `tfsdk:"results"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// NewDataSourceList returns the data source atlasbackup_export_buckets.
func NewDataSourceList() datasource.DataSource {
	return &dataSourceList{}
}

func (d *dataSourceList) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_export_buckets"
}

func (d *dataSourceList) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"project_id": schema.StringAttribute{MarkdownDescription: describe("project_id", argument.AboutProjectID), Required: true},
		"results": schema.ListNestedAttribute{
			MarkdownDescription: "The matching export buckets, sorted by `id`. An id begins with its creation time, so the oldest is first. " +
				"Empty if none match.",
			Computed:     true,
			NestedObject: schema.NestedAttributeObject{Attributes: schemaAttributes()},
		},
		"timeouts": operation.DataSourceTimeouts(),
	}
	for name, about := range aboutFilters {
		attributes[name] = schema.StringAttribute{MarkdownDescription: describe(name, about), Optional: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The export buckets of a project, all of them or those that match every argument that is set.",
		Attributes:          attributes,
	}
}

// ValidateConfig checks the arguments. Unknown values pass.
func (d *dataSourceList) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config dataSourceListModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.validate()...)
	resp.Diagnostics.Append(operation.ValidateTimeouts(config.Timeouts.Object)...)
}

func (d *dataSourceList) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var buckets dataSourceListModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &buckets)...)
	ctx, cancel, client := d.Begin(ctx, "read", buckets.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	found, diags := buckets.find(ctx, client)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	buckets.Results = make([]attributes, len(found)) // not nil, which would be null
	for i := range found {
		buckets.Results[i].read(&found[i])
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, buckets)...)
}
