package privateendpoint_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestLifeCycleWaitsForAtlas(t *testing.T) {
	inBubble(t, minutes, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		created := create(t, p, endpoint)
		held := atlas.PrivateEndpoints(acctest.ProjectID)[0]
		requireValues(t, created, acctest.Values{
			"id": held.ID, "status": "ACTIVE", "region_name": "us-east-1", "vpc_region_name": "us-east-1", "error_message": nil,
			"private_endpoint_connection_name": held.PrivateEndpointConnectionName,
		})
		if held.RegionName != "US_EAST_1" || held.VPCRegionName != "US_EAST_1" {
			t.Errorf("Atlas has %+v", held)
		}
		// One second, then twice as long each time, up to half a minute, for six minutes.
		if gets := atlas.Count(http.MethodGet); gets != 16 {
			t.Errorf("%d requests in six minutes, want 16", gets)
		}

		read, diags := p.Read(t, created)
		diags.RequireNone(t)
		if !plan(t, p, read, endpoint).IsEmpty() {
			t.Error("the plan is not empty")
		}
		gone, diags := p.Destroy(t, read)
		diags.RequireNone(t)
		requireStatuses(t, atlas)
		if gone.Exists() {
			t.Error("it is in the state")
		}
	})
}

func TestAFailedEndpointIsAnErrorAndIsReplaced(t *testing.T) {
	pace := emulator.Pace{InProgress: time.Minute, Outcome: "FAILED", Message: "The service is not available in this region."}
	inBubble(t, pace, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		created, diags := p.Apply(t, p.None(resourceType), endpoint)
		diags.RequireError(t, "", "Private endpoint failed", "The service is not available in this region.", "creates a new one")
		requireValues(t, created, acctest.Values{"status": "FAILED", "error_message": pace.Message})

		// Also without the taint that the error leaves.
		if got := plan(t, p, created, endpoint); !slices.Equal(got.Replace, []string{"status"}) {
			t.Errorf("replaced because of %q", got.Replace)
		}
		if err := atlas.SetPaces(emulator.DefaultPaces()); err != nil {
			t.Fatal(err)
		}
		replaced, diags := p.Apply(t, created, endpoint)
		diags.RequireNone(t)
		requireValues(t, replaced, acctest.Values{"status": "ACTIVE", "error_message": nil})
		requireStatuses(t, atlas, "ACTIVE")
	})
}

func TestAnEndpointThatWillBeRecreatedIsExplained(t *testing.T) {
	inBubble(t, emulator.Pace{Outcome: "PENDING_RECREATION"}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		created, diags := p.Apply(t, p.None(resourceType), endpoint)
		diags.RequireWarning(t, "", "is being created again", "Atlas creates a new one", "terraform apply -replace")
		read, diags := p.Read(t, created)
		diags.RequireWarning(t, "", "is being created again")
		requireValues(t, read, acctest.Values{"status": "PENDING_RECREATION"})
		if !plan(t, p, read, endpoint).IsEmpty() {
			t.Error("the plan is not empty")
		}
	})
}

func TestAnEndpointWithAnotherStatusIsAWarning(t *testing.T) {
	inBubble(t, minutes, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		time.AfterFunc(2*time.Minute, func() {
			held := atlas.PrivateEndpoints(acctest.ProjectID)[0]
			held.Status = "SOMETHING_NEW"
			atlas.AddPrivateEndpoint(acctest.ProjectID, held)
		})
		created, diags := p.Apply(t, p.None(resourceType), endpoint)
		diags.RequireWarning(t, "", "is not active", "SOMETHING_NEW")
		requireValues(t, created, acctest.Values{"status": "SOMETHING_NEW"})
		if !plan(t, p, created, endpoint).IsEmpty() {
			t.Error("the plan is not empty")
		}
	})
}

