package exportjob_test

import (
	"context"
	"net/http"
	"path"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// requireWaitsOn fails the test unless a job that was not waited for to its end is in the state and
// not tainted, and the next apply waits for it.
func (f *fixture) requireWaitsOn(job acctest.Resource, config acctest.Values, diags acctest.Diagnostics, fragments ...string) {
	f.Helper()
	if !job.Exists() {
		f.Fatalf("it is not in the state:\n%s", diags)
	}
	id := job.Get(f.T, "id").(string)
	diags.RequireWarning(f.T, "", append(fragments, "Export job "+id+" has not finished", "the next apply continues to wait")...)
	if !job.Value.IsFullyKnown() {
		f.Errorf("the state has unknown values: %s", job.Value)
	}
	f.atlas.ClearFaults()
	job = f.apply(f.read(job), config)
	f.requireValues(job, acctest.Values{"id": id, "state": "Successful"})
	f.requireEmptyPlan(job, config)
	if len(f.jobs()) != 1 {
		f.Errorf("Atlas has %+v", f.jobs())
	}
}

func TestInterruptLeavesTheJobInTheState(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(time.Hour, "")
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Minute, cancel)
		job, diags := f.p.WithContext(ctx).Apply(t, f.p.None(resourceType), f.config())
		f.requireValues(job, acctest.Values{"state": "InProgress"})
		f.requireWaitsOn(job, f.config(), diags, "interrupted")
	})
}

func TestInterruptOfALaterApplyLeavesTheJobInTheState(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(time.Hour, "")
		job := f.create(f.config().With(acctest.Values{"wait_for_completion": false}))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Minute, cancel)
		job, diags := f.p.WithContext(ctx).Apply(t, job, f.config())
		f.requireValues(job, acctest.Values{"state": "InProgress"})
		f.requireWaitsOn(job, f.config(), diags, "interrupted")
	})
}

func TestTimeOutLeavesTheJobInTheState(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(time.Hour, "")
		config := f.config().With(acctest.Values{"timeouts": acctest.Values{"create": "10m"}})
		job, diags := f.p.Apply(t, f.p.None(resourceType), config)
		f.requireWaitsOn(job, config, diags, "timeouts")
	})
}

func TestTimeOutOfALaterApplyLeavesTheJobInTheState(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(time.Hour, "")
		job := f.create(f.config().With(acctest.Values{"wait_for_completion": false}))
		config := f.config().With(acctest.Values{"timeouts": acctest.Values{"update": "10m"}})
		job, diags := f.p.Apply(t, job, config)
		diags.RequireWarning(t, "", "timeouts", "has not finished")
		f.requireWaitsOn(job, f.config(), diags)
	})
}

// An export takes longer than a token lasts, and longer than most failures.
func TestWaitSurvivesFailuresAndRenewsTheToken(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(10*time.Hour, "")
		for i, fault := range []emulator.Fault{
			{Status: 503}, {Break: emulator.Reset}, {Status: 429, RetryAfter: "30"}, {Status: 404, Body: "<h1>Not found</h1>"},
			{Status: 403, Body: "<h1>Blocked</h1>", Times: 5}, {Status: 401, Code: "USER_UNAUTHORIZED", Detail: "no", Times: 3}, {Status: 200, Body: "{}"},
			{Status: 200, Body: "<h1>Welcome</h1>"}, {Break: emulator.Hold},
		} {
			fault.Method, fault.Path, fault.Skip = http.MethodGet, jobPath, 10+20*i
			f.addFault(fault)
		}
		job := f.create(f.config())
		f.requireValues(job, acctest.Values{"state": "Successful"})
		if len(f.jobs()) != 1 {
			t.Errorf("Atlas has %+v", f.jobs())
		}
		for _, fault := range f.atlas.Faults() {
			if fault.Hits == 0 {
				t.Errorf("%+v has hit nothing", fault)
			}
		}
	})
}

func TestPollThatKeepsFailingIsAWarning(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(time.Hour, "")
		f.addFault(emulator.Fault{Method: http.MethodGet, Path: jobPath, Status: 401, Code: "USER_UNAUTHORIZED", Detail: "Current user is not authorized.", Times: -1})
		job, diags := f.p.Apply(t, f.p.None(resourceType), f.config())
		f.requireWaitsOn(job, f.config(), diags, "Current user is not authorized.", "Project Backup Manager")
	})
}

func TestWaitStartsQuickAndGrowsToHalfAMinute(t *testing.T) {
	var polls []time.Time
	timed := func(atlas http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isJob, _ := path.Match(jobPath, r.URL.Path); isJob && r.Method == http.MethodGet {
				polls = append(polls, time.Now())
			}
			atlas.ServeHTTP(w, r)
		})
	}
	inBubbleBehind(t, timed, func(t *testing.T, f *fixture) {
		f.pace(time.Hour, "")
		f.create(f.config())
		if len(polls) < 120 || len(polls) > 135 {
			t.Fatalf("%d polls in 61 minutes", len(polls))
		}
		for i, want := range []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 30 * time.Second, 30 * time.Second} {
			if pause := polls[i+1].Sub(polls[i]).Round(time.Second); pause != want {
				t.Errorf("pause %d is %s, want %s", i+1, pause, want)
			}
		}
	})
}
