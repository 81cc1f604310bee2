package emulator_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	snapshotsPath        = clustersPath + "/Cluster0/backup/snapshots"
	shardedSnapshotsPath = snapshotsPath + "/shardedClusters"
	shardedSnapshotPath  = snapshotsPath + "/shardedCluster"
)

// newAtlasWithCluster returns an Atlas with Cluster0, a replica set.
func newAtlasWithCluster(t *testing.T, opts emulator.Options) *emulator.Atlas {
	t.Helper()
	atlas := newAtlas(t, opts)
	atlas.AddCluster(projectID, "Cluster0")
	return atlas
}

// takesOf returns paces with which every object is queued, and then in progress, that long.
func takesOf(queued, inProgress time.Duration) *emulator.Paces {
	pace := emulator.Pace{Queued: queued, InProgress: inProgress}
	return &emulator.Paces{Snapshots: pace, ExportJobs: pace, PrivateEndpoints: pace}
}

// setPaces sets the paces of takesOf, and what edit makes of them.
func setPaces(t *testing.T, atlas *emulator.Atlas, paces *emulator.Paces, edit func(*emulator.Paces)) {
	t.Helper()
	changed := *paces
	edit(&changed)
	if err := atlas.SetPaces(changed); err != nil {
		t.Fatal(err)
	}
}

// take takes a snapshot on demand and returns its id.
func take(t *testing.T, atlas *emulator.Atlas) string {
	t.Helper()
	return send(t, atlas, "POST", snapshotsPath, `{}`).wantStatus(t, 200).object(t)["id"].(string)
}

// snapshotOf returns what every snapshot on demand of Cluster0 has, and more.
func snapshotOf(id, more string) string {
	return fmt.Sprintf(`{"id":%q,"snapshotType":"onDemand","frequencyType":"ondemand","type":"replicaSet","mongodVersion":"8.0.12",
		"replicaSetName":"Cluster0","copyRegions":[],"policyItems":[],%s,
		"links":[{"rel":"self","href":"http://example.com%s/%s"},{"rel":"https://cloud.mongodb.com/cluster","href":"http://example.com%s/Cluster0"}]}`,
		id, more, snapshotsPath, id, clustersPath)
}

func TestSnapshotOnDemandGoesThroughItsStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithCluster(t, emulator.Options{Paces: takesOf(time.Minute, 9*time.Minute)})
		posted := send(t, atlas, "POST", snapshotsPath, `{"description":"before the move","retentionInDays":3}`).wantStatus(t, 200)
		id := posted.object(t)["id"].(string)
		got := func() answer { return send(t, atlas, "GET", snapshotsPath+"/"+id, "").wantStatus(t, 200) }

		const description = `"description":"before the move",`
		queued := snapshotOf(id, description+`"status":"queued","storageSizeBytes":0,"expiresAt":"2000-01-04T00:00:00Z"`)
		posted.wantObject(t, queued)
		time.Sleep(time.Minute - 1)
		got().wantObject(t, queued)
		time.Sleep(time.Nanosecond)
		inProgress := snapshotOf(id, description+`"status":"inProgress","storageSizeBytes":0,"expiresAt":"2000-01-04T00:00:00Z"`)
		got().wantObject(t, inProgress)
		time.Sleep(9*time.Minute - 1)
		got().wantObject(t, inProgress)
		time.Sleep(time.Nanosecond)
		got().wantObject(t, snapshotOf(id, description+`"status":"completed","storageSizeBytes":16777216,"cloudProvider":"AWS",
			"createdAt":"2000-01-01T00:01:00Z","expiresAt":"2000-01-04T00:01:00Z"`))
	})
}

func TestSnapshotIsQueuedInTheAnswerToPOSTHoweverFastItIs(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{Paces: &emulator.Paces{}})
	posted := send(t, atlas, "POST", snapshotsPath, `{}`).wantStatus(t, 200).object(t)
	got := send(t, atlas, "GET", snapshotsPath+"/"+posted["id"].(string), "").object(t)
	if posted["status"] != "queued" || got["status"] != "completed" {
		t.Errorf("posted %v, then %v", posted, got)
	}
}

func TestSnapshotFailsIfThePaceSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithCluster(t, emulator.Options{})
		setPaces(t, atlas, takesOf(0, time.Second), func(p *emulator.Paces) { p.Snapshots.Outcome = "failed" })
		id := take(t, atlas)
		time.Sleep(time.Second)
		send(t, atlas, "GET", snapshotsPath+"/"+id, "").wantObject(t,
			snapshotOf(id, `"status":"failed","storageSizeBytes":0,"expiresAt":"2000-01-08T00:00:00Z"`))
	})
}

func TestOneSnapshotOnDemandAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithCluster(t, emulator.Options{Paces: takesOf(time.Minute, time.Minute)})
		atlas.AddCluster(projectID, "Cluster1")
		take(t, atlas)
		for _, wait := range []time.Duration{0, time.Minute, time.Minute - 1} {
			time.Sleep(wait)
			body := send(t, atlas, "POST", snapshotsPath, `{}`).wantError(t, 400, "UNFINISHED_ON_DEMAND_SNAPSHOT")
			if body["detail"] != "Another on-demand snapshot is queued or in progress." {
				t.Errorf("detail %q", body["detail"])
			}
		}
		send(t, atlas, "POST", clustersPath+"/Cluster1/backup/snapshots", `{}`).wantStatus(t, 200)
		time.Sleep(time.Nanosecond)
		take(t, atlas)
	})
}

func TestScheduledSnapshotIsNotInTheWayOfOneOnDemand(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{Paces: takesOf(time.Hour, time.Hour)})
	takeScheduled(t, atlas, "daily")
	take(t, atlas)
	takeScheduled(t, atlas, "hourly")
}

func TestBadSnapshotIsRefused(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{})
	for body, code := range map[string]string{
		`[`:                                 "INVALID_JSON",
		`{"description":7}`:                 "INVALID_JSON_ATTRIBUTE",
		`{"retentionInDays":"7"}`:           "INVALID_JSON_ATTRIBUTE",
		`{"retentionInDays":0}`:             "VALIDATION_ERROR",
		`{"retentionInDays":999999999}`:     "VALIDATION_ERROR",
		`{"description":"x","colour":true}`: "INVALID_ATTRIBUTE",
	} {
		send(t, atlas, "POST", snapshotsPath, body).wantError(t, 400, code)
	}
	if got := atlas.Snapshots(projectID, "Cluster0"); len(got) != 0 {
		t.Errorf("snapshots %v", got)
	}
}

func TestSnapshotsAreListedInPagesOfTheirCluster(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{})
	var want []string
	for range 3 {
		want = append(want, atlas.AddSnapshot(projectID, "Cluster0", emulator.Snapshot{}).ID)
		atlas.AddSnapshot(projectID, "Cluster1", emulator.Snapshot{})
	}
	var got []string
	for _, page := range []string{"1", "2"} {
		list := send(t, atlas, "GET", snapshotsPath+"?itemsPerPage=2&pageNum="+page, "").wantStatus(t, 200).object(t)
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

// ids returns those of the items of a list.
func ids(list map[string]any) []string {
	var ids []string
	for _, item := range list["results"].([]any) {
		ids = append(ids, item.(map[string]any)["id"].(string))
	}
	return ids
}

func TestDeletedSnapshotIsGone(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{})
	deleted, kept := atlas.AddSnapshot(projectID, "Cluster0", emulator.Snapshot{}).ID, atlas.AddSnapshot(projectID, "Cluster0", emulator.Snapshot{}).ID
	if got := send(t, atlas, "DELETE", snapshotsPath+"/"+deleted, "").wantStatus(t, 204).text; got != "" {
		t.Errorf("DELETE answers %q", got)
	}
	for _, method := range []string{"GET", "DELETE"} {
		body := send(t, atlas, method, snapshotsPath+"/"+deleted, "").wantError(t, 404, "SNAPSHOT_NOT_FOUND")
		if want := "No snapshot with ID " + deleted + " exists for cluster Cluster0."; body["detail"] != want {
			t.Errorf("detail %q, want %q", body["detail"], want)
		}
	}
	if got := atlas.Snapshots(projectID, "Cluster0"); len(got) != 1 || got[0].ID != kept {
		t.Errorf("snapshots %v, want %s", got, kept)
	}
}

func TestSnapshotIsFoundInItsClusterOnly(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{})
	id := atlas.AddSnapshot(projectID, "Cluster1", emulator.Snapshot{}).ID
	send(t, atlas, "GET", snapshotsPath+"/"+id, "").wantError(t, 404, "SNAPSHOT_NOT_FOUND")
	send(t, atlas, "DELETE", snapshotsPath+"/"+id, "").wantError(t, 404, "SNAPSHOT_NOT_FOUND")
	send(t, atlas, "GET", clustersPath+"/Cluster9/backup/snapshots/"+id, "").wantError(t, 404, "CLUSTER_NOT_FOUND")
}

func TestExpiredSnapshotIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithCluster(t, emulator.Options{})
		short := atlas.AddSnapshot(projectID, "Cluster0", emulator.Snapshot{FrequencyType: "hourly"}).ID
		long := atlas.AddSnapshot(projectID, "Cluster0", emulator.Snapshot{FrequencyType: "weekly"}).ID
		time.Sleep(7*24*time.Hour - 1)
		send(t, atlas, "GET", snapshotsPath+"/"+short, "").wantStatus(t, 200)
		time.Sleep(time.Nanosecond)
		send(t, atlas, "GET", snapshotsPath+"/"+short, "").wantError(t, 404, "SNAPSHOT_NOT_FOUND")
		send(t, atlas, "GET", snapshotsPath+"/"+long, "").wantStatus(t, 200)
	})
}

func TestSnapshotsOfShardedClustersHaveTheirOwnPaths(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithCluster(t, emulator.Options{Paces: takesOf(0, time.Minute)})
		atlas.PutCluster(projectID, emulator.Cluster{Name: "Cluster0", ClusterType: emulator.Sharded, Shards: 2})
		id := take(t, atlas)
		got := send(t, atlas, "GET", shardedSnapshotPath+"/"+id, "").wantStatus(t, 200).object(t)
		members := func(more string) string {
			var members, ids []string
			for i, member := range got["members"].([]any) {
				memberID := member.(map[string]any)["id"].(string)
				members = append(members, fmt.Sprintf(`{"id":%q,"replicaSetName":"Cluster0-shard-%d"%s}`, memberID, i, more))
				ids = append(ids, `"`+memberID+`"`)
			}
			return `"members":[` + strings.Join(members, ",") + `],"snapshotIds":[` + strings.Join(ids, ",") + `]`
		}
		common := `{"id":"` + id + `","snapshotType":"onDemand","frequencyType":"ondemand","type":"shardedCluster","mongodVersion":"8.0.12",
			"copyRegions":[],"policyItems":[],"links":[{"rel":"self","href":"http://example.com` + shardedSnapshotPath + "/" + id + `"},
			{"rel":"https://cloud.mongodb.com/cluster","href":"http://example.com` + clustersPath + `/Cluster0"}],"expiresAt":"2000-01-08T00:00:00Z",`
		send(t, atlas, "GET", shardedSnapshotPath+"/"+id, "").wantObject(t,
			common+`"status":"inProgress","storageSizeBytes":0,`+members("")+`}`)
		time.Sleep(time.Minute)
		completed := common + `"status":"completed","storageSizeBytes":16777216,"cloudProvider":"AWS","createdAt":"2000-01-01T00:00:00Z",` +
			members(`,"cloudProvider":"AWS"`) + `}`
		send(t, atlas, "GET", shardedSnapshotPath+"/"+id, "").wantObject(t, completed)
		send(t, atlas, "GET", shardedSnapshotsPath+"?itemsPerPage=0", "").wantStatus(t, 200).wantObject(t,
			`{"links":[{"rel":"self","href":"http://example.com`+shardedSnapshotsPath+`"}],"results":[`+completed+`],"totalCount":1}`)

		send(t, atlas, "GET", snapshotsPath+"/"+id, "").wantError(t, 404, "SNAPSHOT_NOT_FOUND")
		if list := send(t, atlas, "GET", snapshotsPath, "").object(t); list["totalCount"] != 0.0 {
			t.Errorf("%v is in the list of replica sets", list)
		}
		replicaSet := atlas.AddSnapshot(projectID, "Cluster1", emulator.Snapshot{}).ID
		send(t, atlas, "GET", clustersPath+"/Cluster1/backup/snapshots/shardedCluster/"+replicaSet, "").wantError(t, 404, "SNAPSHOT_NOT_FOUND")
		send(t, atlas, "DELETE", snapshotsPath+"/"+id, "").wantStatus(t, 204)
		send(t, atlas, "GET", shardedSnapshotPath+"/"+id, "").wantError(t, 404, "SNAPSHOT_NOT_FOUND")
	})
}

func TestFlexClusterHasNoSnapshotsAndNoExports(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{})
	atlas.PutCluster(projectID, emulator.Cluster{Name: "Cluster0", ClusterType: emulator.Flex})
	for _, call := range []string{
		"POST " + snapshotsPath, "GET " + snapshotsPath, "GET " + snapshotsPath + "/" + someID, "DELETE " + snapshotsPath + "/" + someID,
		"GET " + shardedSnapshotsPath, "GET " + shardedSnapshotPath + "/" + someID,
		"POST " + exportJobsPath, "GET " + exportJobsPath, "GET " + exportJobsPath + "/" + someID,
	} {
		method, path, _ := strings.Cut(call, " ")
		body := send(t, atlas, method, path, `{}`).wantError(t, 400, "CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API")
		if parameters := body["parameters"].([]any); len(parameters) != 1 || parameters[0] != "Cluster0" {
			t.Errorf("%s: parameters %v", call, parameters)
		}
	}
}

