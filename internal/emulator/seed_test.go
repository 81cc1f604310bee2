package emulator_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// The seed of the docstring of Seed, and a cluster with shards.
const wholeSeed = `{"projects": [{
  "id": "` + projectID + `", "projectName": "Shop", "orgId": "64c0ffee00000000000000e1", "orgName": "ACME",
  "accessRoles": [{"id": "64c0ffee00000000000000aa", "cloudProvider": "AWS", "authorizedDate": "-720h"}],
  "exportBuckets": [{
    "_id": "64c0ffee00000000000000bb", "cloudProvider": "AWS", "bucketName": "my-snapshots", "iamRoleId": "64c0ffee00000000000000aa"}],
  "privateEndpoints": [{"id": "64c0ffee00000000000000cc", "regionName": "US_EAST_1", "status": "ACTIVE"}],
  "clusters": [{
    "name": "Cluster0", "clusterType": "REPLICASET", "providerName": "AWS", "regionName": "US_EAST_1", "collections": 1,
    "autoExport": {"exportBucketId": "64c0ffee00000000000000bb", "frequencyType": "monthly"},
    "snapshots": [{"id": "64c0ffee00000000000000ee", "frequencyType": "monthly", "createdAt": "-48h"}],
    "exportJobs": [{"id": "64c0ffee00000000000000f1",
      "snapshotId": "64c0ffee00000000000000ee", "exportBucketId": "64c0ffee00000000000000bb", "createdAt": "-47h", "finishedAt": "1999-12-30T02:00:00Z"}]
  }, {"name": "Cluster1", "clusterType": "SHARDED", "shards": 3, "providerName": "GCP", "snapshots": [{"id": "64c0ffee00000000000000ef", "status": "inProgress"}]}]
}]}`

func TestSeedAddsWhatItDescribes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := emulator.Options{StateFile: filepath.Join(t.TempDir(), "state.json"), Paces: takesOf(time.Minute, time.Minute)}
		seeded, err := emulator.New(opts)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second one replaces all
			if err := seeded.Seed([]byte(wholeSeed)); err != nil {
				t.Fatal(err)
			}
		}
		for _, atlas := range []*emulator.Atlas{seeded, newAtlas(t, opts)} {
			atlas.AddAccessToken(ownerToken, owner())
			role := send(t, atlas, "GET", rolesPath, "").object(t)["awsIamRoles"].([]any)
			if len(role) != 1 || role[0].(map[string]any)["authorizedDate"] != "1999-12-02T00:00:00Z" {
				t.Errorf("roles %v", role)
			}
			if got := atlas.ExportBuckets(projectID); len(got) != 1 || got[0].BucketName != "my-snapshots" {
				t.Errorf("buckets %v", got)
			}
			if got := atlas.PrivateEndpoints(projectID); len(got) != 1 || got[0].Status != "ACTIVE" {
				t.Errorf("endpoints %v", got)
			}
			schedule := send(t, atlas, "GET", schedulePath, "").wantStatus(t, 200).object(t)
			if schedule["autoExportEnabled"] != true || fmt.Sprint(schedule["export"]) != "map[exportBucketId:64c0ffee00000000000000bb frequencyType:monthly]" {
				t.Errorf("schedule %v", schedule)
			}
			snapshots := atlas.Snapshots(projectID, "Cluster0")
			if len(snapshots) != 1 || snapshots[0].Status != "completed" || snapshots[0].SnapshotType != "scheduled" ||
				snapshots[0].CreatedAt.Format(time.DateTime) != "1999-12-30 00:00:00" || snapshots[0].ExpiresAt.Format(time.DateTime) != "2000-12-26 00:00:00" {
				t.Errorf("snapshots %+v", snapshots)
			}
			jobs := atlas.ExportJobs(projectID, "Cluster0")
			if len(jobs) != 1 || jobs[0].State != "Successful" || jobs[0].FinishedAt.Format(time.DateTime) != "1999-12-30 02:00:00" ||
				jobs[0].Prefix != "exported_snapshots/64c0ffee00000000000000e1/"+projectID+"/Cluster0/1999-12-30T0000/946515600" {
				t.Errorf("jobs %+v", jobs)
			}
			if got := atlas.Snapshots(projectID, "Cluster1"); len(got) != 1 || got[0].Status != "inProgress" || len(got[0].Members) != 3 {
				t.Errorf("snapshots of Cluster1 %+v", got)
			}
		}
		time.Sleep(time.Minute)
		if got := seeded.Snapshots(projectID, "Cluster1"); got[0].Status != "completed" {
			t.Errorf("snapshots of Cluster1 %+v", got)
		}
	})
}

