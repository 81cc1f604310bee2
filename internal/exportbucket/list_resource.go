package exportbucket

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/list/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var (
	_ list.ListResourceWithConfigure      = (*listResource)(nil)
	_ list.ListResourceWithValidateConfig = (*listResource)(nil)
)

// listResource finds export buckets for terraform query.
type listResource struct {
	operation.Resource
}

// listModel is the configuration of a list.
type listModel struct {
	filter
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// NewListResource returns the list resource atlasbackup_export_bucket.
func NewListResource() list.ListResource {
	return &listResource{}
}

// Metadata names the list resource as the resource that it lists.
func (l *listResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_export_bucket"
}

func (l *listResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	attributes := map[string]schema.Attribute{
		"project_id": schema.StringAttribute{MarkdownDescription: describe("project_id", argument.AboutProjectID), Required: true},
		"timeouts":   operation.ListTimeouts(),
	}
	for name, about := range aboutFilters {
		attributes[name] = schema.StringAttribute{MarkdownDescription: describe(name, about), Optional: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The export buckets of a project for `terraform query`, in Terraform 1.14 or later: all of them, or those that match " +
			"every argument that is set, in Atlas' order. With `-generate-config-out` it writes their configuration and their import blocks.",
		Attributes: attributes,
	}
}

// ValidateListResourceConfig checks the arguments. Unknown values pass.
func (l *listResource) ValidateListResourceConfig(ctx context.Context, req list.ValidateConfigRequest, resp *list.ValidateConfigResponse) {
	var config listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.validate()...)
	resp.Diagnostics.Append(operation.ValidateTimeouts(config.Timeouts.Object)...)
}

// List reads a page of buckets when the first of them is needed, and no page after the last
// one that is needed.
func (l *listResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	diags := req.Config.Get(ctx, &config)
	l.StreamResults(ctx, req, config.Timeouts.List, diags, stream, func(ctx context.Context, client *atlas.Client) iter.Seq[list.ListResult] {
		return func(yield func(list.ListResult) bool) {
			for bucket, err := range client.ExportBuckets(ctx, config.ProjectID.ValueString()) {
				if err != nil {
					yield(operation.ListError(noun.Error("Export buckets not listed", err, readFields)))
					return
				}
				if config.matches(bucket) && !yield(config.result(ctx, req, &bucket)) {
					return
				}
			}
		}
	})
}

func (m listModel) result(ctx context.Context, req list.ListRequest, b *atlas.ExportBucket) list.ListResult {
	id := identity{ProjectID: m.ProjectID, ID: argument.StringOrNull(b.ID)}
	return operation.ListResult(ctx, req, b.CloudProvider+" "+b.BucketName, id, m.ProjectID, func(bucket *model) { bucket.read(b) })
}
