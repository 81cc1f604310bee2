package exportbucket

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
)

// attributes are what Atlas has of an export bucket. The resource, the data sources and
// the results of a list share them.
type attributes struct {
	CloudProvider            types.String `tfsdk:"cloud_provider"`
	BucketName               types.String `tfsdk:"bucket_name"`
	IAMRoleID                types.String `tfsdk:"iam_role_id"`
	RoleID                   types.String `tfsdk:"role_id"`
	ServiceURL               types.String `tfsdk:"service_url"`
	RequirePrivateNetworking types.Bool   `tfsdk:"require_private_networking"`
	ID                       types.String `tfsdk:"id"`
	Region                   types.String `tfsdk:"region"`
	TenantID                 types.String `tfsdk:"tenant_id"`
}

// model is the resource in configuration, plan and state.
type model struct {
	attributes
	ProjectID                  types.String   `tfsdk:"project_id"`
	DisableAutoExportOnDestroy types.Bool     `tfsdk:"disable_auto_export_on_destroy"`
	Timeouts                   timeouts.Value `tfsdk:"timeouts"`
}

// isImported tells whether the model is that of an import: a state has every required argument.
func (m model) isImported() bool { return m.CloudProvider.IsNull() }

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
	if attributeByName("require_private_networking").isSent(cloud) && !m.RequirePrivateNetworking.IsUnknown() {
		r.RequirePrivateNetworking = m.RequirePrivateNetworking.ValueBoolPointer()
	}
	return r
}

// read takes over what Atlas has. What is empty there is null here; a container that the
// attributes spell in another way keeps its spelling.
func (a *attributes) read(b *atlas.ExportBucket) {
	serviceURL, bucketName := argument.StringOrNull(b.ServiceURL), argument.StringOrNull(b.BucketName)
	if !sameContainer(a.ServiceURL, a.BucketName, serviceURL, bucketName) {
		a.ServiceURL = serviceURL
	}
	a.BucketName = bucketName
	a.CloudProvider = argument.StringOrNull(b.CloudProvider)
	a.IAMRoleID = argument.StringOrNull(b.IAMRoleID)
	a.RoleID = argument.StringOrNull(b.RoleID)
	a.RequirePrivateNetworking = types.BoolValue(b.RequirePrivateNetworking)
	a.ID = argument.StringOrNull(b.ID)
	a.Region = argument.StringOrNull(b.Region)
	a.TenantID = argument.StringOrNull(b.TenantID)
}

// isIn tells whether a bucket in a list has what Atlas finds by itself, if the attributes have it:
// a list may show less than an answer about the bucket alone.
func (a attributes) isIn(b atlas.ExportBucket) bool {
	return (a.Region.IsNull() || b.Region != "") && (a.TenantID.IsNull() || b.TenantID != "")
}

// match says whether a bucket is what the model asks Atlas for. Private networking is the one
// thing that Atlas changes in place, so it may show late.
func (m model) match(b atlas.ExportBucket) atlas.Match {
	other := m
	other.read(&b)
	switch {
	case !other.CloudProvider.Equal(m.CloudProvider), !other.BucketName.Equal(m.BucketName), !other.IAMRoleID.Equal(m.IAMRoleID),
		!other.RoleID.Equal(m.RoleID), !other.ServiceURL.Equal(m.ServiceURL):
		return atlas.Differs
	case other.RequirePrivateNetworking.ValueBool() != m.RequirePrivateNetworking.ValueBool():
		return atlas.Alike
	}
	return atlas.Same
}

// keepPromises restores the values of a plan where Atlas' answer has other ones: Atlas may show
// a change late, and Terraform reports a value that differs from the plan as a bug of the
// provider. A refresh shows what is really different.
func (a *attributes) keepPromises(plan attributes) {
	for value, planned := range map[*types.String]types.String{
		&a.CloudProvider: plan.CloudProvider,
		&a.BucketName:    plan.BucketName,
		&a.IAMRoleID:     plan.IAMRoleID,
		&a.RoleID:        plan.RoleID,
		&a.ServiceURL:    plan.ServiceURL,
		&a.Region:        plan.Region,
		&a.TenantID:      plan.TenantID,
	} {
		if !planned.IsUnknown() {
			*value = planned
		}
	}
	if !plan.RequirePrivateNetworking.IsUnknown() {
		a.RequirePrivateNetworking = plan.RequirePrivateNetworking
	}
}

// fields are the request's, and the arguments that they come from. The arguments of
// other clouds are left out, so that an error on a role finds the one in use.
func (m model) fields() diagnose.Fields {
	names := []string{"project_id", "cloud_provider"}
	for _, a := range cloudAttributes {
		if a.isSent(m.CloudProvider.ValueString()) {
			names = append(names, a.name)
		}
	}
	return fieldsOf(names...)
}

func fieldsOf(names ...string) diagnose.Fields {
	fields := diagnose.Fields{}
	for _, name := range names {
		fields[fieldOf(name)] = path.Root(name)
	}
	return fields
}
