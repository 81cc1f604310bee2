package privateendpoint_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	resourceType  = "atlasbackup_private_endpoint"
	endpointsPath = "/api/atlas/v2/groups/*/backup/AWS/privateEndpoints"
	endpointPath  = endpointsPath + "/*"
)

var endpoint = acctest.Values{"project_id": acctest.ProjectID, "cloud_provider": "AWS", "region_name": "us-east-1"}

// inBubble runs a test in a bubble with an emulated Atlas and the provider. A new private endpoint
// is active after queued and inProgress.
func inBubble(t *testing.T, pace emulator.Pace, test func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlas(t, emulator.Options{Paces: &emulator.Paces{PrivateEndpoints: pace}})
		test(t, atlas, acctest.NewProvider(t, atlas, acctest.ServiceAccount))
	})
}

// minutes is a pace of the real service, as far as anybody knows.
var minutes = emulator.Pace{Queued: time.Minute, InProgress: 5 * time.Minute}

// create creates the private endpoint without a diagnostic.
func create(t *testing.T, p *acctest.Provider, config acctest.Values) acctest.Resource {
	t.Helper()
	created, diags := p.Apply(t, p.None(resourceType), config)
	diags.RequireNone(t)
	return created
}

// requireValues fails the test unless a resource has the values.
func requireValues(t *testing.T, r acctest.Resource, want acctest.Values) {
	t.Helper()
	if !r.Exists() {
		t.Fatal("it is not in the state")
	}
	for name, value := range want {
		if got := r.Get(t, name); got != value {
			t.Errorf("%s is %v, want %v", name, got, value)
		}
	}
}

// requireStatuses fails the test unless the project has private endpoints with these statuses.
func requireStatuses(t *testing.T, atlas *acctest.Atlas, want ...string) {
	t.Helper()
	held := atlas.PrivateEndpoints(acctest.ProjectID)
	if len(held) != len(want) {
		t.Fatalf("Atlas has %+v, want %q", held, want)
	}
	for i, status := range want {
		if held[i].Status != status {
			t.Errorf("Atlas has %+v, want %q", held, want)
		}
	}
}

// plan plans without a diagnostic.
func plan(t *testing.T, p *acctest.Provider, prior acctest.Resource, config acctest.Values) acctest.Plan {
	t.Helper()
	planned, diags := p.Plan(t, prior, config)
	diags.RequireNone(t)
	return planned
}
