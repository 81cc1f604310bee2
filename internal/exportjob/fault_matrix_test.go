package exportjob_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// faultMatrix says what must become of an operation when one of its calls, a line, meets a fault
// of a family, a column. The package faulttest explains the words.
const faultMatrix = `
call             limit limit55 hour down lost object other long   hold held slow 401   refused forbidden wall     wall-after busy   missing refusal nogroup foreign404 url404 elsewhere repeats count truncated clock
create.cluster   ok    ok      ok   ok   ok   ok     ok    no     ok   ok   ok   ok/no no      no        no       no         no     no      no      no      no         no     ok        ok      ok    ok        ok
create.snapshots ok    ok      ok   ok   ok   ok     ok    no     ok   ok   ok   ok/no no      no        no       no         no     no      no      no      no         no     ok/no     ok/no   ok    ok        ok
create.jobs      ok    ok      ok   ok   ok   ok     ok    no     ok   ok   ok   ok/no no      no        no       no         no     no      no      no      no         no     ok/no     ok/no   ok    ok        ok
create.post      ok    ok      ok   ok   ok   ok     ok    ok     ok   ok   ok   ok/no no      no        ok/tried ok         late   no      no      no      ok/tried   no     ok        ok      ok    ok        ok
create.search    ok    ok      ok   ok   ok   ok     ok    ok/warn ok   ok   ok   ok    ok/warn  ok/warn    ok/warn   ok/warn     ok/warn ok/warn  ok/warn  ok/warn  ok/warn     ok/warn ok        ok      ok    ok        warn
create.poll      ok    ok      ok   ok   ok   ok     ok    ok     ok   ok   ok   ok    ok      ok        ok       ok         ok     ok      ok      ok      ok         ok     ok        ok      ok    ok        ok
create.sign-in   ok    ok      ok   ok   ok   ok     ok    no     ok   ok   ok   no    no      no        no       no         no     no      no      no      no         no     ok        ok      ok    ok        ok
read.get         ok    ok      no   ok   ok   ok     ok    no     ok   ok   ok   ok/no no      no        no       no         no     ok      no      drop    ok         ok     ok        ok      ok    ok        ok
read.list        ok    ok      no   ok   ok   ok     ok    no     ok   ok   ok   ok/no no      no        no       no         no     no      no      drop    no         no     ok/no     ok/no   ok    ok        ok
import.get       ok    ok      no   ok   ok   ok     ok    no     ok   ok   ok   ok/no no      no        no       no         no     ok      no      no      ok         ok     ok        ok      ok    ok        ok
update.poll      ok    ok      ok   ok   ok   ok     ok    ok     ok   ok   ok   ok    ok      ok        ok       ok         ok     ok      ok      ok      ok         ok     ok        ok      ok    ok        ok
data.get         ok    ok      no   ok   ok   ok     ok    no     ok   ok   ok   ok/no no      no        no       no         no     ok      no      no      ok         ok     ok        ok      ok    ok        ok
data.jobs        ok    ok      no   ok   ok   ok     ok    no     ok   ok   ok   ok/no no      no        no       no         no     no      no      no      no         no     ok/no     ok/no   ok    ok        ok
data.cluster     ok    ok      no   ok   ok   ok     ok    no     ok   ok   ok   ok/no no      no        no       no         no     no      no      no      no         no     ok        ok      ok    ok        ok
data.snapshots   ok    ok      no   ok   ok   ok     ok    no     ok   ok   ok   ok/no no      no        no       no         no     no      no      no      no         no     ok/no     ok/no   ok    ok        ok
`

// The bucket and the snapshot of the configuration.
const (
	faultBucket   = "65b2f1d09b3d0e4c5a6f7081"
	faultSnapshot = "65b2f1d09b3d0e4c5a6f7082"
)

const (
	tokenPath     = "/api/oauth/token"
	clusterPath   = "/api/atlas/v2/groups/*/clusters/*"
	snapshotsPath = clusterPath + "/backup/snapshots"
)

