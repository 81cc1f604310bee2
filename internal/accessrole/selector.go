package accessrole

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// maxListed is how many roles an error lists.
const maxListed = 20

// selector is an argument by which a role is found.
type selector struct {
	name  string
	value func(model) types.String
	of    func(atlas.AccessRole) string // what a role has of it; "" for nothing
	rule  argument.Rule
}

// selectors are the arguments of which exactly one is written.
var selectors = []selector{
	{
		"role_id", func(m model) types.String { return m.RoleID }, atlas.AccessRole.ID,
		argument.IsID("the id that Atlas gave the role, role_id of mongodbatlas_cloud_provider_access_setup"),
	},
	{
		"iam_assumed_role_arn", func(m model) types.String { return m.IAMAssumedRoleARN },
		func(r atlas.AccessRole) string { return r.IAMAssumedRoleARN }, isRoleARN,
	},
	{
		"azure_service_principal_id", func(m model) types.String { return m.AzureServicePrincipalID },
		func(r atlas.AccessRole) string { return r.ServicePrincipalID }, isPrincipalID,
	},
	{
		"gcp_service_account_for_atlas", func(m model) types.String { return m.GCPServiceAccountForAtlas },
		func(r atlas.AccessRole) string { return r.GCPServiceAccountForAtlas }, isServiceAccount,
	},
}

// Forms of what the clouds call their roles, by their own documents.
var (
	roleARN        = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$`)
	uuid           = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	serviceAccount = regexp.MustCompile(`^[a-z0-9-]+@[a-z0-9.:-]+\.gserviceaccount\.com$`)
)

func isRoleARN(arn string) error {
	if !roleARN.MatchString(arn) {
		return errors.New("write the ARN of the IAM role, such as arn:aws:iam::123456789012:role/atlas-snapshot-export")
	}
	return nil
}

func isPrincipalID(id string) error {
	if !uuid.MatchString(id) {
		return errors.New("write the object id of the service principal, such as 8a9a2f5c-0000-4000-8000-0123456789ab; not the id of the application")
	}
	return nil
}

func isServiceAccount(email string) error {
	if !serviceAccount.MatchString(email) {
		return errors.New("write the email of the service account that Atlas has created, which ends with .gserviceaccount.com")
	}
	return nil
}

// validate requires exactly one selector. One that is unknown may be written or not.
func (m model) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	var names, known []string
	missing := true
	for _, s := range selectors {
		value := s.value(m)
		argument.Check(&diags, s.name, value, s.rule)
		names = append(names, s.name)
		missing = missing && value.IsNull()
		if argument.IsKnown(value) {
			known = append(known, s.name)
		}
	}
	if missing {
		diags.AddAttributeError(path.Root("role_id"), "Missing role_id",
			"No argument says which role to read. Write one of "+argument.Enumerate(names, "or")+".")
	}
	if len(known) > 1 {
		diags.AddAttributeError(path.Root(known[1]), "Unexpected "+known[1],
			fmt.Sprintf("%s already says which role to read. Write only one of %s.", known[0], argument.Enumerate(known, "and")))
	}
	return diags
}

// selector is the one that is written, or else the first one.
func (m model) selector() selector {
	for _, s := range selectors {
		if !s.value(m).IsNull() {
			return s
		}
	}
	return selectors[0]
}

// find returns the role that is asked for, if it is the only one. No cloud has two whose names
// differ only in case.
func (m model) find(all []atlas.AccessRole) (*atlas.AccessRole, diag.Diagnostics) {
	s := m.selector()
	wanted := s.value(m).ValueString()
	var found []atlas.AccessRole
	for _, role := range all {
		if strings.EqualFold(s.of(role), wanted) {
			found = append(found, role)
		}
	}
	var summary, sentence string
	switch {
	case len(found) == 1:
		return &found[0], nil
	case len(found) > 1:
		summary, sentence = "Several access roles found", fmt.Sprintf("The project %s has %d roles with the %s %q. Write the role_id of one of them:\n\n%s",
			m.ProjectID.ValueString(), len(found), s.name, wanted, enumerateRoles(found))
	case len(all) == 0:
		summary, sentence = "Access role not found", fmt.Sprintf("The project %s has no roles at all. Check project_id, or set one up: in Atlas under Project "+
			"Settings, Integrations, or with mongodbatlas_cloud_provider_access_setup.", m.ProjectID.ValueString())
	default:
		summary, sentence = "Access role not found", fmt.Sprintf("The project %s has no role with the %s %q. It has:\n\n%s",
			m.ProjectID.ValueString(), s.name, wanted, enumerateRoles(all))
	}
	return nil, diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root(s.name), summary, sentence)}
}

// enumerateRoles writes a line for each, at most maxListed.
func enumerateRoles(roles []atlas.AccessRole) string {
	var lines []string
	for _, r := range roles {
		line := fmt.Sprintf("  %s on %s", r.ID(), r.CloudProvider)
		if name := r.IAMAssumedRoleARN + r.ServicePrincipalID + r.GCPServiceAccountForAtlas; name != "" {
			line += ", " + atlas.Printable(name)
		}
		if !r.IsReady() {
			line += ", not ready"
		}
		lines = append(lines, line)
	}
	return strings.Join(argument.FirstOf(lines, maxListed, "  "), "\n")
}