// A wait that ends early must not taint the private endpoint.
func TestTheNextApplyWaitsOn(t *testing.T) {
	for name, c := range map[string]struct {
		config  acctest.Values
		cancel  time.Duration
		warning string
	}{
		"after the time limit": {endpoint.With(acctest.Values{"timeouts": acctest.Values{"create": "90s"}}), time.Hour, "The time limit of the operation (timeouts) is over"},
		"after an interrupt":   {endpoint, 90 * time.Second, "The run was interrupted"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, minutes, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				time.AfterFunc(c.cancel, cancel)
				created, diags := p.WithContext(ctx).Apply(t, p.None(resourceType), c.config)
				diags.RequireWarning(t, "", "is not active yet", c.warning, "Apply again")
				requireValues(t, created, acctest.Values{"status": "PENDING_ACCEPTANCE"})

				planned := plan(t, p, created, c.config)
				if planned.IsEmpty() || planned.Replace != nil || planned.Get(t, "status") != acctest.Unknown || planned.Get(t, "id") != created.Get(t, "id") {
					t.Errorf("the plan is %s, replacing %q", planned.Value, planned.Replace)
				}
				applied, diags := p.Apply(t, created, c.config)
				diags.RequireNone(t)
				requireValues(t, applied, acctest.Values{"status": "ACTIVE", "id": created.Get(t, "id")})
				requireStatuses(t, atlas, "ACTIVE")
				if posts := atlas.Count(http.MethodPost); posts != 1 {
					t.Errorf("%d POSTs", posts)
				}
			})
		})
	}
}

func TestAFailureDuringTheWaitOfTheNextApplyIsAnError(t *testing.T) {
	pace := emulator.Pace{InProgress: 5 * time.Minute, Outcome: "FAILED"}
	inBubble(t, pace, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		config := endpoint.With(acctest.Values{"timeouts": acctest.Values{"create": "1m"}})
		created, diags := p.Apply(t, p.None(resourceType), config)
		diags.RequireWarning(t, "", "is not active yet")
		applied, diags := p.Apply(t, created, config)
		diags.RequireError(t, "", "Private endpoint failed")
		requireValues(t, applied, acctest.Values{"status": "FAILED"})
		if got := plan(t, p, applied, config); !slices.Equal(got.Replace, []string{"status"}) {
			t.Errorf("replaced because of %q", got.Replace)
		}
	})
}

func TestReadsThatFailDuringTheWaitDoNotTaint(t *testing.T) {
	inBubble(t, minutes, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		faulttest.SetFault(t, atlas, "403-html", http.MethodGet, endpointPath, -1)
		created, diags := p.Apply(t, p.None(resourceType), endpoint)
		diags.RequireWarning(t, "", "is not active yet", "The last read of its status failed", "HTTP 403")
		requireValues(t, created, acctest.Values{"status": "INITIATING"})
	})
}

func TestAnEndpointThatIsDeletedDuringTheNextWaitIsAnError(t *testing.T) {
	inBubble(t, minutes, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		config := endpoint.With(acctest.Values{"timeouts": acctest.Values{"create": "1m"}})
		created, diags := p.Apply(t, p.None(resourceType), config)
		diags.RequireWarning(t, "", "is not active yet")
		time.AfterFunc(time.Minute, func() { faulttest.SetFault(t, atlas, "private-endpoint-not-found", http.MethodGet, endpointPath, -1) })
		applied, diags := p.Apply(t, created, config)
		diags.RequireError(t, "", "Private endpoint no longer exists", "Apply again", "PRIVATE_ENDPOINT_NOT_FOUND")
		read, diags := p.Read(t, applied)
		diags.RequireNone(t)
		if read.Exists() {
			t.Errorf("the state has %s", read.Value)
		}
	})
}

// Atlas may show a new private endpoint late.
func TestANewEndpointThatIsNotShownYetIsWaitedFor(t *testing.T) {
	inBubble(t, minutes, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		faulttest.SetFault(t, atlas, "private-endpoint-not-found", http.MethodGet, endpointPath, 5)
		requireValues(t, create(t, p, endpoint), acctest.Values{"status": "ACTIVE"})
	})
}

