package emulator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const exportJobsPath = clustersPath + "/Cluster0/backup/exports"

// jobBody is that of a POST.
func jobBody(snapshotID, bucketID string) string {
	return fmt.Sprintf(`{"snapshotId":%q,"exportBucketId":%q}`, snapshotID, bucketID)
}

// exportable adds a bucket and a completed snapshot of Cluster0.
func exportable(t *testing.T, atlas *emulator.Atlas) (snapshotID, bucketID string) {
	t.Helper()
	return atlas.AddSnapshot(projectID, "Cluster0", emulator.Snapshot{}).ID, create(t, atlas, awsBody)
}

// begin begins an export of a new snapshot of a cluster and returns its id.
func begin(t *testing.T, atlas *emulator.Atlas, clusterName string) string {
	t.Helper()
	snapshot := atlas.AddSnapshot(projectID, clusterName, emulator.Snapshot{}).ID
	path := clustersPath + "/" + clusterName + "/backup/exports"
	return send(t, atlas, "POST", path, jobBody(snapshot, create(t, atlas, awsBody))).wantStatus(t, 200).object(t)["id"].(string)
}

// states returns those of the jobs of a cluster, oldest first.
func states(atlas *emulator.Atlas, clusterName string) string {
	var states []string
	for _, job := range atlas.ExportJobs(projectID, clusterName) {
		states = append(states, job.State)
	}
	return strings.Join(states, " ")
}

func TestExportJobGoesThroughItsStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithCluster(t, emulator.Options{Paces: takesOf(3*time.Minute, 12*time.Minute)})
		time.Sleep(27*time.Minute + 30*time.Second)
		snapshot, bucket := exportable(t, atlas)
		time.Sleep(time.Second)
		posted := send(t, atlas, "POST", exportJobsPath, `{"snapshotId":"`+snapshot+`","exportBucketId":"`+bucket+`",
			"customData":[{"key":"team","value":"red"},{"key":"team","value":""}]}`).wantStatus(t, 200)
		id := posted.object(t)["id"].(string)
		job := func(more string) string {
			return fmt.Sprintf(`{"id":%q,"snapshotId":%q,"exportBucketId":%q,"customData":[{"key":"team","value":"red"},{"key":"team","value":""}],
				"createdAt":"2000-01-01T00:27:31Z","prefix":"exported_snapshots/64c0ffee00000000000000e0/%s/Cluster0/2000-01-01T0027/946686451",%s}`,
				id, snapshot, bucket, projectID, more)
		}
		want := func(wait time.Duration, more string) {
			t.Helper()
			time.Sleep(wait)
			send(t, atlas, "GET", exportJobsPath+"/"+id, "").wantStatus(t, 200).wantObject(t, job(more))
			list := send(t, atlas, "GET", exportJobsPath, "").wantStatus(t, 200).object(t)
			if results := list["results"].([]any); len(results) != 1 || !reflect.DeepEqual(results[0], any(answer{text: job(more)}.object(t))) {
				t.Errorf("the list has %v, want %s", results, job(more))
			}
		}
		const queued = `"state":"Queued","exportStatus":{"exportedCollections":0,"totalCollections":0}`
		posted.wantObject(t, job(queued))
		want(3*time.Minute-1, queued)
		want(1, `"state":"InProgress","exportStatus":{"exportedCollections":0,"totalCollections":2}`)
		want(6*time.Minute, `"state":"InProgress","exportStatus":{"exportedCollections":1,"totalCollections":2}`)
		want(6*time.Minute-1, `"state":"InProgress","exportStatus":{"exportedCollections":1,"totalCollections":2}`)
		want(1, `"state":"Successful","finishedAt":"2000-01-01T00:42:31Z","exportStatus":{"exportedCollections":2,"totalCollections":2},
			"links":[{"rel":"self","href":"http://example.com`+exportJobsPath+`/`+id+`"}]`)
	})
}

