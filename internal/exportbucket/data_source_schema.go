package exportbucket

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

// schemaAttributes are the attributes of an export bucket that Atlas has.
func schemaAttributes() map[string]schema.Attribute {
	computed := func(name string, sentences ...string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: describe(name, sentences...), Computed: true}
	}
	none := func(value, name string) string { return value + " on " + attributeByName(name).on(refused) + "." }
	return map[string]schema.Attribute{
		"id":             computed("id", aboutID),
		"cloud_provider": computed("cloud_provider", aboutCloudProvider),
		"bucket_name":    computed("bucket_name", attributeByName("bucket_name").about()+"."),
		"iam_role_id":    computed("iam_role_id", attributeByName("iam_role_id").about()+"; not the ARN.", none("Null", "iam_role_id")),
		"role_id":        computed("role_id", attributeByName("role_id").about()+".", none("Null", "role_id")),
		"service_url":    computed("service_url", attributeByName("service_url").about()+", as stored in Atlas.", none("Null", "service_url")),
		"require_private_networking": schema.BoolAttribute{
			MarkdownDescription: describe("require_private_networking", attributeByName("require_private_networking").about()+".",
				none("`false`", "require_private_networking")),
			Computed: true,
		},
		"region":    computed("region", aboutRegion),
		"tenant_id": computed("tenant_id", aboutTenantID),
	}
}
