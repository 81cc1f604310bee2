package exportbucket

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// Schema describes the resource. Replacements and values that depend on more than one attribute
// are in plan.go.
func (r *exportBucket) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}

	resp.Schema = schema.Schema{
		MarkdownDescription: "An export bucket: the object storage on AWS S3, Azure Blob Storage or Google Cloud Storage to " +
			"which MongoDB Atlas exports backup snapshots of a project. Private networking is updated in place. Any other change that Atlas " +
			"sees creates a new export bucket. The provider never changes the storage or its contents.",
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{
				MarkdownDescription: describe("project_id", argument.AboutProjectID, aboutReplacement),
				Required:            true,
				PlanModifiers:       replace,
			},
			"cloud_provider": schema.StringAttribute{
				MarkdownDescription: describe("cloud_provider", aboutCloudProvider, aboutReplacement),
				Required:            true,
				PlanModifiers:       replace,
			},
			"bucket_name": schema.StringAttribute{
				MarkdownDescription: describe("bucket_name",
					attributeByName("bucket_name").about()+", 3 to 63 characters, by the rules of its cloud.",
					attributeByName("bucket_name").rule(),
					"On Azure it is optional if `service_url` contains the container, which is then used.",
					aboutReplacement),
				Optional: true,
				Computed: true,
			},
			"iam_role_id": schema.StringAttribute{
				MarkdownDescription: describe("iam_role_id",
					attributeByName("iam_role_id").about()+", 24 hexadecimal digits; not the ARN.",
					attributeByName("iam_role_id").rule(),
					aboutReplacement),
				Optional:      true,
				PlanModifiers: replace,
			},
			"role_id": schema.StringAttribute{
				MarkdownDescription: describe("role_id",
					attributeByName("role_id").about()+", 24 hexadecimal digits.",
					attributeByName("role_id").rule(),
					aboutReplacement),
				Optional:      true,
				PlanModifiers: replace,
			},
			"service_url": schema.StringAttribute{
				MarkdownDescription: describe("service_url",
					attributeByName("service_url").about()+", with or without the container as its path.",
					attributeByName("service_url").rule(),
					"A trailing `/`, or a container that `bucket_name` also names, makes no difference; any other change creates a new export bucket."),
				Optional: true,
			},
			"require_private_networking": schema.BoolAttribute{
				MarkdownDescription: describe("require_private_networking",
					attributeByName("require_private_networking").about()+".",
					attributeByName("require_private_networking").rule(),
					"`false` is accepted on every cloud. If omitted, it keeps its value in Atlas, initially `false`. Updated in place."),
				Optional:      true,
				Computed:      true,
				PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			},
			"disable_auto_export_on_destroy": schema.BoolAttribute{
				MarkdownDescription: "Atlas does not delete an export bucket while a cluster exports to it automatically. If `true`, a destroy switches off " +
					"the automatic export of these clusters and changes nothing else. If `false` or omitted, the destroy fails and names the clusters. " +
					"Updated in place, without a request to Atlas. Must be applied before the destroy.",
				Optional: true,
			},
			"id": schema.StringAttribute{
				MarkdownDescription: describe("id", aboutID),
				Computed:            true,
				PlanModifiers:       keep,
			},
			"region": schema.StringAttribute{
				MarkdownDescription: describe("region", aboutRegion),
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseNonNullStateForUnknown()},
			},
			"tenant_id": schema.StringAttribute{
				MarkdownDescription: describe("tenant_id", aboutTenantID),
				Computed:            true,
				PlanModifiers:       keep,
			},
			"timeouts": operation.ResourceTimeouts(map[string]operation.Timeout{
				"create": {Doing: "the creation may take, including waits for a new role and for the region"},
				"read":   {Doing: "a refresh may take"},
				"update": {Doing: "a change in place may take"},
				"delete": {Doing: "the deletion may take"},
			}),
		},
	}
}
