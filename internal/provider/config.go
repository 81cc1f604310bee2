package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// config is the provider's configuration.
type config struct {
	BaseURL      types.String `tfsdk:"base_url"`
	ClientID     types.String `tfsdk:"client_id"`
	ClientSecret types.String `tfsdk:"client_secret"`
	AccessToken  types.String `tfsdk:"access_token"`
	PublicKey    types.String `tfsdk:"public_key"`
	PrivateKey   types.String `tfsdk:"private_key"`
}

// variables are the environment's names of the arguments, as Atlas' own tools read them:
// the first that is not empty wins.
var variables = map[string][]string{
	"base_url":      {"MONGODB_ATLAS_BASE_URL", "MCLI_OPS_MANAGER_URL"},
	"access_token":  {"MONGODB_ATLAS_ACCESS_TOKEN"},
	"client_id":     {"MONGODB_ATLAS_CLIENT_ID"},
	"client_secret": {"MONGODB_ATLAS_CLIENT_SECRET"},
	"public_key":    {"MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY", "MCLI_PUBLIC_API_KEY"},
	"private_key":   {"MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PRIVATE_KEY", "MCLI_PRIVATE_API_KEY"},
}

// kind is a kind of credential: the arguments that make it up.
type kind struct {
	name      string
	arguments []string
	build     func(value map[string]types.String) atlas.Credentials
}

// kinds in the order in which they are taken when there are several.
var kinds = []kind{
	{
		name:      "access token",
		arguments: []string{"access_token"},
		build: func(value map[string]types.String) atlas.Credentials {
			return atlas.AccessToken(value["access_token"].ValueString())
		},
	},
	{
		name:      "service account",
		arguments: []string{"client_id", "client_secret"},
		build: func(value map[string]types.String) atlas.Credentials {
			return atlas.ServiceAccount{ClientID: value["client_id"].ValueString(), ClientSecret: value["client_secret"].ValueString()}
		},
	},
	{
		name:      "API key",
		arguments: []string{"public_key", "private_key"},
		build: func(value map[string]types.String) atlas.Credentials {
			return atlas.APIKey{PublicKey: value["public_key"].ValueString(), PrivateKey: value["private_key"].ValueString()}
		},
	},
}

// validate finds what is wrong whatever the environment has.
func (c config) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	arguments := c.arguments()
	for _, name := range slices.Sorted(maps.Keys(arguments)) {
		if value := arguments[name]; !value.IsNull() && !value.IsUnknown() && value.ValueString() == "" {
			diags.AddAttributeError(path.Root(name), "Empty "+name, fmt.Sprintf(
				"%s is an empty string. Set it, or leave it out (null) to take it from the environment (%s).",
				name, strings.Join(variables[name], ", ")))
		}
	}
	if diags.HasError() {
		return diags
	}
	if url := arguments["base_url"]; isGiven(url) && !url.IsUnknown() {
		_, more := parseBaseURL(url, "base_url")
		diags.Append(more...)
	}
	_, _, more := choose(arguments, halfInConfiguration)
	diags.Append(more...)
	return diags
}

// resolve makes the client's options of configuration and environment. The diagnostics
// are what is wrong in any case. The problems are what is missing, or not known yet: they
// are for the first operation that needs a client, and without any the options are whole.
func (c config) resolve(getenv func(string) string) (options atlas.Options, problems, diags diag.Diagnostics) {
	value := c.arguments()
	if !isGiven(value["base_url"]) {
		value["base_url"] = lookup(getenv, "base_url")
	}
	if !isGiven(value["base_url"]) {
		value["base_url"] = types.StringValue(atlas.DefaultBaseURL)
	}
	explain := halfInConfiguration
	if !hasCredential(value) {
		explain = halfInEnvironment
		for _, k := range kinds {
			for _, name := range k.arguments {
				value[name] = lookup(getenv, name)
			}
		}
	}
	chosen, others, diags := choose(value, explain)
	if len(others) > 0 {
		diags.AddWarning("More than one Atlas credential", fmt.Sprintf(
			"The %s is used. Unused: %s. Remove what you do not want to use from the provider's arguments or from the environment.",
			chosen.name, strings.Join(others, ", ")))
	}
	if problems = unknown(value, append([]string{"base_url"}, chosen.arguments...)); problems.HasError() {
		return options, problems, diags
	}
	base, wrong := parseBaseURL(value["base_url"], c.baseURLSource(getenv))
	if diags.Append(wrong...); diags.HasError() {
		return options, diags.Errors(), diags
	}
	if chosen.build == nil {
		problems.AddError("No Atlas credential", noCredential)
		return options, problems, diags
	}
	return atlas.Options{BaseURL: base, Credentials: chosen.build(value), CredentialName: chosen.source(c.arguments(), getenv)}, nil, diags
}

// source says what the credential is, and where each part of it comes from.
func (k kind) source(arguments map[string]types.String, getenv func(string) string) string {
	var parts []string
	for _, name := range k.arguments {
		if arguments[name].IsNull() {
			name, _ = fromVariable(getenv, name)
		}
		parts = append(parts, name)
	}
	return "the " + k.name + " in " + strings.Join(parts, " and ")
}

const noCredential = "Set client_id and client_secret of a service account in the provider's configuration, or " +
	"MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET in the environment. An API key (public_key, private_key; " +
	"MONGODB_ATLAS_PUBLIC_API_KEY, MONGODB_ATLAS_PRIVATE_API_KEY) and an access token (access_token; " +
	"MONGODB_ATLAS_ACCESS_TOKEN) are also accepted."

