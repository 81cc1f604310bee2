package exportbucket_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// limits are the configurations that have timeouts, each with the operations of its kind.
var limits = map[string]struct {
	operations []string
	validate   func(t *testing.T, p *acctest.Provider, timeouts any) acctest.Diagnostics
}{
	"resource": {[]string{"create", "read", "update", "delete"}, func(t *testing.T, p *acctest.Provider, timeouts any) acctest.Diagnostics {
		return p.Validate(t, resourceType, awsBucket.With(acctest.Values{"timeouts": timeouts}))
	}},
	"data source": {[]string{"read"}, func(t *testing.T, p *acctest.Provider, timeouts any) acctest.Diagnostics {
		return p.ValidateDataSource(t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "id": missingID, "timeouts": timeouts})
	}},
	"plural data source": {[]string{"read"}, func(t *testing.T, p *acctest.Provider, timeouts any) acctest.Diagnostics {
		return p.ValidateDataSource(t, pluralType, acctest.Values{"project_id": acctest.ProjectID, "timeouts": timeouts})
	}},
	"list": {[]string{"list"}, func(t *testing.T, p *acctest.Provider, timeouts any) acctest.Diagnostics {
		return p.ValidateList(t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "timeouts": timeouts})
	}},
}

func TestTimeoutsThatAreNotPositiveAreRefusedAtTheArgument(t *testing.T) {
	p := acctest.Unconfigured(t)
	for kind, c := range limits {
		for _, operation := range c.operations {
			for _, limit := range []string{"0", "0s", "-0s", "-5s", "-1ns", "0h0m", "-2h45m", "soon", "", "5", "5 m", "-1.5h"} {
				c.validate(t, p, acctest.Values{operation: limit}).RequireError(t, "timeouts."+operation,
					"Invalid timeouts."+operation, `"`+limit+`" is not a positive duration with a unit`, `"90s" or "5m"`)
			}
			for _, limit := range []any{"1ns", "5s", "24h", acctest.Unknown, nil} {
				if diags := c.validate(t, p, acctest.Values{operation: limit}); len(diags) > 0 {
					t.Errorf("%s of a %s with %v: %s", operation, kind, limit, diags)
				}
			}
		}
		for _, timeouts := range []any{acctest.Unknown, nil} {
			if diags := c.validate(t, p, timeouts); len(diags) > 0 {
				t.Errorf("%s with %v: %s", kind, timeouts, diags)
			}
		}
	}
}

func TestEveryLimitThatIsNotPositiveIsReported(t *testing.T) {
	config := awsBucket.With(acctest.Values{"timeouts": acctest.Values{"create": "0s", "read": "-1s", "update": "1s", "delete": "0h"}})
	if diags := acctest.Unconfigured(t).Validate(t, resourceType, config); len(diags) != 3 {
		t.Errorf("%d errors, want 3 (create, read, delete):\n%s", len(diags), diags)
	}
}

// shortLimits are values that a state may have, from an edit or an earlier version, and which
// leave no time for a request.
var shortLimits = []string{"0s", "-5s", "-1h", "1ns", "999ms"}

// slowAtlas takes two seconds for every request, of which a refresh has two: the call for a
// token, and its own.
func slowAtlas(t *testing.T, test func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, func(atlas http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				time.Sleep(2 * time.Second)
				atlas.ServeHTTP(w, r)
			})
		})
		test(t, atlas, acctest.NewProvider(t, atlas, acctest.ServiceAccount))
	})
}

func TestAStateWithTooShortALimitIsReadAndDestroyed(t *testing.T) {
	for _, limit := range shortLimits {
		slowAtlas(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			bucket := create(t, p, awsBucket).With(t, acctest.Values{"timeouts": acctest.Values{"read": limit, "delete": limit}})
			for _, operation := range []func(*testing.T, acctest.Resource) (acctest.Resource, acctest.Diagnostics){p.Read, p.Destroy} {
				time.Sleep(2 * time.Hour) // its token has ended
				after, diags := operation(t, bucket)
				if len(diags) > 0 {
					t.Fatalf("with %s: %s", limit, diags)
				}
				bucket = after
			}
			requireHeld(t, atlas)
		})
	}
}

func TestAnUpdateWithTooShortALimitGoesThrough(t *testing.T) {
	slowAtlas(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		time.Sleep(2 * time.Hour)
		_, diags := p.Apply(t, bucket, awsBucket.With(acctest.Values{"require_private_networking": true, "timeouts": acctest.Values{"update": "1ns"}}))
		diags.RequireNone(t)
		if !atlas.ExportBuckets(acctest.ProjectID)[0].RequirePrivateNetworking {
			t.Error("Atlas has private networking off")
		}
	})
}

func TestReadingWithTooShortALimitGoesThrough(t *testing.T) {
	operations := map[string]string{"data source by name": "read", "plural data source": "read", "list": "list"}
	for kind, operation := range operations {
		slowAtlas(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			put(atlas, 1)
			if diags := everyReading[kind](t, p, acctest.Values{"timeouts": acctest.Values{operation: "1ns"}}); len(diags) > 0 {
				t.Errorf("%s: %s", kind, diags)
			}
		})
	}
}

func TestAStateWithALimitThatIsNoDurationIsReadAndDestroyedWithAWarning(t *testing.T) {
	for _, limit := range []string{"", "soon", "5", "5 minutes"} {
		slowAtlas(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			bucket := create(t, p, awsBucket).With(t, acctest.Values{"timeouts": acctest.Values{"read": limit, "delete": limit}})
			bucket, diags := p.Read(t, bucket)
			diags.RequireWarning(t, "", "Invalid timeouts in the state", `"read"`, "has 5m instead", "The next apply")
			_, diags = p.Destroy(t, bucket)
			diags.RequireWarning(t, "", "Invalid timeouts in the state", `"delete"`, "has 5m instead")
			requireHeld(t, atlas)
		})
	}
}

// It is what the error says: a refresh has the limit that was applied last, and a new one
// can be applied without a request.
func TestALimitThatIsTooShortIsRaisedWithoutARefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var slow time.Duration
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, func(atlas http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				select {
				case <-time.After(slow):
					atlas.ServeHTTP(w, r)
				case <-r.Context().Done():
				}
			})
		})
		p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
		for _, config := range everyCloud {
			slow = 0
			bucket := create(t, p, config.With(acctest.Values{"timeouts": acctest.Values{"read": "10s", "delete": "10s"}}))
			slow = 30 * time.Second
			_, diags := p.Read(t, bucket)
			diags.RequireError(t, "", "Atlas did not answer in time.", "timeouts", "applied last", "terraform apply -refresh=false")

			raised := config.With(acctest.Values{"timeouts": acctest.Values{"read": "2m", "delete": "2m"}})
			before := len(atlas.Requests())
			bucket, diags = p.Apply(t, bucket, raised)
			diags.RequireNone(t)
			if asked := len(atlas.Requests()) - before; asked != 0 {
				t.Errorf("%d requests for a change of timeouts alone, want none", asked)
			}

			bucket, diags = p.Read(t, bucket)
			diags.RequireNone(t)
			plan, diags := p.Plan(t, bucket, raised)
			diags.RequireNone(t)
			if !plan.IsEmpty() {
				t.Errorf("the plan is not empty: %s", plan.Value)
			}
			_, diags = p.Destroy(t, bucket)
			diags.RequireNone(t)
		}
	})
}
