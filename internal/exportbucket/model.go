package exportbucket

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
)

// model is the resource in configuration, plan and state.
type model struct {
	ProjectID                  types.String   `tfsdk:"project_id"`
	CloudProvider              types.String   `tfsdk:"cloud_provider"`
	BucketName                 types.String   `tfsdk:"bucket_name"`
	IAMRoleID                  types.String   `tfsdk:"iam_role_id"`
	RoleID                     types.String   `tfsdk:"role_id"`
	ServiceURL                 types.String   `tfsdk:"service_url"`
	RequirePrivateNetworking   types.Bool     `tfsdk:"require_private_networking"`
	DisableAutoExportOnDestroy types.Bool     `tfsdk:"disable_auto_export_on_destroy"`
	ID                         types.String   `tfsdk:"id"`
	Region                     types.String   `tfsdk:"region"`
	TenantID                   types.String   `tfsdk:"tenant_id"`
	Timeouts                   timeouts.Value `tfsdk:"timeouts"`
}

// request is what Atlas is asked to make.
func (m model) request() atlas.ExportBucketRequest {
	cloud := m.CloudProvider.ValueString()
	r := atlas.ExportBucketRequest{
		CloudProvider: cloud,
		BucketName:    m.BucketName.ValueString(),
		IAMRoleID:     m.IAMRoleID.ValueString(),
		RoleID:        m.RoleID.ValueString(),
		// Atlas is asked without the slash that Azure's own outputs end with.
		ServiceURL: strings.TrimSuffix(m.ServiceURL.ValueString(), "/"),
	}
	if named("require_private_networking").takes(cloud) && !m.RequirePrivateNetworking.IsUnknown() {
		r.RequirePrivateNetworking = m.RequirePrivateNetworking.ValueBoolPointer()
	}
	return r
}

// read takes over what Atlas has. What is empty there is null here; a place that the
// model spells another way keeps its spelling. The project, which Atlas' answer does not
// name, and what only Terraform knows stay as they are.
func (m *model) read(b *atlas.ExportBucket) {
	serviceURL, bucketName := text(b.ServiceURL), text(b.BucketName)
	if !samePlace(m.ServiceURL, m.BucketName, serviceURL, bucketName) {
		m.ServiceURL = serviceURL
	}
	m.BucketName = bucketName
	m.CloudProvider = text(b.CloudProvider)
	m.IAMRoleID = text(b.IAMRoleID)
	m.RoleID = text(b.RoleID)
	m.RequirePrivateNetworking = types.BoolValue(b.RequirePrivateNetworking)
	m.ID = text(b.ID)
	m.Region = text(b.Region)
	m.TenantID = text(b.TenantID)
}

func text(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// fields are the request's, and the arguments that they come from. The arguments of
// other clouds are left out, so that an error on a role finds the one in use.
func (m model) fields() diagnose.Fields {
	fields := diagnose.Fields{"groupId": path.Root("project_id"), "cloudProvider": path.Root("cloud_provider")}
	for _, a := range arguments {
		if a.takes(m.CloudProvider.ValueString()) {
			fields[a.field] = path.Root(a.name)
		}
	}
	return fields
}