func TestALostAnswerIsAdopted(t *testing.T) {
	inBubble(t, minutes, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		atlas.AddPrivateEndpoint(acctest.ProjectID, emulator.PrivateEndpoint{RegionName: "US_EAST_1", VPCRegionName: "US_WEST_2"})
		faulttest.SetFault(t, atlas, "reset-after", http.MethodPost, endpointsPath, 1)
		created := create(t, p, endpoint)
		requireValues(t, created, acctest.Values{"id": atlas.PrivateEndpoints(acctest.ProjectID)[1].ID})
		if posts := atlas.Count(http.MethodPost); posts != 1 {
			t.Errorf("%d POSTs", posts)
		}
	})
}

// The list shows nothing until the second POST, which conflicts with the first one.
func TestAConflictWithAnEarlierPostIsAdopted(t *testing.T) {
	inBubble(t, minutes, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		faulttest.SetFault(t, atlas, "reset-after", http.MethodPost, endpointsPath, 1)
		if err := atlas.AddFault(emulator.Fault{
			Method: http.MethodGet, Path: endpointsPath, Status: http.StatusOK, Body: `{"results":[],"totalCount":0}`, Times: 3,
		}); err != nil {
			t.Fatal(err)
		}
		created := create(t, p, endpoint)
		requireValues(t, created, acctest.Values{"id": atlas.PrivateEndpoints(acctest.ProjectID)[0].ID, "status": "ACTIVE"})
		if posts := atlas.Count(http.MethodPost); posts != 2 {
			t.Errorf("%d POSTs, want 2", posts)
		}
	})
}

func TestAnEndpointOfSomebodyElseIsNotTakenOver(t *testing.T) {
	inBubble(t, minutes, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		atlas.AddPrivateEndpoint(acctest.ProjectID, emulator.PrivateEndpoint{RegionName: "US_EAST_1", VPCRegionName: "EU_WEST_1"})
		there := atlas.AddPrivateEndpoint(acctest.ProjectID, emulator.PrivateEndpoint{RegionName: "US_EAST_1"})
		time.Sleep(time.Hour)
		created, diags := p.Apply(t, p.None(resourceType), endpoint)
		diags.RequireError(t, "region_name", "Private endpoint already exists", there.ID+", which is ACTIVE",
			"terraform import <address> "+acctest.ProjectID+"/AWS/"+there.ID, "HTTP 409")
		if created.Exists() {
			t.Errorf("the state has %s", created.Value)
		}
		requireStatuses(t, atlas, "ACTIVE", "ACTIVE")

		atlas.AddPrivateEndpoint(acctest.ProjectID, emulator.PrivateEndpoint{ID: there.ID, RegionName: "US_EAST_1", Status: "DELETING"})
		_, diags = p.Apply(t, p.None(resourceType), endpoint)
		diags.RequireError(t, "region_name", "Private endpoint already exists", "Apply again when it no longer exists")
	})
}

func TestAnEndpointThatIsNotInTheListIsAnErrorWithAdvice(t *testing.T) {
	inBubble(t, minutes, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		faulttest.SetFault(t, atlas, "private-endpoint-exists", http.MethodPost, endpointsPath, 1)
		_, diags := p.Apply(t, p.None(resourceType), endpoint)
		diags.RequireError(t, "region_name", "Private endpoint not created", "terraform query", "PRIVATE_ENDPOINT_ALREADY_EXISTS")
	})
}