func TestSeedAddsToWhatIsThere(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	bucket := create(t, atlas, awsBody)
	atlas.AddSnapshot(projectID, "Cluster0", emulator.Snapshot{})
	atlas.SetProjectNames(projectID, emulator.ProjectNames{OrgName: "Kept"})
	text := `{"projects":[{"id":"` + projectID + `","clusters":[{"name":"Cluster0","collections":7,"snapshots":[{}],"exportJobs":[{"state":"Queued","exportBucketId":"` + bucket + `"}]}]}]}`
	for range 2 {
		if err := atlas.Seed([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if snapshots, jobs := atlas.Snapshots(projectID, "Cluster0"), states(atlas, "Cluster0"); len(snapshots) != 3 || jobs != "Queued Queued" {
		t.Errorf("snapshots %+v, jobs %s", snapshots, jobs)
	}
	if got := atlas.ExportBuckets(projectID); len(got) != 1 {
		t.Errorf("buckets %v", got)
	}
	if err := atlas.SetPaces(emulator.Paces{}); err != nil {
		t.Fatal(err)
	}
	send(t, atlas, "PATCH", schedulePath, `{"useOrgAndGroupNamesInExportPrefix":true}`).wantStatus(t, 200)
	atlas.AddExportJob(projectID, "Cluster0", emulator.ExportJob{ID: someID, State: "InProgress"})
	jobs := atlas.ExportJobs(projectID, "Cluster0")
	if got := jobs[len(jobs)-1]; got.ExportStatus.TotalCollections != 7 || !strings.HasPrefix(got.Prefix, "exported_snapshots/Kept/") {
		t.Errorf("job %+v, %+v", got, got.ExportStatus)
	}
}

func TestSeedMakesFlexClusters(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	if err := atlas.Seed([]byte(`{"projects":[{"id":"` + projectID + `","clusters":[{"name":"Cluster0","clusterType":"FLEX"}]}]}`)); err != nil {
		t.Fatal(err)
	}
	send(t, atlas, "GET", snapshotsPath, "").wantError(t, 400, "CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API")
}

func TestSeededJobWritesItsFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		atlas := newAtlas(t, emulator.Options{ExportsDir: dir})
		seed := strings.Replace(wholeSeed, `{"id": "64c0ffee00000000000000f1",`, `{"id": "64c0ffee00000000000000f1", "state": "Queued",`, 1)
		if err := atlas.Seed([]byte(seed)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute) // nobody asks
		if got := namesIn(t, dir, ""); len(got) != 4 {
			t.Errorf("files %v", got)
		}
	})
}

func TestSeedHasNotTooManyProjects(t *testing.T) {
	var projects []string
	for i := range 5000 {
		projects = append(projects, fmt.Sprintf(`{"id":"%024x"}`, i))
	}
	seed := func(projects []string) error {
		return newAtlas(t, emulator.Options{}).Seed([]byte(`{"projects":[` + strings.Join(projects, ",") + `]}`))
	}
	if err := seed(projects[1:]); err != nil {
		t.Error(err)
	}
	if err := seed(projects); err == nil || err.Error() != "there would be more than 5000 projects" {
		t.Errorf("error %v", err)
	}
}

