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
	computed := func(about string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: about, Computed: true}
	}
	null := func(name string) string { return " Null on " + named(name).on(refused) + "." }
	return map[string]schema.Attribute{
		"id":             computed(aboutID),
		"cloud_provider": computed("Where the storage is: `AWS`, `AZURE` or `GCP`."),
		"bucket_name":    computed("The name of the S3 bucket, the Azure container or the Google Cloud bucket."),
		"iam_role_id":    computed("The Atlas id of the AWS IAM role that may write to the bucket; not the ARN." + null("iam_role_id")),
		"role_id": computed("The Atlas id of the Azure service principal or Google Cloud service account that may write to the bucket." +
			null("role_id")),
		"service_url": computed("The address of the Azure storage account, as Atlas has it." + null("service_url")),
		"require_private_networking": schema.BoolAttribute{
			MarkdownDescription: "Whether Atlas reaches the bucket over private networking alone. `false` on " +
				named("require_private_networking").on(refused) + ".",
			Computed: true,
		},
		"region":    computed(aboutRegion),
		"tenant_id": computed(aboutTenantID),
	}
}

func readTimeouts(ctx context.Context) schema.Attribute {
	attribute, ok := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		ReadDescription: aboutTimeout("the look-up may take", readTimeout),
	}).(schema.SingleNestedAttribute)
	if !ok {
		panic("the timeouts attribute is not a nested attribute")
	}
	attribute.MarkdownDescription = "Limits of the operations."
	return attribute
}
