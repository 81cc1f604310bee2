package atlas_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	projectID = "32b6e34b3d91647abb20e7b8"
	roleID    = "668c5f0ed436263134491592"
	bucketID  = "65b2f1d09b3d0e4c5a6f7081"

	// wholeBucket is an answer about bucketID, with what every bucket on AWS has.
	wholeBucket = `{"_id":"` + bucketID + `","bucketName":"snapshots","cloudProvider":"AWS","iamRoleId":"` + roleID + `"}`
)

var (
	account = atlas.ServiceAccount{ClientID: "mdb_sa_id_1234567890abcdef12345678", ClientSecret: "mdb_sa_sk_not-for-the-log"}
	apiKey  = atlas.APIKey{PublicKey: "ownerkey", PrivateKey: "not-for-the-log-either"}
)

// startEmulator returns an emulated Atlas that knows both credentials, and its address.
func startEmulator(t *testing.T, algorithm string) (*emulator.Atlas, string) {
	t.Helper()
	fake, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fake.AddProject(projectID)
	roles := map[string][]emulator.Role{projectID: {emulator.ProjectOwner}}
	fake.AddServiceAccount(emulator.ServiceAccount{ClientID: account.ClientID, ClientSecret: account.ClientSecret, Roles: roles})
	fake.AddAPIKey(emulator.APIKey{PublicKey: apiKey.PublicKey, PrivateKey: apiKey.PrivateKey, Algorithm: algorithm, Roles: roles})
	return fake, serve(t, fake)
}

func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func newClient(t *testing.T, pool *atlas.Pool, url string, credentials atlas.Credentials) *atlas.Client {
	t.Helper()
	base, err := atlas.ParseBaseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	return pool.Client(atlas.Options{BaseURL: base, Credentials: credentials, UserAgent: "terraform-provider-atlasbackup/0.0.0 Terraform/1.16.0", Log: atlas.LogRequests})
}

// asRequested tells whether a bucket is what bucketRequest asks for.
func asRequested(b atlas.ExportBucket) atlas.Match {
	switch {
	case b.BucketName != bucketRequest.BucketName, b.CloudProvider != bucketRequest.CloudProvider, b.IAMRoleID != bucketRequest.IAMRoleID:
		return atlas.Differs
	case b.RequirePrivateNetworking:
		return atlas.Alike
	}
	return atlas.Same
}
