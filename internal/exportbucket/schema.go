package exportbucket

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
)

// Schema says what an export bucket is. What replaces it, and what keeps its value, and
// depends on more than one attribute, is in plan.go.
func (r *exportBucket) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}

	resp.Schema = schema.Schema{
		MarkdownDescription: "An export bucket: the object storage on AWS S3, Azure Blob Storage or Google Cloud Storage " +
			"that MongoDB Atlas writes backup snapshots of a project to. Atlas changes private networking in place; every other " +
			"change of what Atlas knows makes a new export bucket. The storage itself and its contents are never touched.",
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{
				MarkdownDescription: describe("project_id", aboutProjectID, aboutReplacement),
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
					named("bucket_name").about()+", 3 to 63 characters after the rules of its cloud.",
					named("bucket_name").rule(),
					"On Azure it may be left out when `service_url` has the container: then it is that.",
					aboutReplacement),
				Optional: true,
				Computed: true,
			},
			"iam_role_id": schema.StringAttribute{
				MarkdownDescription: describe("iam_role_id",
					named("iam_role_id").about()+", 24 hexadecimal digits; not the ARN.",
					named("iam_role_id").rule(),
					aboutReplacement),
				Optional:      true,
				PlanModifiers: replace,
			},
			"role_id": schema.StringAttribute{
				MarkdownDescription: describe("role_id",
					named("role_id").about()+", 24 hexadecimal digits.",
					named("role_id").rule(),
					aboutReplacement),
				Optional:      true,
				PlanModifiers: replace,
			},
			"service_url": schema.StringAttribute{
				MarkdownDescription: describe("service_url",
					named("service_url").about()+", with or without the container as its path.",
					named("service_url").rule(),
					"A trailing `/`, and a container that `bucket_name` names too, make no difference; any other change makes a new export bucket."),
				Optional: true,
			},
			"require_private_networking": schema.BoolAttribute{
				MarkdownDescription: describe("require_private_networking",
					named("require_private_networking").about()+".",
					named("require_private_networking").rule(),
					"(`false` is taken on every cloud.) Left out, it stays as it is in Atlas, where it starts as `false`. Changed in place."),
				Optional:      true,
				Computed:      true,
				PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			},
			"disable_auto_export_on_destroy": schema.BoolAttribute{
				MarkdownDescription: "Atlas deletes no export bucket that a cluster of the project exports to automatically. `true` switches " +
					"that automatic export off on destroy, on these clusters and nothing else of theirs. Left out, or `false`, the destroy of " +
					"such a bucket fails, and names the clusters. Changed in place, without a request to Atlas; must be applied before the destroy.",
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
			"timeouts": timeoutsAttribute(ctx),
		},
	}
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute, ok := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, CreateDescription: aboutTimeout("the creation may take, the waits for a new role and for the region included"),
		Read: true, ReadDescription: aboutTimeout("a refresh may take"),
		Update: true, UpdateDescription: aboutTimeout("a change in place may take"),
		Delete: true, DeleteDescription: aboutTimeout("the deletion may take") + " Must be applied before the destroy.",
	}).(schema.SingleNestedAttribute)
	if !ok {
		panic("the timeouts attribute is not a nested attribute")
	}
	attribute.MarkdownDescription = aboutTimeouts + " " + aboutAppliedTimeouts
	return attribute
}
