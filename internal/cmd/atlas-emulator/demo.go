package main

import (
	"fmt"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// regionDelay is short enough to wait for and long enough to be noticed.
const regionDelay = 2 * time.Second

// The project and the credentials that every run has. They open nothing but
// an emulator.
const (
	demoProjectID    = "64c0ffee64c0ffee64c0ffee"
	demoClientID     = "mdb_sa_id_64c0ffee64c0ffee64c0ffee"
	demoClientSecret = "mdb_sa_sk_emulator_this_is_not_a_secret"
	demoPublicKey    = "emulator"
	demoPrivateKey   = "this-is-not-a-secret"
)

// newDemo returns an Atlas with the options, the project with its clusters, and
// the credentials.
func newDemo(o options) (*emulator.Atlas, error) {
	paces := emulator.EvenPaces(o.pace)
	atlas, err := emulator.New(emulator.Options{
		RegionDelay: regionDelay,
		RateLimit:   o.rateLimit,
		StateFile:   o.stateFile,
		ExportsDir:  o.exportsDir,
		Paces:       &paces,
	})
	if err != nil {
		return nil, err
	}
	return atlas, addDemo(atlas, o.projectID, o.clusters)
}

// addDemo adds the project with its clusters, and the credentials. They own
// every project, because a seed may add others.
func addDemo(atlas *emulator.Atlas, projectID string, clusters []demoCluster) error {
	roles := map[string][]emulator.Role{emulator.AnyProject: {emulator.ProjectOwner}}
	atlas.AddProject(projectID)
	for _, cluster := range clusters {
		if cluster.exports {
			atlas.ExportNewBuckets(projectID, cluster.name)
		} else {
			atlas.AddCluster(projectID, cluster.name)
		}
	}
	atlas.AddServiceAccount(emulator.ServiceAccount{ClientID: demoClientID, ClientSecret: demoClientSecret, Roles: roles})
	atlas.AddAPIKey(emulator.APIKey{PublicKey: demoPublicKey, PrivateKey: demoPrivateKey, Roles: roles})
	return atlas.Err()
}

// connection is the environment that leads to the emulator. It has the service
// account only: a provider that finds two credentials has to choose. The Atlas
// CLI has its own name for the address, which it takes with a slash at the end.
func connection(baseURL, projectID string) []string {
	return []string{
		"MONGODB_ATLAS_BASE_URL=" + baseURL,
		"MONGODB_ATLAS_OPS_MANAGER_URL=" + baseURL + "/",
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
