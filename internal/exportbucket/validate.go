package exportbucket

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// Rules of ids, wherever one is an argument.
var (
	isProjectID = isID("the id of the Atlas project")
	isBucketID  = isID("the id of the export bucket in Atlas")
	isRoleID    = isID("the id that Atlas gave the role, role_id of mongodbatlas_cloud_provider_access_authorization")
)

// ValidateConfig checks all that can be known before Atlas is asked. Unknown values pass.
func (r *exportBucket) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.validate()...)
	resp.Diagnostics.Append(validateTimeouts(config.Timeouts.Object)...)
}

func (m model) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	check(&diags, "project_id", m.ProjectID, isProjectID)
	check(&diags, "cloud_provider", m.CloudProvider, checkCloud)
	check(&diags, "iam_role_id", m.IAMRoleID, isRoleID)
	check(&diags, "role_id", m.RoleID, isRoleID)
	check(&diags, "bucket_name", m.BucketName, m.checkBucketName)
	check(&diags, "service_url", m.ServiceURL, func(url string) error {
		_, err := parseServiceURL(url)
		return err
	})
	if cloud := m.CloudProvider.ValueString(); slices.Contains(clouds, cloud) {
		diags.Append(m.validateCloud(cloud)...)
	}
	return diags
}

// check reports what a rule says of a value that is there and known.
func check(diags *diag.Diagnostics, name string, value types.String, rule func(string) error) {
	if !isSet(value) {
		return
	}
	if err := rule(value.ValueString()); err != nil {
		diags.AddAttributeError(path.Root(name), "Invalid "+name, explain(value.ValueString(), err))
	}
}

// isSet tells whether a value is there and known.
func isSet(value types.String) bool {
	return !value.IsNull() && !value.IsUnknown()
}

// explain writes a rule as a sentence, after the value that breaks it. A URL, a connection
// string, or what has parts of one, is not repeated: a password or a token may be in it.
func explain(value string, broken error) string {
	rule := broken.Error() + "."
	if strings.Contains(value, "://") || strings.ContainsAny(value, "@?&=;") {
		return strings.ToUpper(rule[:1]) + rule[1:]
	}
	return fmt.Sprintf("%q: %s", value, rule)
}

func checkCloud(cloud string) error {
	if slices.Contains(clouds, cloud) {
		return nil
	}
	if upper := strings.ToUpper(cloud); slices.Contains(clouds, upper) {
		return fmt.Errorf("write it in upper case: %q", upper)
	}
	var quoted []string
	for _, c := range clouds {
		quoted = append(quoted, strconv.Quote(c))
	}
	return errors.New("write " + enumerate(quoted, "or"))
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

// validateCloud holds the configuration against the table, and against the rules that
// join two arguments.
func (m model) validateCloud(cloud string) diag.Diagnostics {
	var diags diag.Diagnostics
	given := m.given()
	for _, a := range arguments {
		switch need, value := a.clouds[cloud], given[a.name]; {
		case need == required && value.IsNull():
			diags.AddAttributeError(path.Root(a.name), "Missing "+a.name,
				fmt.Sprintf("cloud_provider %q needs %s: %s.", cloud, a.name, a.what))
		case need == refused && !value.IsNull() && !value.IsUnknown():
			diags.AddAttributeError(path.Root(a.name), "Unexpected "+a.name,
				fmt.Sprintf("cloud_provider %q does not take %s, %s. Remove it.", cloud, a.name, a.what))
		}
	}
	switch cloud {
	case atlas.Azure:
		m.validateContainer(&diags)
	case atlas.AWS:
		if m.RequirePrivateNetworking.ValueBool() && strings.Contains(m.BucketName.ValueString(), ".") {
			diags.AddAttributeWarning(path.Root("bucket_name"), "Dotted name with private networking",
				"AWS PrivateLink does not serve S3 bucket names with dots: their TLS name does not match its certificate. "+
					"Choose a name without dots, or leave require_private_networking out.")
		}
	}
	return diags
}

// validateContainer wants the container from one of the two places, and no
// contradiction between them. A name that is not known, or is none, contradicts nothing.
func (m model) validateContainer(diags *diag.Diagnostics) {
	parsed, err := parseServiceURL(m.ServiceURL.ValueString())
	switch name := m.BucketName.ValueString(); {
	case err != nil:
		// Not there, not known, or reported.
	case m.BucketName.IsNull() && parsed.container == "":
		diags.AddAttributeError(path.Root("bucket_name"), "Missing bucket_name",
			"The container is named nowhere: write it as bucket_name, or as the path of service_url.")
	case parsed.container != "" && parsed.container != name && checkContainer(name) == nil:
		diags.AddAttributeError(path.Root("service_url"), "Invalid service_url",
			fmt.Sprintf("Its container is %q, and bucket_name is %q. Write one container, or leave it out of one of the two.", parsed.container, name))
	}
}

// given are the values of the table's arguments. Private networking that is false asks for
// nothing and counts as left out, so that a module can pass the same value to every cloud.
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
