package exportjob_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	resourceType = "atlasbackup_export_job"
	cluster      = "orders"
	jobsPath     = "/api/atlas/v2/groups/*/clusters/*/backup/exports"
	jobPath      = jobsPath + "/*"
)

// fixture is an emulated Atlas with a cluster, an export bucket and a snapshot.
type fixture struct {
	*testing.T
	atlas    *acctest.Atlas
	p        *acctest.Provider
	bucketID string
	snapshot emulator.Snapshot
}

// inBubble runs a test in a bubble.
func inBubble(t *testing.T, test func(t *testing.T, f *fixture)) {
	t.Helper()
	inBubbleBehind(t, func(atlas http.Handler) http.Handler { return atlas }, test)
}

// inBubbleBehind is inBubble with something on the way to Atlas.
func inBubbleBehind(t *testing.T, proxy func(atlas http.Handler) http.Handler, test func(t *testing.T, f *fixture)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, proxy)
		f := &fixture{T: t, atlas: atlas, p: acctest.NewProvider(t, atlas, acctest.ServiceAccount)}
		f.bucketID = addBucket(atlas, "snapshots")
		f.snapshot = atlas.AddSnapshot(acctest.ProjectID, cluster, emulator.Snapshot{CreatedAt: time.Now().Add(-time.Hour)})
		time.Sleep(time.Minute)
		test(t, f)
	})
}

func addBucket(atlas *acctest.Atlas, name string) string {
	return atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{
		CloudProvider: "AWS", BucketName: name, IAMRoleID: acctest.IAMRoleID, Region: "us-east-1",
	}).ID
}

func (f *fixture) config() acctest.Values {
	return acctest.Values{"project_id": acctest.ProjectID, "cluster_name": cluster, "export_bucket_id": f.bucketID}
}

// pace makes new jobs take a minute in the queue and then that long, and end in a state.
func (f *fixture) pace(takes time.Duration, outcome string) {
	f.Helper()
	paces := emulator.DefaultPaces()
	paces.ExportJobs = emulator.Pace{Queued: time.Minute, InProgress: takes, Outcome: outcome}
	if outcome == "Failed" {
		paces.ExportJobs.Code, paces.ExportJobs.Message = "EXPORT_FAILED", "The bucket is full."
	}
	if err := f.atlas.SetPaces(paces); err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) create(config acctest.Values) acctest.Resource {
	f.Helper()
	job, diags := f.p.Apply(f.T, f.p.None(resourceType), config)
	diags.RequireNone(f.T)
	return job
}

func (f *fixture) read(job acctest.Resource) acctest.Resource {
	f.Helper()
	job, diags := f.p.Read(f.T, job)
	diags.RequireNone(f.T)
	return job
}

func (f *fixture) apply(job acctest.Resource, config acctest.Values) acctest.Resource {
	f.Helper()
	job, diags := f.p.Apply(f.T, job, config)
	diags.RequireNone(f.T)
	return job
}

// plan plans without a diagnostic.
func (f *fixture) plan(job acctest.Resource, config acctest.Values) acctest.Plan {
	f.Helper()
	plan, diags := f.p.Plan(f.T, job, config)
	diags.RequireNone(f.T)
	return plan
}

func (f *fixture) requireEmptyPlan(job acctest.Resource, config acctest.Values) {
	f.Helper()
	if plan := f.plan(job, config); !plan.IsEmpty() {
		f.Errorf("the plan is not empty: %s, want %s", plan.Value, job.Value)
	}
}

// requireValues fails the test unless a resource has these values.
func (f *fixture) requireValues(job acctest.Resource, want acctest.Values) {
	f.Helper()
	for name, value := range want {
		if got := job.Get(f.T, name); got != value {
			f.Errorf("%s is %v, want %v", name, got, value)
		}
	}
}

// jobs are the export jobs that Atlas has.
func (f *fixture) jobs() []emulator.ExportJob { return f.atlas.ExportJobs(acctest.ProjectID, cluster) }

// requests counts the requests during a call.
func (f *fixture) requests(during func()) int {
	f.Helper()
	before := len(f.atlas.Requests())
	during()
	return len(f.atlas.Requests()) - before
}

func (f *fixture) addFault(fault emulator.Fault) {
	f.Helper()
	if err := f.atlas.AddFault(fault); err != nil {
		f.Fatal(err)
	}
}