var exportJobs = faulttest.Noun{
	Type:   resourceType,
	Config: acctest.Values{"project_id": acctest.ProjectID, "cluster_name": cluster, "export_bucket_id": faultBucket},
	Limit:  24 * time.Hour,
	Table:  faultMatrix,
	Calls: []faulttest.Call{
		{Name: "create.cluster", Operation: faulttest.Create, Method: http.MethodGet, Path: clusterPath, Options: halfAnHour},
		{Name: "create.snapshots", Operation: faulttest.Create, Method: http.MethodGet, Path: snapshotsPath, Options: halfAnHour},
		{Name: "create.jobs", Operation: faulttest.Create, Method: http.MethodGet, Path: jobsPath, Options: halfAnHour},
		{Name: "create.post", Operation: faulttest.Create, Method: http.MethodPost, Path: jobsPath, Options: halfAnHour},
		{Name: "create.search", Operation: faulttest.Create, Method: http.MethodGet, Path: jobsPath, Skip: 1, Before: lostAnswer, Options: halfAnHour},
		{Name: "create.poll", Operation: faulttest.Create, Method: http.MethodGet, Path: jobPath, Options: halfAnHour},
		{Name: "create.sign-in", Operation: faulttest.Create, Method: http.MethodPost, Path: tokenPath, SignsIn: true},

		{Name: "read.get", Operation: faulttest.Read, Method: http.MethodGet, Path: jobPath, Options: queued},
		{Name: "read.list", Operation: faulttest.Read, Method: http.MethodGet, Path: jobsPath, Options: queued, Before: foreign404},
		{Name: "import.get", Operation: faulttest.Import, Method: http.MethodGet, Path: jobPath, Options: queued},
		{Name: "update.poll", Operation: faulttest.Update(nil), Method: http.MethodGet, Path: jobPath, Options: halfAnHour},

		{Name: "data.get", Operation: dataByID, Method: http.MethodGet, Path: jobPath, Options: queued},
		{Name: "data.jobs", Operation: dataJobs, Method: http.MethodGet, Path: jobsPath, Options: queued},
		{Name: "data.cluster", Operation: dataSnapshots, Method: http.MethodGet, Path: clusterPath, Options: queued},
		{Name: "data.snapshots", Operation: dataSnapshots, Method: http.MethodGet, Path: snapshotsPath, Options: queued},
	},
	Families: []faulttest.Family{
		{Name: "busy", About: "409: Atlas already exports the snapshot, although no job shows it", Faults: []string{"export-in-progress"}},
		{Name: "missing", About: "404 about the snapshot or the bucket", Faults: []string{"snapshot-not-found", "export-bucket-not-found"}},
		{Name: "refusal", About: "400 about a flex cluster or an unfinished snapshot", Faults: []string{"flex-cluster", "unfinished-on-demand-snapshot"}},
	},
	Apart: []faulttest.Apart{
		{Why: "no call has a role", Faults: []string{
			"cannot-assume-role", "role-not-authorized", "invalid-aws-credentials", "cannot-authenticate-service-principal", "azure-service-principal-invalid",
		}},
		{Why: "no answer is an export bucket", Faults: []string{"bare-bucket", "old-networking", "other-cloud", "in-use"}},
		{Why: "no call is about a private endpoint", Faults: []string{"private-endpoint-exists", "private-endpoint-not-found"}},
		{Why: "lists without an end have tests of the client", Faults: []string{"list-endless"}},
	},

	Begin: func(f *faulttest.Fixture) {
		f.Atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{
			ID: faultBucket, CloudProvider: "AWS", BucketName: "snapshots", IAMRoleID: acctest.IAMRoleID, Region: "us-east-1",
		})
		f.Atlas.AddSnapshot(acctest.ProjectID, cluster, emulator.Snapshot{ID: faultSnapshot})
		older := f.Atlas.AddSnapshot(acctest.ProjectID, cluster, emulator.Snapshot{CreatedAt: time.Now().Add(-time.Hour)})
		other := f.Atlas.AddExportJob(acctest.ProjectID, cluster, emulator.ExportJob{SnapshotID: older.ID, ExportBucketID: faultBucket})
		f.Others = append(f.Others, other.ID)
	},
	Put: func(f *faulttest.Fixture) string {
		job := f.Atlas.AddExportJob(acctest.ProjectID, cluster, emulator.ExportJob{SnapshotID: faultSnapshot, ExportBucketID: faultBucket, State: "Queued"})
		return acctest.ProjectID + "/" + cluster + "/" + job.ID
	},
	Request: func(f *faulttest.Fixture) {
		_, diags := f.Provider.ReadDataSource(f.T, "atlasbackup_clusters", acctest.Values{"project_id": acctest.ProjectID})
		diags.RequireNone(f.T)
	},
	Held: heldJobs,
	RequireHeld: func(f *faulttest.Fixture) {
		f.T.Helper()
		requireJobs(f, f.State.Get(f.T, "id").(string))
	},
	RequireGone: func(f *faulttest.Fixture) { // a destroy leaves the job in Atlas
		f.T.Helper()
		requireJobs(f, "")
	},
	Destroyed: []string{"Export jobs stay in Atlas"},

	NotReadBack: []string{"taken over", "No second export was started"},
}

