package privateendpoint_test

import (
	"slices"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

var listConfig = acctest.Values{"project_id": acctest.ProjectID, "cloud_provider": "AWS"}

func TestListShowsEveryEndpointWithItsResource(t *testing.T) {
	inBubble(t, emulator.Pace{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		first := atlas.AddPrivateEndpoint(acctest.ProjectID, emulator.PrivateEndpoint{RegionName: "US_EAST_1"})
		second := atlas.AddPrivateEndpoint(acctest.ProjectID, emulator.PrivateEndpoint{RegionName: "US_EAST_1", VPCRegionName: "EU_WEST_1", Status: "FAILED", ErrorMessage: "No."})
		results := slices.Collect(p.List(t, resourceType, listConfig, acctest.ListOptions{IncludeResource: true}))
		if len(results) != 2 {
			t.Fatalf("%d results", len(results))
		}
		for _, held := range []emulator.PrivateEndpoint{first, second} { // in any order
			got := results[slices.IndexFunc(results, func(r acctest.ListResult) bool { return r.Identity["id"] == held.ID })]
			got.Diagnostics.RequireNone(t)
			if got.DisplayName != "AWS "+held.RegionName+" from "+held.VPCRegionName || got.Identity["cloud_provider"] != "AWS" {
				t.Errorf("got %q, %v", got.DisplayName, got.Identity)
			}
			imported, diags := p.Import(t, resourceType, "", got.Identity)
			diags.RequireNone(t)
			for name, value := range got.Resource {
				if other := imported.Get(t, name); other != value {
					t.Errorf("%s is %v in the list, and %v after the import", name, value, other)
				}
			}
		}
	})
}

func TestListHasALimit(t *testing.T) {
	inBubble(t, emulator.Pace{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		for _, region := range []string{"US_EAST_1", "US_EAST_2", "US_WEST_1"} {
			atlas.AddPrivateEndpoint(acctest.ProjectID, emulator.PrivateEndpoint{RegionName: region})
		}
		for limit, want := range map[int64]int{0: 3, 2: 2, 100: 3} {
			if got := slices.Collect(p.List(t, resourceType, listConfig, acctest.ListOptions{Limit: limit})); len(got) != want || got[0].Resource != nil {
				t.Errorf("limit %d: %d results, want %d", limit, len(got), want)
			}
		}
	})
}

func TestListReportsMistakesAndFailures(t *testing.T) {
	inBubble(t, emulator.Pace{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		p.ValidateList(t, resourceType, listConfig.With(acctest.Values{"project_id": "x"})).RequireError(t, "project_id", "24 lower-case")
		p.ValidateList(t, resourceType, listConfig.With(acctest.Values{"cloud_provider": "GCP"})).RequireError(t, "cloud_provider", `write "AWS"`)
		p.ValidateList(t, resourceType, listConfig.With(acctest.Values{"timeouts": acctest.Values{"list": "x"}})).RequireError(t, "timeouts.list", "positive duration")

		reader := acctest.NewProvider(t, atlas, acctest.ReadOnly)
		for result := range reader.List(t, resourceType, listConfig, acctest.ListOptions{}) {
			result.Diagnostics.RequireError(t, "", "Private endpoints not listed", "role Project Owner")
		}
	})
}

func TestListWarnsOfAListThatIsNotWhole(t *testing.T) {
	inBubble(t, emulator.Pace{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		atlas.AddPrivateEndpoint(acctest.ProjectID, emulator.PrivateEndpoint{RegionName: "US_EAST_1"})
		if err := atlas.AddFault(emulator.Fault{Path: endpointsPath, Status: 200, Body: `{"results":[],"totalCount":1}`, Times: -1}); err != nil {
			t.Fatal(err)
		}
		results := slices.Collect(p.List(t, resourceType, listConfig, acctest.ListOptions{}))
		if len(results) != 1 {
			t.Fatalf("%d results", len(results))
		}
		results[0].Diagnostics.RequireWarning(t, "", "Private endpoints of project "+acctest.ProjectID+" may be missing")
	})
}