// wantRoles fails the test unless a call is allowed for exactly some roles.
func wantRoles(t *testing.T, atlas *emulator.Atlas, call string, want ...emulator.Role) {
	t.Helper()
	method, path, _ := strings.Cut(call, " ")
	for _, role := range []emulator.Role{
		emulator.ProjectReadOnly, emulator.ProjectBackupManager, emulator.ProjectBackupCreator, emulator.ProjectBackupExportOperator, emulator.ProjectOwner,
	} {
		token := "token of " + string(role)
		atlas.AddAccessToken(token, map[string][]emulator.Role{projectID: {role}})
		got := send(t, atlas, method, path, `[`, withHeader("Authorization", "Bearer "+token)) // nothing is made
		if refused := got.status == 401; refused == slices.Contains(want, role) {
			t.Errorf("%s as %s: %d %s", call, role, got.status, got.text)
		}
	}
}

func TestSnapshotsNeedTheirRoles(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{})
	wantRoles(t, atlas, "POST "+snapshotsPath, emulator.ProjectBackupCreator, emulator.ProjectOwner)
	for _, path := range []string{snapshotsPath, snapshotsPath + "/" + someID, shardedSnapshotsPath, shardedSnapshotPath + "/" + someID} {
		wantRoles(t, atlas, "GET "+path, emulator.ProjectReadOnly, emulator.ProjectBackupManager, emulator.ProjectOwner)
	}
	wantRoles(t, atlas, "DELETE "+snapshotsPath+"/"+someID, emulator.ProjectBackupManager, emulator.ProjectOwner)
}

func TestSnapshotProceedsAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := emulator.Options{StateFile: filepath.Join(t.TempDir(), "state.json"), Paces: takesOf(time.Minute, time.Minute)}
		first := newAtlasWithCluster(t, opts)
		id := take(t, first)
		time.Sleep(90 * time.Second)
		opts.Paces = takesOf(time.Hour, time.Hour) // it keeps its own
		second := newAtlas(t, opts)
		if got := send(t, second, "GET", snapshotsPath+"/"+id, "").object(t); got["status"] != "inProgress" {
			t.Errorf("after the restart %v", got)
		}
		time.Sleep(30 * time.Second)
		if got := send(t, second, "GET", snapshotsPath+"/"+id, "").object(t); got["status"] != "completed" || got["createdAt"] != "2000-01-01T00:01:00Z" {
			t.Errorf("at the end %v", got)
		}
	})
}

func TestAddedSnapshotHasWhatItIsGiven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithCluster(t, emulator.Options{Paces: takesOf(time.Minute, time.Minute)})
		given := emulator.Snapshot{
			ID: someID, Status: "completed", SnapshotType: "fallback", FrequencyType: "yearly", Type: "replicaSet", Description: "old",
			CreatedAt: time.Date(1999, 1, 2, 3, 4, 5, 0, time.UTC), ExpiresAt: time.Date(2000, 2, 1, 0, 0, 0, 0, time.UTC),
			StorageSizeBytes: 5, MongodVersion: "7.0.1", CloudProvider: "GCP", ReplicaSetName: "rs", CopyRegions: []string{"US_EAST_1"}, PolicyItems: []string{someID},
		}
		if got := atlas.AddSnapshot(projectID, "Cluster0", given); fmt.Sprint(got) != fmt.Sprint(given) {
			t.Errorf("got  %+v\nwant %+v", got, given)
		}
		given.Status = "inProgress"
		given.CreatedAt = time.Time{}
		atlas.AddSnapshot(projectID, "Cluster0", given) // replaces it
		if got := atlas.Snapshots(projectID, "Cluster0"); len(got) != 1 || got[0].Status != "inProgress" {
			t.Errorf("snapshots %+v", got)
		}
		time.Sleep(time.Minute)
		if got := atlas.Snapshots(projectID, "Cluster0"); got[0].Status != "completed" || got[0].CreatedAt.IsZero() {
			t.Errorf("snapshots %+v", got)
		}
	})
}

func TestOldestFinishedSnapshotsAreForgotten(t *testing.T) {
	const maxKept = 5000
	atlas := newAtlasWithCluster(t, emulator.Options{Paces: takesOf(time.Hour, time.Hour)})
	running := take(t, atlas)
	var added []string
	for range maxKept + 10 {
		added = append(added, atlas.AddSnapshot(projectID, "Cluster0", emulator.Snapshot{}).ID)
	}
	got := atlas.Snapshots(projectID, "Cluster0")
	if len(got) != maxKept || got[0].ID != running || got[1].ID != added[11] || got[maxKept-1].ID != added[maxKept+9] {
		t.Errorf("%d snapshots, from %s and %s on", len(got), got[0].ID, got[1].ID)
	}
}
