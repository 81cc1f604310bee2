package exportbucket

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// reader is what the data sources have of the resource: its connection, and how it begins
// an operation.
type reader struct {
	resource exportBucket
}

func (r *reader) Configure(ctx context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	var configured resource.ConfigureResponse
	r.resource.Configure(ctx, resource.ConfigureRequest{ProviderData: req.ProviderData}, &configured)
	resp.Diagnostics.Append(configured.Diagnostics...)
}

// schemaAttributes are the attributes that Atlas knows.
func schemaAttributes() map[string]schema.Attribute {
	computed := func(name string, sentences ...string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: describe(name, sentences...), Computed: true}
	}
	none := func(value, name string) string { return value + " on " + named(name).on(refused) + "." }
	return map[string]schema.Attribute{
		"id":             computed("id", aboutID),
		"cloud_provider": computed("cloud_provider", aboutCloudProvider),
		"bucket_name":    computed("bucket_name", named("bucket_name").about()+"."),
		"iam_role_id":    computed("iam_role_id", named("iam_role_id").about()+"; not the ARN.", none("Null", "iam_role_id")),
		"role_id":        computed("role_id", named("role_id").about()+".", none("Null", "role_id")),
		"service_url":    computed("service_url", named("service_url").about()+", as Atlas has it.", none("Null", "service_url")),
		"require_private_networking": schema.BoolAttribute{
			MarkdownDescription: describe("require_private_networking", named("require_private_networking").about()+".",
				none("`false`", "require_private_networking")),
			Computed: true,
		},
		"region":    computed("region", aboutRegion),
		"tenant_id": computed("tenant_id", aboutTenantID),
	}
}

func readTimeouts(ctx context.Context) schema.Attribute {
	attribute, ok := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		ReadDescription: aboutTimeout("the look-up may take"),
	}).(schema.SingleNestedAttribute)
	if !ok {
		panic("the timeouts attribute is not a nested attribute")
	}
	attribute.MarkdownDescription = aboutTimeouts
	return attribute
}