func TestBadSeedIsRefusedAndChangesNothing(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	project := func(more string) string {
		return `{"projects":[{"id":"` + someID + `"},{"id":"` + projectID + `",` + more + `}]}`
	}
	cluster := func(more string) string { return project(`"clusters":[{"name":"Cluster0",` + more + `}]`) }
	for text, says := range map[string]string{
		``:                                       "the seed cannot be read: EOF",
		`[]`:                                     "the seed cannot be read",
		`{} {}`:                                  "something follows the JSON object",
		`{"projects":[],"colour":"red"}`:         `unknown field "colour"`,
		`{"projects":[{"id":"x"}]}`:              `projects[0]: id "x" is not an id`,
		`{"projects":[{}]}`:                      `projects[0]: id "" is not an id`,
		project(`"orgId":"x"`):                   `projects[1]: orgId "x" is not an id`,
		project(`"orgName":"a/b"`):               `orgName "a/b"`,
		project(`"projectName":"a\u0000b"`):      `projectName "a\x00b" is not a name`,
		project(`"colour":1`):                    `unknown field "colour"`,
		project(`"accessRoles":[{},{"id":"x"}]`): `accessRoles[1]: "x" is not an id`,
		project(`"accessRoles":[{"cloudProvider":"X"}]`):                 `accessRoles[0]: cloudProvider "X" is not one of AWS, AZURE, GCP`,
		project(`"accessRoles":[{"authorizedDate":"soon"}]`):             `"soon" is neither a time such as`,
		project(`"accessRoles":[{"authorizedDate":"48h"}]`):              `"48h" is neither a time such as`,
		project(`"accessRoles":[{"authorizedDate":5}]`):                  "the seed cannot be read",
		project(`"exportBuckets":[{"cloudProvider":"X"}]`):               `exportBuckets[0]: cloudProvider "X"`,
		project(`"exportBuckets":[{"_id":"x"}]`):                         `exportBuckets[0]: "x" is not an id`,
		project(`"exportBuckets":[{"id":"x"}]`):                          `unknown field "id"`,
		project(`"privateEndpoints":[{"regionName":"x"}]`):               `privateEndpoints[0]: regionName "x" or vpcRegionName "" is not a region`,
		project(`"privateEndpoints":[{"status":"x"}]`):                   `status "x" is not one of INITIATING`,
		project(`"clusters":[{"name":"Cluster0"},{"name":"../x"}]`):      `clusters[1]: name "../x" is not that of a cluster`,
		cluster(`"clusterType":"X"`):                                     `clusterType "X" is not REPLICASET`,
		cluster(`"shards":51`):                                           "shards 51 is not between 0 and 50",
		cluster(`"collections":-2`):                                      "collections -2 is not between -1 and 100",
		cluster(`"autoExport":{"frequencyType":"hourly"}`):               `autoExport: frequencyType "hourly" is not one of daily`,
		cluster(`"autoExport":{"exportBucketId":"x"}`):                   `autoExport: "x" is not an id`,
		cluster(`"snapshots":[{"status":"done"}]`):                       `snapshots[0]: status "done" is not one of queued`,
		cluster(`"snapshots":[{"type":"x"}]`):                            `snapshots[0]: type "x"`,
		cluster(`"snapshots":[{"snapshotType":"x"}]`):                    `snapshots[0]: snapshotType "x"`,
		cluster(`"snapshots":[{"frequencyType":"x"}]`):                   `snapshots[0]: frequencyType "x"`,
		cluster(`"snapshots":[{"expiresAt":"x"}]`):                       `"x" is neither a time`,
		cluster(`"exportJobs":[{"state":"queued"}]`):                     `exportJobs[0]: state "queued" is not one of Queued`,
		cluster(`"exportJobs":[{"snapshotId":"x"}]`):                     `exportJobs[0]: "x" is not an id`,
		project(`"accessRoles":[` + strings.Repeat(`{},`, 5000) + `{}]`): "there would be more than 5000 objects of a kind",
	} {
		if err := atlas.Seed([]byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.80s: %v, want %s", text, err, says)
		}
	}
	if list := send(t, atlas, "GET", clustersPath, "").object(t); list["totalCount"] != 0.0 {
		t.Errorf("clusters %v", list)
	}
	atlas.AddAccessToken(ownerToken, map[string][]emulator.Role{someID: {emulator.ProjectOwner}})
	send(t, atlas, "GET", strings.Replace(clustersPath, projectID, someID, 1), "").wantError(t, 404, "GROUP_NOT_FOUND")
}
