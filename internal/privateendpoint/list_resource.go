package privateendpoint

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
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var (
	_ list.ListResourceWithConfigure      = (*listResource)(nil)
	_ list.ListResourceWithValidateConfig = (*listResource)(nil)
)

// listResource finds private endpoints for terraform query.
type listResource struct {
	operation.Resource
}

// listModel is the configuration of a list.
type listModel struct {
	ProjectID     types.String   `tfsdk:"project_id"`
	CloudProvider types.String   `tfsdk:"cloud_provider"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

// NewListResource returns the list resource atlasbackup_private_endpoint.
func NewListResource() list.ListResource {
	return &listResource{}
}

// Metadata names the list resource as the resource that it lists.
func (l *listResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_private_endpoint"
}

func (l *listResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The object storage private endpoints of a project for `terraform query`, in Terraform 1.14 or later, in Atlas' order. With " +
			"`-generate-config-out` it writes their configuration and their import blocks. The credential needs the role Project Owner.",
		Attributes: map[string]schema.Attribute{
			"project_id":     schema.StringAttribute{MarkdownDescription: argument.Describe("groupId", argument.AboutProjectID), Required: true},
			"cloud_provider": schema.StringAttribute{MarkdownDescription: argument.Describe("cloudProvider", aboutCloudProvider), Required: true},
			"timeouts":       operation.ListTimeouts(),
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
	argument.Check(&resp.Diagnostics, "cloud_provider", config.CloudProvider, isCloud)
	resp.Diagnostics.Append(operation.ValidateTimeouts(config.Timeouts.Object)...)
}

// List reads the private endpoints at once: a project has few.
func (l *listResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	diags := req.Config.Get(ctx, &config)
	l.StreamResults(ctx, req, config.Timeouts.List, diags, stream, func(ctx context.Context, client *atlas.Client) iter.Seq[list.ListResult] {
		return func(yield func(list.ListResult) bool) {
			all, whole, err := client.AllPrivateEndpoints(ctx, config.ProjectID.ValueString(), config.CloudProvider.ValueString())
			if err != nil {
				yield(operation.ListError(noun.Error("Private endpoints not listed", err, fields)))
				return
			}
			for _, one := range all {
				if !yield(config.result(ctx, req, &one)) {
					return
				}
			}
			if !whole {
				yield(operation.ListError(diag.Diagnostics{diagnose.MayBeMissing(noun.Plural, config.ProjectID.ValueString(), len(all))}))
			}
		}
	})
}

func (m listModel) result(ctx context.Context, req list.ListRequest, e *atlas.PrivateEndpoint) list.ListResult {
	name := m.CloudProvider.ValueString() + " " + e.RegionName + " from " + e.ClusterRegion()
	id := identity{ProjectID: m.ProjectID, CloudProvider: m.CloudProvider, ID: types.StringValue(e.ID)}
	return operation.ListResult(ctx, req, name, id, m.ProjectID, func(endpoint *model) {
		endpoint.CloudProvider = m.CloudProvider
		endpoint.read(e)
	})
}
