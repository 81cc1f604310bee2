package exportjob_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestNewestExportableSnapshotIsExported(t *testing.T) {
	inBubble(t, func(_ *testing.T, f *fixture) {
		newest := f.atlas.AddSnapshot(acctest.ProjectID, cluster, emulator.Snapshot{CreatedAt: time.Now().Add(-time.Minute)})
		f.atlas.AddSnapshot(acctest.ProjectID, cluster, emulator.Snapshot{CreatedAt: time.Now().Add(-time.Hour)})
		f.atlas.AddSnapshot(acctest.ProjectID, cluster, emulator.Snapshot{SnapshotType: "fallback"})
		f.atlas.AddSnapshot(acctest.ProjectID, cluster, emulator.Snapshot{Status: "failed"})
		f.atlas.AddSnapshot(acctest.ProjectID, cluster, emulator.Snapshot{Status: "inProgress"})
		f.requireValues(f.create(f.config()), acctest.Values{"snapshot_id": newest.ID})
	})
}

func TestSnapshotsOfAShardedClusterAreFound(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: "sharded", ClusterType: "SHARDED"})
		snapshot := f.atlas.AddSnapshot(acctest.ProjectID, "sharded", emulator.Snapshot{})
		job := f.create(f.config().With(acctest.Values{"cluster_name": "sharded"}))
		f.requireValues(job, acctest.Values{"snapshot_id": snapshot.ID, "state": "Successful", "total_collections": nil})
		if components, _ := job.Get(t, "components").([]any); len(components) < 2 || components[0].(acctest.Values)["replica_set_name"] == "" {
			t.Errorf("the components are %v", components)
		}
	})
}

func TestClusterWithoutAnExportableSnapshotIsAnError(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.atlas.AddCluster(acctest.ProjectID, "empty")
		_, diags := f.p.Apply(t, f.p.None(resourceType), f.config().With(acctest.Values{"cluster_name": "empty"}))
		diags.RequireError(t, "cluster_name", "No snapshot to export", "It has no snapshot at all.", "take_snapshot")

		failed := f.atlas.AddSnapshot(acctest.ProjectID, "failing", emulator.Snapshot{Status: "failed"})
		fallback := f.atlas.AddSnapshot(acctest.ProjectID, "failing", emulator.Snapshot{SnapshotType: "fallback"})
		_, diags = f.p.Apply(t, f.p.None(resourceType), f.config().With(acctest.Values{"cluster_name": "failing"}))
		diags.RequireError(t, "cluster_name", failed.ID, "it is failed", fallback.ID, "it is a fallback snapshot")
		if posts := f.atlas.Count(http.MethodPost); posts != 0 {
			t.Errorf("%d POSTs", posts)
		}
	})
}

func TestRunningExportOfTheSnapshotIsTakenOver(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(time.Hour, "")
		running := f.atlas.AddExportJob(acctest.ProjectID, cluster, emulator.ExportJob{SnapshotID: f.snapshot.ID, ExportBucketID: f.bucketID, State: "Queued"})
		job, diags := f.p.Apply(t, f.p.None(resourceType), f.config())
		diags.RequireWarning(t, "", "Export job "+running.ID+" taken over", "No second export was started")
		f.requireValues(job, acctest.Values{"id": running.ID, "state": "Successful"})
		f.requireEmptyPlan(job, f.config())
		if posts := f.atlas.Count(http.MethodPost); posts != 0 {
			t.Errorf("%d POSTs", posts)
		}
	})
}

func TestOtherJobsAreNotTakenOver(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		other := f.atlas.AddSnapshot(acctest.ProjectID, cluster, emulator.Snapshot{CreatedAt: time.Now().Add(-2 * time.Hour)})
		f.atlas.AddExportJob(acctest.ProjectID, cluster, emulator.ExportJob{SnapshotID: other.ID, ExportBucketID: f.bucketID, State: "Queued"})
		f.atlas.AddExportJob(acctest.ProjectID, cluster, emulator.ExportJob{SnapshotID: f.snapshot.ID, ExportBucketID: f.bucketID})
		f.create(f.config())
		if jobs := f.jobs(); len(jobs) != 3 {
			t.Errorf("Atlas has %+v", jobs)
		}
	})
}

