package exportbucket

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/list/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
)

var (
	_ list.ListResourceWithConfigure      = (*listResource)(nil)
	_ list.ListResourceWithValidateConfig = (*listResource)(nil)
)

// listResource finds export buckets for terraform query. Its name, its connection and how
// it begins an operation are the resource's.
type listResource struct {
	exportBucket
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

func (l *listResource) ListResourceConfigSchema(ctx context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	attributes := map[string]schema.Attribute{
		"project_id": schema.StringAttribute{MarkdownDescription: describe("project_id", aboutProjectID), Required: true},
		"timeouts":   listTimeouts(ctx),
	}
	for name, about := range aboutFilters {
		attributes[name] = schema.StringAttribute{MarkdownDescription: describe(name, about), Optional: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The export buckets of a project for `terraform query`, in Terraform 1.14 or later: all of them, or those that agree with " +
			"every argument that is set, in Atlas' order. With `-generate-config-out` it writes their configuration and their import blocks.",
		Attributes: attributes,
	}
}

func listTimeouts(ctx context.Context) schema.Attribute {
	attribute, ok := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		ListDescription: aboutTimeout("the list may take"),
	}).(schema.SingleNestedAttribute)
	if !ok {
		panic("the timeouts attribute is not a nested attribute")
	}
	attribute.MarkdownDescription = aboutTimeouts
	return attribute
}

// ValidateListResourceConfig checks the arguments. Unknown values pass.
func (l *listResource) ValidateListResourceConfig(ctx context.Context, req list.ValidateConfigRequest, resp *list.ValidateConfigResponse) {
	var config listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.validate()...)
	resp.Diagnostics.Append(validateTimeouts(config.Timeouts.Object)...)
}

// List asks for a page of buckets when its first is wanted, and for none after the last
// that is. A limit of 0 is none.
func (l *listResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	diags := req.Config.Get(ctx, &config)
	stream.Results = func(push func(list.ListResult) bool) {
		ctx, cancel, client := l.begin(ctx, config.Timeouts.List, &diags)
		defer cancel()
		if client == nil {
			push(list.ListResult{Diagnostics: diags})
			return
		}
		left := req.Limit
		for bucket, err := range client.ExportBuckets(ctx, config.ProjectID.ValueString()) {
			if err != nil {
				push(list.ListResult{Diagnostics: diagnose.Error("Export buckets not listed", err, readFields)})
				return
			}
			if !config.takes(bucket) {
				continue
			}
			if left--; !push(config.result(ctx, req, &bucket)) || left == 0 {
				return
			}
		}
	}
}

// result is a bucket as terraform query shows it, and with the resource as it imports it.
func (m listModel) result(ctx context.Context, req list.ListRequest, b *atlas.ExportBucket) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = atlas.Printable(b.CloudProvider + " " + b.BucketName)
	result.Diagnostics.Append(result.Identity.Set(ctx, identity{ProjectID: m.ProjectID, ID: text(b.ID)})...)
	if !req.IncludeResource {
		return result
	}
	// Setting one attribute makes the others null, each of its type.
	result.Diagnostics.Append(result.Resource.SetAttribute(ctx, path.Root("project_id"), m.ProjectID)...)
	var bucket model
	result.Diagnostics.Append(result.Resource.Get(ctx, &bucket)...)
	bucket.read(b)
	result.Diagnostics.Append(result.Resource.Set(ctx, bucket)...)
	return result
}
