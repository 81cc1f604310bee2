package exportbucket_test

import (
	"testing"
	"testing/synctest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const resourceType = "atlasbackup_export_bucket"

// One configuration per cloud.
var (
	awsBucket = acctest.Values{
		"project_id":     acctest.ProjectID,
		"cloud_provider": "AWS",
		"bucket_name":    "snapshots",
		"iam_role_id":    acctest.IAMRoleID,
	}
	azureBucket = acctest.Values{
		"project_id":     acctest.ProjectID,
		"cloud_provider": "AZURE",
		"bucket_name":    "snapshots",
		"role_id":        acctest.RoleID,
		"service_url":    "https://acmebackups.blob.core.windows.net",
	}
	gcpBucket = acctest.Values{
		"project_id":     acctest.ProjectID,
		"cloud_provider": "GCP",
		"bucket_name":    "snapshots",
		"role_id":        acctest.RoleID,
	}
	everyCloud = map[string]acctest.Values{"AWS": awsBucket, "AZURE": azureBucket, "GCP": gcpBucket}
)

// inBubble runs a test in which time passes by itself, with an Atlas and a provider that
// may do everything in its project.
func inBubble(t *testing.T, opts emulator.Options, test func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlas(t, opts)
		test(t, atlas, acctest.NewProvider(t, atlas, acctest.ServiceAccount))
	})
}

// create applies a configuration to nothing.
func create(t *testing.T, p *acctest.Provider, config acctest.Values) acctest.Resource {
	t.Helper()
	bucket, diags := p.Apply(t, p.None(resourceType), config)
	diags.RequireNone(t)
	return bucket
}

// requireEmptyPlan fails the test unless nothing is left to do, with and without a
// refresh.
func requireEmptyPlan(t *testing.T, p *acctest.Provider, bucket acctest.Resource, config acctest.Values) {
	t.Helper()
	refreshed, diags := p.Read(t, bucket)
	diags.RequireNone(t)
	for name, state := range map[string]acctest.Resource{"without a refresh": bucket, "with a refresh": refreshed} {
		plan, diags := p.Plan(t, state, config)
		diags.RequireNone(t)
		if !plan.IsEmpty() {
			t.Errorf("the plan %s is not empty: %s, want %s", name, plan.Value, state.Value)
		}
	}
}

func requireAttributes(t *testing.T, bucket acctest.Resource, want acctest.Values) {
	t.Helper()
	for name, value := range want {
		if got := bucket.Get(t, name); got != value {
			t.Errorf("%s is %v, want %v", name, got, value)
		}
	}
}

const (
	bucketsPath = "/api/atlas/v2/groups/*/backup/exportBuckets"
	bucketPath  = bucketsPath + "/*"
)

// setFault makes a fault hit requests.
func setFault(t *testing.T, atlas *acctest.Atlas, name, method, path string, times int) {
	t.Helper()
	faulttest.SetFault(t, atlas, name, method, path, times)
}

// requireHeld fails the test unless Atlas holds exactly the buckets of those ids.
func requireHeld(t *testing.T, atlas *acctest.Atlas, ids ...any) {
	t.Helper()
	held := map[any]bool{}
	for _, b := range atlas.ExportBuckets(acctest.ProjectID) {
		held[b.ID] = true
	}
	if len(held) != len(ids) {
		t.Errorf("Atlas holds %v, want %v", held, ids)
	}
	for _, id := range ids {
		if !held[id] {
			t.Errorf("Atlas holds %v, want %v", held, ids)
		}
	}
}