func TestExportJobEndsAsThePaceSays(t *testing.T) {
	for name, tc := range map[string]struct {
		edit func(*emulator.Pace)
		want string
	}{
		"Failed": {
			func(p *emulator.Pace) {
				p.Outcome, p.Code, p.Message = "Failed", "ACCESS_DENIED", "The bucket refused."
			},
			`"state":"Failed","stateReason":{"errorCode":"ACCESS_DENIED","message":"The bucket refused."},"exportStatus":{"exportedCollections":1,"totalCollections":2}`,
		},
		"Failed without a reason": {
			func(p *emulator.Pace) { p.Outcome = "Failed" },
			`"state":"Failed","stateReason":{"errorCode":"EXPORT_FAILED","message":"The export failed."},"exportStatus":{"exportedCollections":1,"totalCollections":2}`,
		},
		"Cancelled": {
			func(p *emulator.Pace) { p.Outcome = "Cancelled" },
			`"state":"Cancelled","exportStatus":{"exportedCollections":1,"totalCollections":2}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				atlas := newAtlasWithCluster(t, emulator.Options{})
				setPaces(t, atlas, takesOf(0, 0), func(p *emulator.Paces) { tc.edit(&p.ExportJobs) })
				snapshot, bucket := exportable(t, atlas)
				posted := send(t, atlas, "POST", exportJobsPath, jobBody(snapshot, bucket)).wantStatus(t, 200).object(t)
				id := posted["id"].(string)
				if posted["state"] != "Queued" {
					t.Errorf("posted %v", posted)
				}
				send(t, atlas, "GET", exportJobsPath+"/"+id, "").wantObject(t, fmt.Sprintf(`{"id":%q,"snapshotId":%q,"exportBucketId":%q,"customData":[],
					"createdAt":"2000-01-01T00:00:00Z","finishedAt":"2000-01-01T00:00:00Z","prefix":%q,%s,"links":[{"rel":"self","href":%q}]}`,
					id, snapshot, bucket, posted["prefix"], tc.want, "http://example.com"+exportJobsPath+"/"+id))
			})
		})
	}
}

func TestExportOfAnEmptyClusterIsSuccessful(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{Paces: &emulator.Paces{}})
	atlas.PutCluster(projectID, emulator.Cluster{Name: "Cluster0", Collections: emulator.NoCollections})
	begin(t, atlas, "Cluster0")
	job := atlas.ExportJobs(projectID, "Cluster0")[0]
	if job.State != "Successful" || *job.ExportStatus != (emulator.ExportStatus{}) {
		t.Errorf("job %+v, %+v", job, job.ExportStatus)
	}
}

func TestExportOfAShardedClusterHasComponents(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{Paces: &emulator.Paces{}})
	atlas.PutCluster(projectID, emulator.Cluster{Name: "Cluster0", ClusterType: emulator.Sharded, Shards: 2, Collections: 1})
	id := begin(t, atlas, "Cluster0")
	job := send(t, atlas, "GET", exportJobsPath+"/"+id, "").wantStatus(t, 200).object(t)
	components := job["components"].([]any)
	if _, ok := job["exportStatus"]; ok || len(components) != 2 || job["state"] != "Successful" {
		t.Fatalf("job %v", job)
	}
	seen := map[any]bool{id: true}
	for i, component := range components {
		component := component.(map[string]any)
		exportID, _ := component["exportId"].(string)
		if len(component) != 2 || len(exportID) != 24 || seen[exportID] || component["replicaSetName"] != fmt.Sprint("Cluster0-shard-", i) {
			t.Errorf("component %v", component)
		}
		seen[exportID] = true
	}
}

func TestBadExportJobIsRefused(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{Paces: takesOf(time.Hour, time.Hour)})
	snapshot, bucket := exportable(t, atlas)
	running := take(t, atlas)
	fallback := atlas.AddSnapshot(projectID, "Cluster0", emulator.Snapshot{SnapshotType: "fallback"}).ID
	failed := atlas.AddSnapshot(projectID, "Cluster0", emulator.Snapshot{Status: "failed"}).ID
	elsewhere := atlas.AddSnapshot(projectID, "Cluster1", emulator.Snapshot{}).ID
	foreign := atlas.PutExportBucket("5e2211c17a3e5a48f5497de4", emulator.ExportBucket{CloudProvider: "AWS"}).ID
	withData := func(data string) string {
		return `{"snapshotId":"` + snapshot + `","exportBucketId":"` + bucket + `","customData":` + data + `}`
	}
	for _, tc := range []struct {
		body   string
		status int
		code   string
	}{
		{`[`, 400, "INVALID_JSON"},
		{`{"snapshotId":"` + snapshot + `"}`, 400, "MISSING_ATTRIBUTE"},
		{`{"exportBucketId":"` + bucket + `"}`, 400, "MISSING_ATTRIBUTE"},
		{jobBody("x", bucket), 400, "INVALID_JSON_ATTRIBUTE"},
		{jobBody(snapshot, "x"), 400, "INVALID_JSON_ATTRIBUTE"},
		{withData(`"x"`), 400, "INVALID_JSON_ATTRIBUTE"},
		{withData(`[{"key":"a"}]`), 400, "MISSING_ATTRIBUTE"},
		{withData(`[{"key":"a","value":1}]`), 400, "INVALID_JSON_ATTRIBUTE"},
		{withData(`[{"key":"a","value":"b","c":"d"}]`), 400, "INVALID_ATTRIBUTE"},
		{withData(`[],"colour":1`), 400, "INVALID_ATTRIBUTE"},
		{jobBody(someID, bucket), 404, "SNAPSHOT_NOT_FOUND"},
		{jobBody(elsewhere, bucket), 404, "SNAPSHOT_NOT_FOUND"},
		{jobBody(snapshot, someID), 404, "EXPORT_BUCKET_NOT_FOUND"},
		{jobBody(snapshot, foreign), 404, "EXPORT_BUCKET_NOT_FOUND"},
		{jobBody(running, bucket), 400, "SNAPSHOT_NOT_COMPLETED"},
		{jobBody(failed, bucket), 400, "SNAPSHOT_NOT_COMPLETED"},
		{jobBody(fallback, bucket), 400, "CANNOT_EXPORT_FALLBACK_SNAPSHOT"},
	} {
		send(t, atlas, "POST", exportJobsPath, tc.body).wantError(t, tc.status, tc.code)
	}
	send(t, atlas, "POST", clustersPath+"/Cluster9/backup/exports", jobBody(snapshot, bucket)).wantError(t, 404, "CLUSTER_NOT_FOUND")
	if got := states(atlas, "Cluster0"); got != "" {
		t.Errorf("jobs %s", got)
	}
}

func TestOneActiveExportPerSnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithCluster(t, emulator.Options{Paces: takesOf(time.Minute, time.Minute)})
		snapshot, bucket := exportable(t, atlas)
		for range 2 {
			send(t, atlas, "POST", exportJobsPath, jobBody(snapshot, bucket)).wantStatus(t, 200)
			for _, wait := range []time.Duration{0, time.Minute, time.Minute - 1} {
				time.Sleep(wait)
				send(t, atlas, "POST", exportJobsPath, jobBody(snapshot, bucket)).wantError(t, 409, "SNAPSHOT_EXPORT_IN_PROGRESS")
			}
			begin(t, atlas, "Cluster0") // another snapshot
			time.Sleep(time.Nanosecond)
		}
	})
}

func TestFiveReplicaSetsOfAProjectAreExportedAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{Paces: takesOf(time.Minute, 10*time.Minute)})
		for i := range 8 {
			begin(t, atlas, fmt.Sprint("Cluster", i%2))
			time.Sleep(time.Second)
		}
		want := func(wait time.Duration, want string) {
			t.Helper()
			time.Sleep(wait)
			if got := states(atlas, "Cluster0") + ", " + states(atlas, "Cluster1"); got != want {
				t.Errorf("after %s: %s\nwant %s", wait, got, want)
			}
		}
		want(0, "Queued Queued Queued Queued, Queued Queued Queued Queued")
		want(2*time.Minute, "InProgress InProgress InProgress Queued, InProgress InProgress Queued Queued")
		want(7*time.Minute, "InProgress InProgress InProgress Queued, InProgress InProgress Queued Queued")
		want(time.Minute+52*time.Second, "Successful InProgress InProgress Queued, InProgress InProgress InProgress Queued")
		want(time.Second, "Successful InProgress InProgress InProgress, Successful InProgress InProgress Queued")
		want(time.Hour, "Successful Successful Successful Successful, Successful Successful Successful Successful")
		var finished []string
		for _, job := range append(atlas.ExportJobs(projectID, "Cluster0"), atlas.ExportJobs(projectID, "Cluster1")...) {
			finished = append(finished, job.FinishedAt.Format("04:05"))
		}
		slices.Sort(finished)
		if got := fmt.Sprint(finished); got != "[11:00 11:01 11:02 11:03 11:04 21:00 21:01 21:02]" {
			t.Errorf("finished at %s", got)
		}
	})
}

func TestShardsCountAsReplicaSets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{Paces: takesOf(0, time.Minute)})
		atlas.PutCluster(projectID, emulator.Cluster{Name: "Three", ClusterType: emulator.Sharded, Shards: 3})
		atlas.PutCluster(projectID, emulator.Cluster{Name: "Seven", ClusterType: emulator.Sharded, Shards: 7})
		begin(t, atlas, "Three")
		begin(t, atlas, "Seven")
		begin(t, atlas, "Cluster0") // there would be a place, but not before its turn
		for _, want := range []string{
			"InProgress, Queued, Queued",
			"Successful, InProgress, Queued",
			"Successful, Successful, InProgress",
			"Successful, Successful, Successful",
		} {
			if got := states(atlas, "Three") + ", " + states(atlas, "Seven") + ", " + states(atlas, "Cluster0"); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			time.Sleep(time.Minute)
		}
	})
}

func TestProjectsDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const other = "5e2211c17a3e5a48f5497de4"
		atlas := newAtlas(t, emulator.Options{Paces: takesOf(0, time.Minute)})
		for range 6 {
			begin(t, atlas, "Cluster0")
		}
		atlas.AddExportJob(other, "Cluster0", emulator.ExportJob{State: "Queued"})
		if got := atlas.ExportJobs(other, "Cluster0")[0].State; got != "InProgress" {
			t.Errorf("the other project's job is %s", got)
		}
		if got := states(atlas, "Cluster0"); !strings.HasSuffix(got, "InProgress Queued") {
			t.Errorf("jobs %s", got)
		}
	})
}

func TestJobOfADeletedBucketAndSnapshotStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithCluster(t, emulator.Options{})
		snapshot, bucket := exportable(t, atlas)
		id := send(t, atlas, "POST", exportJobsPath, jobBody(snapshot, bucket)).wantStatus(t, 200).object(t)["id"]
		send(t, atlas, "DELETE", bucketsPath+"/"+bucket, "").wantStatus(t, 204)
		send(t, atlas, "DELETE", snapshotsPath+"/"+snapshot, "").wantStatus(t, 204)
		time.Sleep(time.Minute)
		list := send(t, atlas, "GET", exportJobsPath, "").wantStatus(t, 200).object(t)
		job := list["results"].([]any)[0].(map[string]any)
		if job["id"] != id || job["state"] != "Successful" || job["exportBucketId"] != bucket || job["snapshotId"] != snapshot {
			t.Errorf("job %v", job)
		}
	})
}

func TestJobsAreListedInPagesOfTheirCluster(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{})
	var want []string
	for range 3 {
		want = append(want, atlas.AddExportJob(projectID, "Cluster0", emulator.ExportJob{}).ID)
		atlas.AddExportJob(projectID, "Cluster1", emulator.ExportJob{})
	}
	var got []string
	for _, page := range []string{"1", "2"} {
		list := send(t, atlas, "GET", exportJobsPath+"?itemsPerPage=2&pageNum="+page, "").wantStatus(t, 200).object(t)
		if list["totalCount"] != 3.0 {
			t.Errorf("page %s: %v", page, list)
		}
		got = append(got, ids(list)...)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
}

func TestJobIsFoundInItsClusterOnly(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{})
	id := atlas.AddExportJob(projectID, "Cluster1", emulator.ExportJob{}).ID
	send(t, atlas, "GET", exportJobsPath+"/"+id, "").wantError(t, 404, "EXPORT_JOB_NOT_FOUND")
	send(t, atlas, "GET", exportJobsPath+"/"+someID, "").wantError(t, 404, "EXPORT_JOB_NOT_FOUND")
	send(t, atlas, "GET", clustersPath+"/Cluster1/backup/exports/"+id, "").wantStatus(t, 200)
	send(t, atlas, "GET", clustersPath+"/Cluster9/backup/exports", "").wantError(t, 404, "CLUSTER_NOT_FOUND")
	for _, method := range []string{"DELETE", "PATCH"} {
		send(t, atlas, method, clustersPath+"/Cluster1/backup/exports/"+id, "").wantError(t, 405, "METHOD_NOT_ALLOWED")
	}
}

func TestExportJobsNeedTheirRoles(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{})
	wantRoles(t, atlas, "POST "+exportJobsPath, emulator.ProjectBackupExportOperator, emulator.ProjectOwner)
	wantRoles(t, atlas, "GET "+exportJobsPath, emulator.ProjectBackupManager, emulator.ProjectOwner)
	wantRoles(t, atlas, "GET "+exportJobsPath+"/"+someID, emulator.ProjectBackupManager, emulator.ProjectOwner)
}

func TestPrefixHasNamesIfTheScheduleSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithCluster(t, emulator.Options{})
		atlas.SetProjectNames(projectID, emulator.ProjectNames{OrgID: someID, OrgName: "My  Org", ProjectName: "Big Shop"})
		prefix := func() string {
			begin(t, atlas, "Cluster0")
			jobs := atlas.ExportJobs(projectID, "Cluster0")
			return jobs[len(jobs)-1].Prefix
		}
		const rest = "/Cluster0/2000-01-01T0000/946684800"
		if got, want := prefix(), "exported_snapshots/"+someID+"/"+projectID+rest; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		send(t, atlas, "PATCH", schedulePath, `{"useOrgAndGroupNamesInExportPrefix":true}`).wantStatus(t, 200)
		if got, want := prefix(), "exported_snapshots/My__Org/Big_Shop"+rest; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestJobProceedsAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := emulator.Options{StateFile: filepath.Join(t.TempDir(), "state.json"), Paces: takesOf(time.Minute, time.Minute)}
		first := newAtlas(t, opts)
		for range 6 {
			begin(t, first, "Cluster0")
		}
		send(t, first, "GET", exportJobsPath, "").wantStatus(t, 200)
		time.Sleep(150 * time.Second)
		opts.Paces = takesOf(time.Hour, time.Hour) // they keep their own
		second := newAtlas(t, opts)
		for _, atlas := range []*emulator.Atlas{first, second} {
			if got := states(atlas, "Cluster0"); got != "Successful Successful Successful Successful Successful InProgress" {
				t.Errorf("jobs %s", got)
			}
		}
		time.Sleep(time.Minute)
		if got, want := fmt.Sprint(shown(second)), fmt.Sprint(shown(first)); got != want || !strings.Contains(got, "00:03:00") {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

func TestJobThatBeganByItselfKeepsItsIDAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := emulator.Options{StateFile: filepath.Join(t.TempDir(), "state.json")}
		atlas := newAtlasWithCluster(t, opts)
		exportEvery(t, atlas, "daily")
		takeScheduled(t, atlas, "daily")
		time.Sleep(time.Hour)
		seen := ids(send(t, atlas, "GET", exportJobsPath, "").wantStatus(t, 200).object(t))
		again := ids(send(t, newAtlas(t, opts), "GET", exportJobsPath, "").wantStatus(t, 200).object(t))
		if len(seen) != 1 || !slices.Equal(seen, again) {
			t.Errorf("jobs %v, and after a restart %v", seen, again)
		}
	})
}

func TestProgressThatCannotBeKeptIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "dir")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		atlas := newAtlasWithCluster(t, emulator.Options{StateFile: filepath.Join(dir, "state.json")})
		take(t, atlas)
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		send(t, atlas, "GET", snapshotsPath, "").wantStatus(t, 200)
		time.Sleep(time.Hour)
		send(t, atlas, "GET", snapshotsPath, "").wantError(t, 500, "UNEXPECTED_ERROR")
	})
}

func TestUnfinishedObjectOfAStateFileThatSaysNothingMoreStays(t *testing.T) {
	file := writeState(t, `{"clusters":[{"name":"Cluster0","schedule":{}}],
		"snapshots":[{"clusterName":"Cluster0","snapshot":{"id":"`+someID+`","status":"queued"}}],
		"exportJobs":[{"clusterName":"Cluster0","job":{"id":"`+someID+`","state":"InProgress"}},{"clusterName":"Cluster0","job":{"state":"Queued"}}],
		"privateEndpoints":[{"endpoint":{"id":"`+someID+`","status":"DELETING"}}]}`)
	atlas := newAtlas(t, emulator.Options{StateFile: file})
	if got := atlas.Snapshots(projectID, "Cluster0"); len(got) != 1 || got[0].Status != "queued" {
		t.Errorf("snapshots %+v", got)
	}
	if got := states(atlas, "Cluster0"); got != "InProgress Queued" {
		t.Errorf("jobs %s", got)
	}
	if got := atlas.PrivateEndpoints(projectID); len(got) != 1 || got[0].Status != "DELETING" {
		t.Errorf("endpoints %+v", got)
	}
}

// shown returns the jobs of Cluster0 as a text.
func shown(atlas *emulator.Atlas) (shown []string) {
	for _, job := range atlas.ExportJobs(projectID, "Cluster0") {
		shown = append(shown, fmt.Sprint(job.ID, job.State, job.FinishedAt, *job.ExportStatus))
	}
	return shown
}

func TestAddedJobHasWhatItIsGiven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithCluster(t, emulator.Options{Paces: takesOf(time.Minute, time.Minute)})
		given := emulator.ExportJob{
			ID: someID, ExportBucketID: roleID, SnapshotID: projectID, CustomData: []emulator.CustomData{{Key: "a", Value: "b"}},
			CreatedAt: time.Date(1999, 1, 2, 3, 4, 5, 0, time.UTC), FinishedAt: time.Date(1999, 1, 2, 3, 4, 6, 0, time.UTC), Prefix: "somewhere",
			State: "Failed", StateReason: &emulator.StateReason{ErrorCode: "X", Message: "y"}, ExportStatus: &emulator.ExportStatus{ExportedCollections: 1, TotalCollections: 9},
		}
		if got := atlas.AddExportJob(projectID, "Cluster0", given); fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", given) {
			t.Errorf("got  %+v\nwant %+v", got, given)
		}
		atlas.AddExportJob(projectID, "Cluster0", emulator.ExportJob{ID: someID, State: "InProgress"}) // replaces it
		if got := states(atlas, "Cluster0"); got != "InProgress" {
			t.Errorf("jobs %s", got)
		}
		time.Sleep(time.Minute)
		if got := states(atlas, "Cluster0"); got != "Successful" {
			t.Errorf("jobs %s", got)
		}
	})
}

func TestOldestFinishedJobsAreForgotten(t *testing.T) {
	const maxKept = 5000
	atlas := newAtlasWithCluster(t, emulator.Options{Paces: takesOf(time.Hour, time.Hour)})
	running := begin(t, atlas, "Cluster0")
	for range maxKept + 10 {
		atlas.AddExportJob(projectID, "Cluster0", emulator.ExportJob{})
	}
	if got := atlas.ExportJobs(projectID, "Cluster0"); len(got) != maxKept || got[0].ID != running {
		t.Errorf("%d jobs, the first is %+v", len(got), got[0])
	}
}

func TestNewListsCanBeEndless(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{})
	for _, path := range []string{snapshotsPath, shardedSnapshotsPath, exportJobsPath, endpointsPath} {
		addFaults(t, atlas, emulator.Fault{List: emulator.Endless, After: true, Times: 2})
		seen := map[string]bool{}
		for range 2 {
			list := send(t, atlas, "GET", path, "").wantStatus(t, 200).object(t)
			for _, id := range ids(list) {
				seen[id] = true
			}
		}
		if len(seen) != 100 {
			t.Errorf("%s: %d items of two pages, want 100", path, len(seen))
		}
	}
}
