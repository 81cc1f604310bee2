package autoexport_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

// changedAnswers changes the schedule in the answers to the first n PATCHes. Atlas has acted.
func changedAnswers(n int, change func(schedule map[string]any)) func(http.Handler) http.Handler {
	return func(atlas http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPatch || n == 0 {
				atlas.ServeHTTP(w, r)
				return
			}
			n--
			answer := httptest.NewRecorder()
			atlas.ServeHTTP(answer, r)
			var schedule map[string]any
			_ = json.Unmarshal(answer.Body.Bytes(), &schedule) // every answer of the emulator is an object
			change(schedule)
			_ = json.NewEncoder(w).Encode(schedule)
		})
	}
}

var (
	notOn         = func(schedule map[string]any) { schedule["autoExportEnabled"] = false }
	notOff        = func(schedule map[string]any) { schedule["autoExportEnabled"] = true }
	withoutExport = func(schedule map[string]any) { delete(schedule, "export") }
	anotherExport = func(name, value string) func(map[string]any) {
		return func(schedule map[string]any) { schedule["export"].(map[string]any)[name] = value }
	}
	anotherPrefix = func(schedule map[string]any) {
		schedule["useOrgAndGroupNamesInExportPrefix"] = schedule["useOrgAndGroupNamesInExportPrefix"] != true
	}
	ofAnotherCluster = func(schedule map[string]any) { schedule["clusterName"] = "payments" }
)

// wrongAnswers are answers to a PATCH that switches an export on.
var wrongAnswers = map[string]func(map[string]any){
	"off": notOn, "no export": withoutExport, "another cluster": ofAnotherCluster, "another prefix": anotherPrefix,
	"another bucket": anotherExport("exportBucketId", otherBucketID), "another frequency": anotherExport("frequencyType", "daily"),
}

func TestAPATCHWhoseAnswerDoesNotShowItIsRetried(t *testing.T) {
	config := monthly.With(withNames)
	for name, change := range wrongAnswers {
		t.Run(name, func(t *testing.T) {
			behind(t, changedAnswers(2, change), func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				state := create(t, p, config)
				requireAttributes(t, state, config)
				requireEmptyPlan(t, p, state, config)
				if patches := atlas.Count(http.MethodPatch); patches != 3 {
					t.Errorf("%d PATCHes, want 3", patches)
				}
			})
		})
	}
	t.Run("still on", func(t *testing.T) {
		on := 3 // the first is the create, and the next two are wrong
		behind(t, changedAnswers(on, notOff), func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			_, diags := p.Destroy(t, create(t, p, config))
			diags.RequireNone(t)
			requireExport(t, atlas, "")
			if patches := atlas.Count(http.MethodPatch); patches != 4 {
				t.Errorf("%d PATCHes, want 4", patches)
			}
		})
	})
}

func TestAPrefixThatWasNotSentIsNotExpectedInTheAnswer(t *testing.T) {
	behind(t, changedAnswers(1, anotherPrefix), func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		state := create(t, p, monthly)
		requireAttributes(t, state, withNames) // what the answer has
		if patches := atlas.Count(http.MethodPatch); patches != 1 {
			t.Errorf("%d PATCHes, want 1", patches)
		}
		requireEmptyPlan(t, p, state, monthly)
	})
}

func TestAnUpdateWhoseAnswersNeverShowItIsAnErrorAndKeepsTheState(t *testing.T) {
	on := false
	wrong := func(schedule map[string]any) {
		if on {
			schedule["export"] = map[string]any{"exportBucketId": bucketID, "frequencyType": "monthly"}
		}
	}
	behind(t, changedAnswers(-1, wrong), func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		state := create(t, p, monthly)
		on = true
		kept, diags := p.Apply(t, state, monthly.With(acctest.Values{"export_bucket_id": otherBucketID}))
		diags.RequireError(t, "", "Automatic export not changed", "it does not show the automatic export that was sent", "This was attempt", "HTTP 200, PATCH")
		requireAttributes(t, kept, monthly)
	})
}

// The next create would refuse what this one has made.
func TestACreateThatIsDoneInAtlasSucceedsWhateverIsAnswered(t *testing.T) {
	for name, proxy := range map[string]func(http.Handler) http.Handler{
		"a schedule that never shows it": changedAnswers(-1, notOn),
		"a page of a proxy": func(atlas http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPatch {
					atlas.ServeHTTP(w, r)
					return
				}
				atlas.ServeHTTP(httptest.NewRecorder(), r)
				w.WriteHeader(http.StatusForbidden)
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			behind(t, proxy, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				state := create(t, p, monthly)
				requireExport(t, atlas, bucketID)
				requireAttributes(t, state, monthly.With(withoutNames))
				requireEmptyPlan(t, p, state, monthly)
			})
		})
	}
}

// What the error of the next create says is the way out.
func TestACreateThatRunsOutOfTimeIsImported(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		setFault(t, atlas, "hold-after", http.MethodPatch, schedulePath, 1)
		config := monthly.With(acctest.Values{"timeouts": acctest.Values{"create": "30s"}})
		state, diags := p.Apply(t, p.None(resourceType), config)
		diags.RequireError(t, "", "Automatic export not created", "Atlas did not answer in time.")
		if state.Exists() {
			t.Error("it is in the state")
		}
		requireExport(t, atlas, bucketID)

		_, diags = p.Apply(t, p.None(resourceType), config)
		diags.RequireError(t, "cluster_name", "Automatic export is already on", "to this export bucket", "terraform import <address> "+importID)
		imported, diags := p.Import(t, resourceType, importID, nil)
		diags.RequireNone(t)
		imported, diags = p.Apply(t, imported, config) // the timeouts, which an import cannot know
		diags.RequireNone(t)
		requireEmptyPlan(t, p, imported, config)
	})
}

// It was off before, and somebody else has switched another one on since.
func TestACreateThatFailsTakesNoOtherExportForItsOwn(t *testing.T) {
	for name, c := range map[string]struct {
		held   string
		config acctest.Values
	}{
		"none":              {"", monthly},
		"another bucket":    {otherBucketID, monthly},
		"another frequency": {bucketID, monthly.With(acctest.Values{"frequency_type": "daily"})},
		"another prefix":    {bucketID, monthly.With(withNames)},
	} {
		t.Run(name, func(t *testing.T) {
			var atlas *acctest.Atlas
			refusing := func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method != http.MethodPatch {
						next.ServeHTTP(w, r)
						return
					}
					atlas.SetAutoExport(acctest.ProjectID, cluster, c.held)
					w.WriteHeader(http.StatusForbidden)
				})
			}
			behind(t, refusing, func(t *testing.T, a *acctest.Atlas, p *acctest.Provider) {
				atlas = a
				state, diags := p.Apply(t, p.None(resourceType), c.config)
				diags.RequireError(t, "", "Automatic export not created", "HTTP 403, PATCH")
				if state.Exists() {
					t.Error("it is in the state")
				}
				requireExport(t, atlas, c.held)
			})
		})
	}
}