// half is the sentence on half a pair that its source calls for. A source never completes
// another's credential.
type half func(given, missing string) string

func halfInConfiguration(given, missing string) string {
	return fmt.Sprintf("The provider's configuration has %s and not %s. Set both there, or both in the environment (%s and %s): "+
		"the provider does not combine the configuration and the environment.", given, missing, variables[given][0], variables[missing][0])
}

func halfInEnvironment(given, missing string) string {
	return fmt.Sprintf("The environment has %s and not %s. Set both there, or both in the provider's configuration (%s and %s): "+
		"the provider does not combine the configuration and the environment.", variables[given][0], variables[missing][0], given, missing)
}

// choose picks the first kind of credential that is there, and names the others. Half a
// pair is an error at the missing half, whatever else is there: nobody sets it on purpose.
// So is a value that no credential has, at its argument.
func choose(value map[string]types.String, explain half) (chosen kind, others []string, diags diag.Diagnostics) {
	for _, k := range kinds {
		var missing, given []string
		for _, name := range k.arguments {
			if isGiven(value[name]) {
				given = append(given, name)
			} else {
				missing = append(missing, name)
			}
			if flaw := flawOf(value[name].ValueString()); flaw != "" {
				diags.AddAttributeError(path.Root(name), "Invalid "+name, fmt.Sprintf(
					"%s (%s in the environment) has %s", name, strings.Join(variables[name], ", "), flaw))
			}
		}
		switch {
		case len(given) == 0:
			continue
		case len(missing) > 0:
			diags.AddAttributeError(path.Root(missing[0]), "Missing "+missing[0], explain(given[0], missing[0]))
		}
		if chosen.name == "" {
			chosen = k
		} else {
			others = append(others, k.name)
		}
	}
	return chosen, others, diags
}

// flawOf is what is in a credential's value that cannot be, and what to do about it; "" for
// nothing. White space and control characters cannot stand in the Authorization header. It
// does not repeat the value.
func flawOf(value string) string {
	switch {
	case strings.ContainsFunc(value, unicode.IsSpace):
		return "white space in it, which no Atlas credential has. If the value is read from a file, remove the end of the line: trimspace(file(…))."
	case strings.ContainsFunc(value, unicode.IsControl):
		return "a control character in it, which neither an Atlas credential nor an Authorization header can have. Copy the value again, as plain text: " +
			"terminal colours and binary files contain such characters."
	}
	return ""
}

// unknown reports the arguments that are needed and not known yet. The diagnostic names
// the argument in its text: it is raised by an operation of a resource, from which no
// path leads to the provider's block.
func unknown(value map[string]types.String, names []string) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, name := range names {
		if value[name].IsUnknown() {
			diags.AddError("Provider argument "+name+" is not known yet", fmt.Sprintf(
				"The provider atlasbackup must send requests to Atlas now, but its argument %s depends on something that does not exist yet. "+
					"Create that first (terraform apply -target=…), or set %s. The provider does not use the environment instead: it may belong to another Atlas.",
				name, name))
		}
	}
	return diags
}

// baseURLSource is the argument, or the variable of the environment, that sets the base URL.
func (c config) baseURLSource(getenv func(string) string) string {
	if variable, _ := fromVariable(getenv, "base_url"); c.BaseURL.IsNull() && variable != "" {
		return variable + " (in the environment)"
	}
	return "base_url"
}

// parseBaseURL reports a base URL that breaks a rule with its value, unless a password or a
// token may be in it.
func parseBaseURL(value types.String, source string) (atlas.BaseURL, diag.Diagnostics) {
	var diags diag.Diagnostics
	text := value.ValueString()
	base, err := atlas.ParseBaseURL(text)
	if err != nil {
		if !strings.ContainsAny(text, "@?#") {
			source += fmt.Sprintf(" is %.200q", text)
		}
		diags.AddAttributeError(path.Root("base_url"), "Invalid base_url", fmt.Sprintf("%s: %s.", source, err))
	}
	return base, diags
}

func (c config) arguments() map[string]types.String {
	return map[string]types.String{
		"base_url":      c.BaseURL,
		"access_token":  c.AccessToken,
		"client_id":     c.ClientID,
		"client_secret": c.ClientSecret,
		"public_key":    c.PublicKey,
		"private_key":   c.PrivateKey,
	}
}

func hasCredential(value map[string]types.String) bool {
	for _, k := range kinds {
		for _, name := range k.arguments {
			if isGiven(value[name]) {
				return true
			}
		}
	}
	return false
}

// isGiven tells whether there is a value, known or not.
func isGiven(value types.String) bool {
	return !value.IsNull()
}

func lookup(getenv func(string) string, name string) types.String {
	if variable, value := fromVariable(getenv, name); variable != "" {
		return types.StringValue(value)
	}
	return types.StringNull()
}

// fromVariable returns the variable of the environment that sets an argument, and its value; ""
// for none.
func fromVariable(getenv func(string) string, name string) (variable, value string) {
	for _, variable := range variables[name] {
		if value := getenv(variable); value != "" {
			return variable, value
		}
	}
	return "", ""
}

// fromEnvironment is the documents' sentence on an argument's variables.
func fromEnvironment(name string) string {
	return "Environment: `" + strings.Join(variables[name], "`, `") + "`."
}
