package exportbucket

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

var (
	_ datasource.DataSourceWithConfigure      = (*pluralDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*pluralDataSource)(nil)
)

// pluralDataSource finds the export buckets of a project.
type pluralDataSource struct {
	reader
}

// pluralDataSourceModel is the data source in configuration and state.
type pluralDataSourceModel struct {
	filter
	Results  []attributes   `tfsdk:"results"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// NewPluralDataSource returns the data source atlasbackup_export_buckets.
func NewPluralDataSource() datasource.DataSource {
	return &pluralDataSource{}
}

func (d *pluralDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_export_buckets"
}

func (d *pluralDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"project_id": schema.StringAttribute{MarkdownDescription: describe("project_id", aboutProjectID), Required: true},
		"results": schema.ListNestedAttribute{
			MarkdownDescription: "The export buckets that agree with every argument, by `id`: an id begins with the time, so the oldest comes " +
				"first. Empty when there are none.",
			Computed:     true,
			NestedObject: schema.NestedAttributeObject{Attributes: schemaAttributes()},
		},
		"timeouts": readTimeouts(ctx),
	}
	for name, about := range aboutFilters {
		attributes[name] = schema.StringAttribute{MarkdownDescription: describe(name, about), Optional: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The export buckets of a project, all of them or those that agree with every argument that is set.",
		Attributes:          attributes,
	}
}

// ValidateConfig checks the arguments. Unknown values pass.
func (d *pluralDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config pluralDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.validate()...)
	resp.Diagnostics.Append(validateTimeouts(config.Timeouts.Object)...)
}

func (d *pluralDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var buckets pluralDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &buckets)...)
	ctx, cancel, client := d.resource.begin(ctx, buckets.Timeouts.Read, &resp.Diagnostics)
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
