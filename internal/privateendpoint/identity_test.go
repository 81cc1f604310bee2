package privateendpoint_test

import (
	"maps"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestImportByIDAndByIdentity(t *testing.T) {
	inBubble(t, emulator.Pace{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		held := atlas.AddPrivateEndpoint(acctest.ProjectID, emulator.PrivateEndpoint{RegionName: "US_EAST_1", VPCRegionName: "EU_WEST_1"})
		identity := acctest.Values{"project_id": acctest.ProjectID, "cloud_provider": "AWS", "id": held.ID}
		for _, importID := range []string{acctest.ProjectID + "/AWS/" + held.ID, ""} {
			imported, diags := p.Import(t, resourceType, importID, identity)
			diags.RequireNone(t)
			requireValues(t, imported, acctest.Values{"region_name": "US_EAST_1", "vpc_region_name": "EU_WEST_1", "status": "ACTIVE", "id": held.ID})
			if got := p.IdentityOf(t, imported); !maps.Equal(got, identity) {
				t.Errorf("the identity is %v", got)
			}
			config := endpoint.With(acctest.Values{"vpc_region_name": "eu-west-1"})
			if planned := plan(t, p, imported, config); !planned.IsEmpty() {
				t.Errorf("the plan is %s", planned.Value)
			}
		}
	})
}

func TestCreateSetsTheIdentity(t *testing.T) {
	inBubble(t, emulator.Pace{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		created := create(t, p, endpoint)
		if got := p.IdentityOf(t, created); got["id"] != created.Get(t, "id") || got["cloud_provider"] != "AWS" || got["project_id"] != acctest.ProjectID {
			t.Errorf("the identity is %v", got)
		}
	})
}

func TestImportOfAPrivateEndpointThatDoesNotExistSaysWhereToLook(t *testing.T) {
	inBubble(t, emulator.Pace{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		for importID, code := range map[string]string{
			acctest.ProjectID + "/AWS/65b2f1d09b3d0e4c5a6f7081":     "PRIVATE_ENDPOINT_NOT_FOUND",
			"65b2f1d09b3d0e4c5a6f7082/AWS/65b2f1d09b3d0e4c5a6f7081": "GROUP_NOT_FOUND",
		} {
			_, diags := p.Import(t, resourceType, importID, nil)
			diags.RequireError(t, "", "Private endpoint not imported", "nothing to import with the id "+importID, "terraform query", code)
		}
	})
}

func TestAnImportIDThatIsNoneIsRefused(t *testing.T) {
	inBubble(t, emulator.Pace{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		for _, importID := range []string{
			"orders", acctest.ProjectID + "/" + acctest.RoleID, acctest.ProjectID + "/aws/" + acctest.RoleID, acctest.ProjectID + "/AWS/..",
			acctest.ProjectID + "/AWS/" + acctest.RoleID + "/more",
		} {
			_, diags := p.Import(t, resourceType, importID, nil)
			diags.RequireError(t, "", "Invalid import id", "<project_id>/<cloud_provider>/<id>")
		}
		_, diags := p.Import(t, resourceType, "", acctest.Values{"project_id": acctest.ProjectID, "cloud_provider": "GCP", "id": acctest.RoleID})
		diags.RequireError(t, "", "Invalid import id", "cloud_provider")
		if n := len(atlas.Requests()); n != 0 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestAnEditedStateSendsNothing(t *testing.T) {
	inBubble(t, emulator.Pace{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		edited := create(t, p, endpoint).With(t, acctest.Values{"cloud_provider": ".."})
		before := len(atlas.Requests())
		_, diags := p.Read(t, edited)
		diags.RequireError(t, "", "invalid state", "cloud_provider")
		_, diags = p.Destroy(t, edited)
		diags.RequireError(t, "", "invalid state", "cloud_provider")
		edited = edited.With(t, acctest.Values{"cloud_provider": "AWS", "id": "..", "status": "INITIATING"})
		_, diags = p.Apply(t, edited, endpoint)
		diags.RequireError(t, "", "invalid state", "id is")
		if sent := len(atlas.Requests()) - before; sent != 0 {
			t.Errorf("%d requests", sent)
		}
	})
}

func TestAnEndpointThatIsGoneIsRemovedFromTheState(t *testing.T) {
	inBubble(t, emulator.Pace{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		created := create(t, p, endpoint)
		_, diags := p.Destroy(t, created)
		diags.RequireNone(t)
		read, diags := p.Read(t, created)
		diags.RequireNone(t)
		if read.Exists() {
			t.Error("it is in the state")
		}
		gone, diags := p.Destroy(t, created)
		diags.RequireNone(t)
		if gone.Exists() {
			t.Error("it is in the state")
		}

		again := create(t, p, endpoint)
		faulttest.SetFault(t, atlas, "group-not-found", "", endpointPath, 1)
		read, diags = p.Read(t, again)
		diags.RequireWarning(t, "", "Project "+acctest.ProjectID+" not found", acctest.ProjectID+"/AWS/")
		if read.Exists() {
			t.Error("it is in the state")
		}
	})
}
