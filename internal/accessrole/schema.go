package accessrole

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// Schema describes the data source.
func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	const oneOf = "Write exactly one of `role_id`, `iam_assumed_role_arn`, `azure_service_principal_id` and `gcp_service_account_for_atlas`."
	selector := func(field string, sentences ...string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: argument.Describe(field, append(sentences, oneOf)...), Optional: true, Computed: true}
	}
	text := func(field string, sentences ...string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: argument.Describe(field, sentences...), Computed: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A role of a cloud that Atlas may use: an AWS IAM role, an Azure service principal or a Google Cloud service account. It tells " +
			"whether the role is ready, what Atlas needs in the cloud, and which export buckets use it.",
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{MarkdownDescription: argument.Describe("groupId", argument.AboutProjectID), Required: true},
			"role_id":    selector("roleId", "The id of the role in Atlas, 24 hexadecimal digits: `iam_role_id` or `role_id` of an export bucket."),
			"iam_assumed_role_arn": selector("iamAssumedRoleArn",
				"AWS: the ARN of the IAM role that Atlas assumes. Null until the role is authorized."),
			"azure_service_principal_id": selector("servicePrincipalId", "Azure: the object id of the service principal."),
			"gcp_service_account_for_atlas": selector("gcpServiceAccountForAtlas",
				"Google Cloud: the email of the service account that Atlas has created. Null until it exists."),
			"cloud_provider": schema.StringAttribute{MarkdownDescription: "The cloud of the role: `AWS`, `AZURE` or `GCP`.", Computed: true},
			"ready": schema.BoolAttribute{
				MarkdownDescription: "Whether Atlas can use the role. AWS: the role is authorized. Google Cloud: the service account is complete. Azure: always " +
					"`true`, because Atlas does not show it.",
				Computed: true,
			},
			"atlas_aws_account_arn": text("atlasAWSAccountArn",
				"AWS: the ARN of Atlas, for the trust policy of the IAM role. Null on other clouds."),
			"atlas_assumed_role_external_id": text("atlasAssumedRoleExternalId",
				"AWS: the external id, for the trust policy of the IAM role. Null on other clouds."),
			"atlas_azure_app_id": text("atlasAzureAppId", "Azure: the id of the application of Atlas. Null on other clouds."),
			"created_date":       text("createdDate", "When the role was set up in Atlas, in RFC 3339. Null if Atlas does not show it."),
			"authorized_date": text("authorizedDate",
				"AWS: when the role was authorized, in RFC 3339. Null until then, and on other clouds."),
			"export_bucket_ids": schema.ListAttribute{
				MarkdownDescription: argument.Describe("featureUsages", "The ids of the export buckets that use the role, sorted. Empty if none does."),
				ElementType:         types.StringType,
				Computed:            true,
			},
			"timeouts": operation.DataSourceTimeouts(),
		},
	}
}
