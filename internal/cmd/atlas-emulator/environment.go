package main

import (
	"slices"
	"strings"
)

// Under names that begin like this, Atlas' tools look for an address, a credential
// or a project.
var atlasPrefixes = []string{"MONGODB_ATLAS_", "MCLI_"}

// Under these names the Terraform provider mongodb/mongodbatlas looks for more of
// them. With a role to assume it takes its credentials from AWS Secrets Manager,
// and ignores MONGODB_ATLAS_BASE_URL. The last three are of older versions.
var mongodbatlasVariables = []string{
	"ASSUME_ROLE_ARN", "TF_VAR_ASSUME_ROLE_ARN",
	"SECRET_NAME", "TF_VAR_SECRET_NAME",
	"STS_ENDPOINT", "TF_VAR_STS_ENDPOINT",
	"MONGODB_REALM_BASE_URL",
	"TF_VAR_CLIENT_ID", "TF_VAR_CLIENT_SECRET", "TF_VAR_OAUTH_TOKEN",
}

// commandEnvironment returns environ with the connection in place of every
// variable that leads to another Atlas.
func commandEnvironment(environ []string, baseURL, projectID string) []string {
	kept := slices.DeleteFunc(slices.Clone(environ), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return leadsToAtlas(name)
	})
	return append(kept, connection(baseURL, projectID)...) // exec takes the last of a name
}

// leadsToAtlas takes the name of a variable. It does not look at case, because
// Windows does not.
func leadsToAtlas(name string) bool {
	name = strings.ToUpper(name)
	return slices.Contains(mongodbatlasVariables, name) ||
		slices.ContainsFunc(atlasPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}
