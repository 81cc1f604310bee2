package exportbucket

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// Rules of arguments that the resource shares with the data sources and the list.
var (
	isCloud    = argument.IsOneOf(clouds...)
	isBucketID = argument.IsID("the id of the export bucket in Atlas")
	isRoleID   = argument.IsID("the id that Atlas gave the role, role_id of mongodbatlas_cloud_provider_access_authorization")
)

// ValidateConfig checks everything that can be known without a request. Unknown values pass.
func (r *exportBucket) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.validate()...)
	resp.Diagnostics.Append(operation.ValidateTimeouts(config.Timeouts.Object)...)
}

func (m model) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	argument.Check(&diags, "project_id", m.ProjectID, argument.IsProjectID)
	argument.Check(&diags, "cloud_provider", m.CloudProvider, isCloud)
	argument.Check(&diags, "iam_role_id", m.IAMRoleID, isRoleID)
	argument.Check(&diags, "role_id", m.RoleID, isRoleID)
	argument.Check(&diags, "bucket_name", m.BucketName, m.checkBucketName)
	argument.Check(&diags, "service_url", m.ServiceURL, func(url string) error {
		_, err := parseServiceURL(url)
		return err
	})
	if cloud := m.CloudProvider.ValueString(); slices.Contains(clouds, cloud) {
		diags.Append(m.validateCloud(cloud)...)
	}
	return diags
}

// checkBucketName applies the rules of every cloud, and those of the one that is known.
func (a attributes) checkBucketName(name string) error {
	if err := checkBare(name); err != nil {
		return err
	}
	switch a.CloudProvider.ValueString() {
	case atlas.AWS:
		return checkS3Name(name)
	case atlas.Azure:
		return checkContainer(name)
	case atlas.GCP:
		return checkGCSName(name)
	}
	return nil
}

// validateCloud checks the configuration against the table of the clouds, and the rules on two
// arguments together.
func (m model) validateCloud(cloud string) diag.Diagnostics {
	var diags diag.Diagnostics
	given := m.given()
	validateRole(&diags, cloud, given)
	for _, a := range cloudAttributes {
		switch use, value := a.clouds[cloud], given[a.name]; {
		case value == nil: // not an argument
		case use == required && value.IsNull():
			diags.AddAttributeError(path.Root(a.name), "Missing "+a.name,
				fmt.Sprintf("cloud_provider %q needs %s: %s.", cloud, a.name, a.what))
		case use == refused && !value.IsNull() && !value.IsUnknown():
			diags.AddAttributeError(path.Root(a.name), "Unexpected "+a.name,
				fmt.Sprintf("%s is for %s only, and cloud_provider is %q. Remove %s.", a.name, a.whereAllowed(), cloud, a.name))
		}
	}
	switch cloud {
	case atlas.Azure:
		m.validateContainer(&diags)
	case atlas.AWS:
		if m.RequirePrivateNetworking.ValueBool() && strings.Contains(m.BucketName.ValueString(), ".") {
			diags.AddAttributeWarning(path.Root("bucket_name"), "Dotted name with private networking",
				"AWS PrivateLink does not support S3 bucket names with dots: their TLS name does not match its certificate. "+
					"Choose a name without dots, or leave require_private_networking out.")
		}
	}
	return diags
}

// validateRole reports a role in the argument of another cloud as one error, and takes both
// arguments out of given then.
func validateRole(diags *diag.Diagnostics, cloud string, given map[string]attr.Value) {
	right, wrong := "iam_role_id", "role_id"
	if attributeByName(right).clouds[cloud] != required {
		right, wrong = wrong, right
	}
	if !given[right].IsNull() || given[wrong].IsNull() || given[wrong].IsUnknown() {
		return
	}
	diags.AddAttributeError(path.Root(wrong), "Unexpected "+wrong,
		fmt.Sprintf("With cloud_provider %q, write the role as %s. %s is for %s only.", cloud, right, wrong, attributeByName(wrong).whereAllowed()))
	delete(given, right)
	delete(given, wrong)
}

// validateContainer requires the container in bucket_name or in service_url, and the same one
// if it is in both. A name that is not known, or not valid, is not compared.
func (m model) validateContainer(diags *diag.Diagnostics) {
	parsed, err := parseServiceURL(m.ServiceURL.ValueString())
	switch name := m.BucketName.ValueString(); {
	case err != nil:
		// Not there, not known, or reported.
	case m.BucketName.IsNull() && parsed.container == "":
		diags.AddAttributeError(path.Root("bucket_name"), "Missing bucket_name",
			"Write the container as bucket_name, or as the path of service_url.")
	case parsed.container != "" && parsed.container != name && checkContainer(name) == nil:
		diags.AddAttributeError(path.Root("service_url"), "Invalid service_url",
			fmt.Sprintf("Its container is %q, and bucket_name is %q. Write one container, or leave it out of one of the two.", parsed.container, name))
	}
}

// given are the values of the arguments in the table. Private networking that is false counts
// as left out, so that a module can pass the same value to every cloud.
func (m model) given() map[string]attr.Value {
	values := map[string]attr.Value{
		"bucket_name":                m.BucketName,
		"iam_role_id":                m.IAMRoleID,
		"role_id":                    m.RoleID,
		"service_url":                m.ServiceURL,
		"require_private_networking": m.RequirePrivateNetworking,
	}
	if m.RequirePrivateNetworking.Equal(types.BoolValue(false)) {
		values["require_private_networking"] = types.BoolNull()
	}
	return values
}