func TestDeleteWaitsForADeletionThatHasBegun(t *testing.T) {
	for name, refused := range map[string]bool{"a second DELETE is accepted": false, "a second DELETE is refused": true} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, minutes, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				created := create(t, p, endpoint)
				held := atlas.PrivateEndpoints(acctest.ProjectID)[0]
				held.Status = "DELETING"
				atlas.AddPrivateEndpoint(acctest.ProjectID, held)
				if refused {
					if err := atlas.AddFault(emulator.Fault{Method: http.MethodDelete, Path: endpointPath, Status: http.StatusConflict, Code: "SOMETHING_NEW", Times: 1}); err != nil {
						t.Fatal(err)
					}
				}
				gone, diags := p.Destroy(t, created)
				diags.RequireNone(t)
				if gone.Exists() {
					t.Error("it is in the state")
				}
				requireStatuses(t, atlas)
			})
		})
	}
}

func TestADeletionThatIsRefusedAfterItWasCarriedOutSucceeds(t *testing.T) {
	inBubble(t, emulator.Pace{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		created := create(t, p, endpoint)
		if err := atlas.AddFault(emulator.Fault{
			Method: http.MethodDelete, Path: endpointPath, Status: http.StatusConflict, Code: "SOMETHING_NEW", After: true, Times: 1,
		}); err != nil {
			t.Fatal(err)
		}
		_, diags := p.Destroy(t, created)
		diags.RequireNone(t)
		requireStatuses(t, atlas)
	})
}

func TestADeletionThatTakesTooLongIsContinued(t *testing.T) {
	inBubble(t, minutes, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		created := create(t, p, endpoint.With(acctest.Values{"timeouts": acctest.Values{"delete": "2m"}}))
		kept, diags := p.Destroy(t, created)
		diags.RequireError(t, "", "Private endpoint not deleted yet", "The time limit of the operation (timeouts) is over.", "it is DELETING", "Destroy again", "timeouts.delete")
		requireValues(t, kept, acctest.Values{"id": created.Get(t, "id")})
		requireStatuses(t, atlas, "DELETING")

		time.Sleep(2 * time.Minute)
		read, diags := p.Read(t, kept)
		diags.RequireNone(t)
		gone, diags := p.Destroy(t, read)
		diags.RequireNone(t)
		if gone.Exists() {
			t.Error("it is in the state")
		}
		requireStatuses(t, atlas)
	})
}

func TestAnEndpointThatSomethingElseDeletesIsReplaced(t *testing.T) {
	inBubble(t, minutes, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		created := create(t, p, endpoint)
		held := atlas.PrivateEndpoints(acctest.ProjectID)[0]
		held.Status = "DELETING"
		atlas.AddPrivateEndpoint(acctest.ProjectID, held)
		read, diags := p.Read(t, created)
		diags.RequireNone(t)
		applied, diags := p.Apply(t, read, endpoint) // waits until the old one no longer exists
		diags.RequireNone(t)
		requireValues(t, applied, acctest.Values{"status": "ACTIVE"})
		if applied.Get(t, "id") == created.Get(t, "id") {
			t.Error("it is the old one")
		}
	})
}

func TestAChangeOfTimeoutsSendsNothing(t *testing.T) {
	inBubble(t, minutes, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		created := create(t, p, endpoint)
		before := len(atlas.Requests())
		_, diags := p.Apply(t, created, endpoint.With(acctest.Values{"timeouts": acctest.Values{"delete": "1h"}}))
		diags.RequireNone(t)
		if sent := len(atlas.Requests()) - before; sent != 0 {
			t.Errorf("%d requests", sent)
		}
	})
}

func TestAMissingRoleIsExplained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlas(t, emulator.Options{})
		p := acctest.NewProvider(t, atlas, acctest.ReadOnly)
		_, diags := p.Apply(t, p.None(resourceType), endpoint)
		diags.RequireError(t, "", "Private endpoint not created", "role Project Owner")
		held := atlas.AddPrivateEndpoint(acctest.ProjectID, emulator.PrivateEndpoint{RegionName: "US_EAST_1"})
		_, diags = p.Import(t, resourceType, acctest.ProjectID+"/AWS/"+held.ID, nil)
		diags.RequireError(t, "", "Private endpoint not read", "role Project Owner", "also to be read")
	})
}
