package accessrole

import (
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// model is the data source in configuration and state.
type model struct {
	ProjectID                  types.String   `tfsdk:"project_id"`
	RoleID                     types.String   `tfsdk:"role_id"`
	IAMAssumedRoleARN          types.String   `tfsdk:"iam_assumed_role_arn"`
	AzureServicePrincipalID    types.String   `tfsdk:"azure_service_principal_id"`
	GCPServiceAccountForAtlas  types.String   `tfsdk:"gcp_service_account_for_atlas"`
	CloudProvider              types.String   `tfsdk:"cloud_provider"`
	Ready                      types.Bool     `tfsdk:"ready"`
	AtlasAWSAccountARN         types.String   `tfsdk:"atlas_aws_account_arn"`
	AtlasAssumedRoleExternalID types.String   `tfsdk:"atlas_assumed_role_external_id"`
	AtlasAzureAppID            types.String   `tfsdk:"atlas_azure_app_id"`
	CreatedDate                types.String   `tfsdk:"created_date"`
	AuthorizedDate             types.String   `tfsdk:"authorized_date"`
	ExportBucketIDs            []string       `tfsdk:"export_bucket_ids"`
	Timeouts                   timeouts.Value `tfsdk:"timeouts"`
}

// read takes over what Atlas has. What is empty there is null here; what the configuration spells in
// another case keeps its spelling.
func (m *model) read(r atlas.AccessRole) {
	m.RoleID = types.StringValue(r.ID())
	m.IAMAssumedRoleARN = inItsCase(m.IAMAssumedRoleARN, r.IAMAssumedRoleARN)
	m.AzureServicePrincipalID = inItsCase(m.AzureServicePrincipalID, r.ServicePrincipalID)
	m.GCPServiceAccountForAtlas = inItsCase(m.GCPServiceAccountForAtlas, r.GCPServiceAccountForAtlas)
	m.CloudProvider = types.StringValue(r.CloudProvider)
	m.Ready = types.BoolValue(r.IsReady())
	m.AtlasAWSAccountARN = argument.StringOrNull(r.AtlasAWSAccountARN)
	m.AtlasAssumedRoleExternalID = argument.StringOrNull(r.AtlasAssumedRoleExternalID)
	m.AtlasAzureAppID = argument.StringOrNull(r.AtlasAzureAppID)
	m.CreatedDate = dateOrNull(r.CreatedDate)
	m.AuthorizedDate = dateOrNull(r.AuthorizedDate)
	m.ExportBucketIDs = r.ExportBucketIDs()
}

// inItsCase returns a value of Atlas' in the case that the configuration has it in.
func inItsCase(configured types.String, value string) types.String {
	if strings.EqualFold(configured.ValueString(), value) && value != "" {
		return configured
	}
	return argument.StringOrNull(value)
}

func dateOrNull(date time.Time) types.String {
	if date.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(date.UTC().Format(time.RFC3339))
}
