package exportbucket

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// maxListed is how many export buckets an error lists. A recorded project had 2508 of one
// name.
const maxListed = 20

var (
	_ datasource.DataSourceWithConfigure      = (*dataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*dataSource)(nil)
)

// dataSource finds one export bucket.
type dataSource struct {
	operation.DataSource
}

// dataSourceModel is the data source in configuration and state.
type dataSourceModel struct {
	attributes
	ProjectID types.String   `tfsdk:"project_id"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// NewDataSource returns the data source atlasbackup_export_bucket.
func NewDataSource() datasource.DataSource {
	return &dataSource{}
}

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_export_bucket"
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := schemaAttributes()
	attributes["project_id"] = schema.StringAttribute{MarkdownDescription: describe("project_id", argument.AboutProjectID), Required: true}
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: describe("id", aboutID, "Either this or `bucket_name`."),
		Optional:            true,
		Computed:            true,
	}
	attributes["bucket_name"] = schema.StringAttribute{
		MarkdownDescription: describe("bucket_name", attributeByName("bucket_name").about()+".",
			"Either this or `id`. If several export buckets have this name, the error lists their ids."),
		Optional: true,
		Computed: true,
	}
	attributes["cloud_provider"] = schema.StringAttribute{
		MarkdownDescription: describe("cloud_provider", aboutCloudProvider, "Use it with `bucket_name` if two clouds have the same name."),
		Optional:            true,
		Computed:            true,
	}
	attributes["timeouts"] = operation.DataSourceTimeouts()
	resp.Schema = schema.Schema{
		MarkdownDescription: "An export bucket of a project, by its id or by the name of its storage.",
		Attributes:          attributes,
	}
}

// ValidateConfig requires one way to find the bucket. Unknown values pass.
func (d *dataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config dataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.validate()...)
	resp.Diagnostics.Append(operation.ValidateTimeouts(config.Timeouts.Object)...)
}

func (m dataSourceModel) validate() diag.Diagnostics {
	diags := m.filter().validate()
	argument.Check(&diags, "id", m.ID, isBucketID)
	if m.ID.IsNull() && m.BucketName.IsNull() {
		diags.AddAttributeError(path.Root("id"), "Missing id",
			"No argument identifies the export bucket. Write its id, or else its bucket_name.")
	}
	if argument.IsKnown(m.ID) && argument.IsKnown(m.BucketName) {
		diags.AddAttributeError(path.Root("bucket_name"), "Unexpected bucket_name",
			"The id already identifies the export bucket. Write either id or bucket_name.")
	}
	if argument.IsKnown(m.ID) && argument.IsKnown(m.CloudProvider) {
		diags.AddAttributeError(path.Root("cloud_provider"), "Unexpected cloud_provider",
			"The id already identifies the export bucket. Remove cloud_provider.")
	}
	return diags
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var bucket dataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &bucket)...)
	ctx, cancel, client := d.Begin(ctx, "read", bucket.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	find := bucket.byName
	if !bucket.ID.IsNull() {
		find = bucket.byID
	}
	found, diags := find(ctx, client)
	resp.Diagnostics.Append(diags...)
	if found == nil {
		return
	}
	bucket.read(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, bucket)...)
}

func (m dataSourceModel) byID(ctx context.Context, client *atlas.Client) (*atlas.ExportBucket, diag.Diagnostics) {
	projectID, id := m.ProjectID.ValueString(), m.ID.ValueString()
	found, err := key{projectID: projectID, id: id}.read(ctx, client, attributes{})
	if err == nil {
		return found, nil
	}
	var e *atlas.Error
	if !errors.As(err, &e) || e.Code != atlas.CodeExportBucketNotFound {
		return nil, noun.Error("Export bucket not read", err, readFields)
	}
	var diags diag.Diagnostics
	diags.AddAttributeError(path.Root("id"), "Export bucket not found", fmt.Sprintf("The project %s has no export bucket with the id %s. "+
		"Check both; it may have been deleted.\n\n%s", projectID, id, e.Where()))
	return nil, diags
}

// byName finds the bucket if it is the only one of that name.
func (m dataSourceModel) byName(ctx context.Context, client *atlas.Client) (*atlas.ExportBucket, diag.Diagnostics) {
	found, diags := m.filter().find(ctx, client)
	if diags.HasError() {
		return nil, diags
	}
	wanted := fmt.Sprintf("with the bucket_name %q", m.BucketName.ValueString())
	if !m.CloudProvider.IsNull() {
		wanted += fmt.Sprintf(" and the cloud_provider %q", m.CloudProvider.ValueString())
	}
	switch len(found) {
	case 1:
		return &found[0], diags
	case 0:
		diags.AddAttributeError(path.Root("bucket_name"), "Export bucket not found", fmt.Sprintf("The project %s has no export bucket %s. "+
			"The data source atlasbackup_export_buckets shows those that it has.", m.ProjectID.ValueString(), wanted))
	default:
		diags.AddAttributeError(path.Root("bucket_name"), "Several export buckets found", fmt.Sprintf("The project %s has %d export buckets %s:\n\n%s\n\n%s",
			m.ProjectID.ValueString(), len(found), wanted, enumerateBuckets(found), choice(found)))
	}
	return nil, diags
}

func (m dataSourceModel) filter() filter {
	return filter{ProjectID: m.ProjectID, BucketName: m.BucketName, CloudProvider: m.CloudProvider}
}

// enumerateBuckets writes a line for each, at most maxListed.
func enumerateBuckets(buckets []atlas.ExportBucket) string {
	var lines []string
	for _, b := range buckets {
		lines = append(lines, fmt.Sprintf("  %s on %s, created %s UTC", b.ID, atlas.Printable(b.CloudProvider), b.CreatedAt().UTC().Format(time.DateTime)))
	}
	return strings.Join(argument.FirstOf(lines, maxListed, "  "), "\n")
}

// choice says what to write to choose one of several.
func choice(buckets []atlas.ExportBucket) string {
	for _, b := range buckets {
		if b.CloudProvider != buckets[0].CloudProvider {
			return "Write cloud_provider too, or the id of one of them instead."
		}
	}
	return "Write the id of one of them instead."
}
