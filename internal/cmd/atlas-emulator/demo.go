package main

import (
	"fmt"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// The project and the credentials that every run has. They open nothing but
// an emulator.
const (
	demoProjectID    = "64c0ffee64c0ffee64c0ffee"
	demoClientID     = "mdb_sa_id_64c0ffee64c0ffee64c0ffee"
	demoClientSecret = "mdb_sa_sk_emulator_this_is_not_a_secret"
	demoPublicKey    = "emulator"
	demoPrivateKey   = "this-is-not-a-secret"
)

// addDemo adds the project, and the credentials as its owner.
func addDemo(atlas *emulator.Atlas, projectID string) {
	roles := map[string][]emulator.Role{projectID: {emulator.ProjectOwner}}
	atlas.AddProject(projectID)
	atlas.AddServiceAccount(emulator.ServiceAccount{ClientID: demoClientID, ClientSecret: demoClientSecret, Roles: roles})
	atlas.AddAPIKey(emulator.APIKey{PublicKey: demoPublicKey, PrivateKey: demoPrivateKey, Roles: roles})
}

// connection is the environment that leads to the emulator. It has the service
// account only: a provider that finds two credentials has to choose.
func connection(baseURL, projectID string) []string {
	return []string{
		"MONGODB_ATLAS_BASE_URL=" + baseURL,
		"MONGODB_ATLAS_CLIENT_ID=" + demoClientID,
		"MONGODB_ATLAS_CLIENT_SECRET=" + demoClientSecret,
		"TF_VAR_project_id=" + projectID,
	}
}

// printConnection prints the connection in a form that a shell can read.
func (p program) printConnection(baseURL, projectID string) {
	_, _ = fmt.Fprintln(p.stdout, "# The Atlas emulator serves until Ctrl-C. Paste this into another shell:")
	for _, variable := range connection(baseURL, projectID) {
		_, _ = fmt.Fprintln(p.stdout, "export", variable)
	}
	_, _ = fmt.Fprintln(p.stdout, "# Or use the API key: public key", demoPublicKey+", private key", demoPrivateKey)
}