func TestExportToAnotherBucketIsNamed(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(time.Hour, "")
		running := f.atlas.AddExportJob(acctest.ProjectID, cluster, emulator.ExportJob{
			SnapshotID: f.snapshot.ID, ExportBucketID: addBucket(f.atlas, "elsewhere"), State: "Queued",
		})
		job, diags := f.p.Apply(t, f.p.None(resourceType), f.config())
		diags.RequireError(t, "", "Export job not created", running.ID, running.ExportBucketID, "depends_on", "HTTP 409")
		if job.Exists() || f.atlas.Count(http.MethodPost) != 1 {
			t.Errorf("%s is in the state, after %d POSTs", job.Value, f.atlas.Count(http.MethodPost))
		}
	})
}

// Something on the way sends a POST twice, and passes on the second answer: a 409.
func TestConflictWithAnEarlierCopyOfThePOSTIsSettled(t *testing.T) {
	twice := func(atlas http.Handler) http.Handler { return &repeater{atlas: atlas} }
	inBubbleBehind(t, twice, func(t *testing.T, f *fixture) {
		f.pace(time.Hour, "")
		job := f.create(f.config())
		f.requireValues(job, acctest.Values{"state": "Successful"})
		if len(f.jobs()) != 1 {
			t.Errorf("Atlas has %+v", f.jobs())
		}
	})
}

func TestLostAnswerMakesNoSecondExport(t *testing.T) {
	for name, fault := range map[string]emulator.Fault{
		"lost after":         {Break: emulator.Reset, After: true},
		"lost before":        {Break: emulator.Reset},
		"late":               {Break: emulator.Hold, After: true},
		"error after":        {Status: 503, After: true},
		"error before":       {Status: 500},
		"refused by a proxy": {Status: 403, Body: "<h1>Blocked</h1>", After: true},
		"late in Atlas":      {Status: 504, Body: "<h1>Gateway timeout</h1>", Delay: 5 * time.Second, After: true},
		"id alone":           {Status: 200, After: true, Body: "{}"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *fixture) {
				f.pace(time.Hour, "")
				fault.Method, fault.Path, fault.Times = http.MethodPost, jobsPath, 1
				f.addFault(fault)
				job := f.create(f.config())
				f.requireValues(job, acctest.Values{"state": "Successful"})
				if len(f.jobs()) != 1 {
					t.Errorf("Atlas has %+v", f.jobs())
				}
			})
		})
	}
}

// A killed run ends at a random moment of a job, and its state is that of before, or has what was
// stored until then. The next run ends with one job in the state, and no two exports of the
// snapshot were ever at work.
func TestKilledRunNeverExportsTwiceAtATime(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *fixture) {
				random := rand.New(rand.NewPCG(seed, 0))
				f.pace(30*time.Minute, "")
				f.addFault(emulator.Fault{Delay: 300 * time.Millisecond, Times: -1})
				var job acctest.Resource
				for range 3 {
					// One moment in three is while the job is being created, which is short.
					moment := time.Duration(random.Int64N(int64(40 * time.Minute)))
					if random.IntN(3) == 0 {
						moment = time.Duration(random.Int64N(int64(3 * time.Second)))
					}
					ctx, kill := context.WithCancel(t.Context())
					time.AfterFunc(moment, kill)
					// Nothing of what the killed run returns is stored, and the next one is a new process.
					p := acctest.NewProvider(t, f.atlas, acctest.ServiceAccount)
					p.WithContext(ctx).Apply(t, p.None(resourceType), f.config())
					kill()
				}
				f.atlas.ClearFaults()
				job, diags := f.p.Apply(t, f.p.None(resourceType), f.config())
				if diags.HasError() {
					t.Fatal(diags)
				}
				f.requireValues(job, acctest.Values{"state": "Successful"})
				f.requireEmptyPlan(f.read(job), f.config())
				f.requireNeverTwoAtATime()
			})
		})
	}
}

// requireNeverTwoAtATime fails the test if two jobs were at work at the same time.
func (f *fixture) requireNeverTwoAtATime() {
	f.Helper()
	jobs := f.jobs()
	slices.SortFunc(jobs, func(a, b emulator.ExportJob) int { return a.CreatedAt.Compare(b.CreatedAt) })
	for i, job := range jobs[1:] {
		if before := jobs[i]; before.FinishedAt.IsZero() || job.CreatedAt.Before(before.FinishedAt) {
			f.Errorf("two exports at a time: %+v and %+v", before, job)
		}
	}
}