// Two sorts of Atlas: in one a job stays in the queue, in the other it takes as long as a real one.
var (
	queued     = jobsTake(1000 * time.Hour)
	halfAnHour = jobsTake(30 * time.Minute)
)

func jobsTake(queued time.Duration) emulator.Options {
	paces := emulator.DefaultPaces()
	paces.ExportJobs.Queued = queued
	return emulator.Options{Paces: &paces}
}

// heldJobs is what Atlas has of every job, without what comes by itself.
func heldJobs(f *faulttest.Fixture) (held []string) {
	for _, job := range f.Atlas.ExportJobs(acctest.ProjectID, cluster) {
		held = append(held, fmt.Sprint(job.ID, job.SnapshotID, job.ExportBucketID, job.CustomData))
	}
	return held
}

// requireJobs fails the test unless Atlas has the jobs of others and one more, with this id unless
// that is "".
func requireJobs(f *faulttest.Fixture, id string) {
	f.T.Helper()
	jobs := f.Atlas.ExportJobs(acctest.ProjectID, cluster)
	if len(jobs) != len(f.Others)+1 || jobs[0].ID != f.Others[0] || id != "" && jobs[1].ID != id {
		f.T.Errorf("Atlas has %+v, want %v and %q", jobs, f.Others, id)
	}
}

// lostAnswer makes a creation search for the job that Atlas has created.
func lostAnswer(f *faulttest.Fixture) {
	faulttest.SetFault(f.T, f.Atlas, "reset-after", http.MethodPost, jobsPath, 1)
}

// foreign404 makes a refresh read the list of jobs.
func foreign404(f *faulttest.Fixture) {
	faulttest.SetFault(f.T, f.Atlas, "404-html", http.MethodGet, jobPath, 1)
}

var dataByID = faulttest.Reading(func(f *faulttest.Fixture) acctest.Diagnostics {
	found, diags := f.Provider.ReadDataSource(f.T, resourceType, acctest.Values{
		"project_id": acctest.ProjectID, "cluster_name": cluster, "id": f.State.Get(f.T, "id"),
	})
	if !diags.HasError() && found["prefix"] != f.State.Get(f.T, "prefix") {
		f.T.Errorf("got %v", found)
	}
	return diags
})

var dataJobs = faulttest.Reading(func(f *faulttest.Fixture) acctest.Diagnostics {
	return readList(f, pluralType, f.State.Get(f.T, "id"), f.Others[0])
})

var dataSnapshots = faulttest.Reading(func(f *faulttest.Fixture) acctest.Diagnostics {
	return readList(f, "atlasbackup_snapshots", faultSnapshot)
})

// readList reads the results of a list, which must begin with these.
func readList(f *faulttest.Fixture, dataSource string, want ...any) acctest.Diagnostics {
	f.T.Helper()
	found, diags := f.Provider.ReadDataSource(f.T, dataSource, acctest.Values{"project_id": acctest.ProjectID, "cluster_name": cluster})
	if diags.HasError() {
		return diags
	}
	results := found["results"].([]any)
	if len(results) != 2 {
		f.T.Fatalf("got %v", results)
	}
	for i, id := range want {
		if results[i].(acctest.Values)["id"] != id {
			f.T.Errorf("result %d is %v, want %v", i, results[i], id)
		}
	}
	return diags
}

func TestNothingIsExportedTwiceWhateverFails(t *testing.T) { faulttest.Run(t, &exportJobs) }

func TestEveryRequestMeetsFaults(t *testing.T) {
	faulttest.RequireCallsOfEveryRequest(t, &exportJobs)
}
