package emulator_test

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const clustersPath = "/api/atlas/v2/groups/" + projectID + "/clusters"

// clusterNames returns the names in a list of clusters.
func clusterNames(list map[string]any) []string {
	var names []string
	for _, result := range list["results"].([]any) {
		names = append(names, result.(map[string]any)["name"].(string))
	}
	return names
}

func TestClustersAreListedInPages(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, name := range []string{"Cluster0", "Cluster1", "Cluster1", "Cluster2"} {
		atlas.AddCluster(projectID, name)
	}
	var names []string
	for _, tc := range []struct {
		query string
		links map[string]string
	}{
		{"?itemsPerPage=2", map[string]string{
			"self": "includeDeletedWithRetainedBackups=false&includeCount=true&pageNum=1&itemsPerPage=2",
			"next": "includeDeletedWithRetainedBackups=false&includeCount=true&itemsPerPage=2&pageNum=2",
		}},
		{"?itemsPerPage=2&pageNum=2&includeDeletedWithRetainedBackups=true", map[string]string{
			"self":     "includeDeletedWithRetainedBackups=true&includeCount=true&pageNum=2&itemsPerPage=2",
			"previous": "includeDeletedWithRetainedBackups=true&includeCount=true&itemsPerPage=2&pageNum=1",
		}},
	} {
		list := send(t, atlas, "GET", clustersPath+tc.query, "").wantStatus(t, 200).object(t)
		got := links(list)
		for rel, query := range tc.links {
			if want := "http://example.com" + clustersPath + "?" + query; got[rel] != want || len(got) != len(tc.links) {
				t.Errorf("%s: the links are %v, want %s for %s", tc.query, got, want, rel)
			}
		}
		if list["totalCount"] != 3.0 {
			t.Errorf("totalCount %v, want 3", list["totalCount"])
		}
		names = append(names, clusterNames(list)...)
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"Cluster0", "Cluster1", "Cluster2"}) {
		t.Errorf("the pages have %v", names)
	}
}

func TestClusterIsShownAsItWasPut(t *testing.T) {
	for _, tc := range []struct {
		put        emulator.Cluster
		want       map[string]any
		cloud, at  string
		shards     int
		zones      int
		apiVersion string
	}{
		{
			emulator.Cluster{},
			map[string]any{"clusterType": "REPLICASET", "stateName": "IDLE", "paused": false, "backupEnabled": true}, "AWS", "US_EAST_1", 1, 1, "2024-08-05",
		},
		{
			emulator.Cluster{ClusterType: emulator.Sharded, ProviderName: "GCP", RegionName: "CENTRAL_US", Paused: true},
			map[string]any{"clusterType": "SHARDED", "stateName": "IDLE", "paused": true, "backupEnabled": true}, "GCP", "CENTRAL_US", 2, 1, "2023-02-01",
		},
		{
			emulator.Cluster{ClusterType: emulator.GeoSharded, ProviderName: "AZURE", RegionName: "EUROPE_WEST", StateName: "DELETING", BackupDisabled: true},
			map[string]any{"clusterType": "GEOSHARDED", "stateName": "DELETING", "paused": false, "backupEnabled": false}, "AZURE", "EUROPE_WEST", 2, 2, "2023-01-01",
		},
	} {
		synctest.Test(t, func(t *testing.T) { // versions end at a date
			file := filepath.Join(t.TempDir(), "state.json")
			atlas := newAtlas(t, emulator.Options{StateFile: file})
			tc.put.Name = "Cluster0"
			atlas.PutCluster(projectID, tc.put)
			atlas = newAtlas(t, emulator.Options{StateFile: file})
			version := withHeader("Accept", "application/vnd.atlas."+tc.apiVersion+"+json")
			got := send(t, atlas, "GET", clustersPath+"/Cluster0", "", version).wantStatus(t, 200)
			object := got.object(t)
			for name, value := range tc.want {
				if object[name] != value {
					t.Errorf("%s is %v, want %v", name, object[name], value)
				}
			}
			if self := links(object)["self"]; self != "http://example.com"+clustersPath+"/Cluster0" || object["groupId"] != projectID || object["name"] != "Cluster0" {
				t.Errorf("the cluster is %v", object)
			}
			specs, zones := object["replicationSpecs"].([]any), map[any]bool{}
			for _, spec := range specs {
				spec := spec.(map[string]any)
				region := spec["regionConfigs"].([]any)[0].(map[string]any)
				if region["providerName"] != tc.cloud || region["regionName"] != tc.at {
					t.Errorf("the cluster is in %v", region)
				}
				zones[spec["zoneId"]] = true
			}
			if len(specs) != tc.shards || len(zones) != tc.zones {
				t.Errorf("%d shards in %d zones, want %d in %d", len(specs), len(zones), tc.shards, tc.zones)
			}
			list := send(t, atlas, "GET", clustersPath, "", version).wantStatus(t, 200).object(t)
			if item, err := json.Marshal(list["results"].([]any)[0]); err != nil {
				t.Error(err)
			} else {
				got.wantObject(t, string(item))
			}
		})
	}
}

func TestClusterThatIsPutAgainKeepsItsSchedule(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	atlas.SetAutoExport(projectID, "Cluster0", someID)
	atlas.PutCluster(projectID, emulator.Cluster{Name: "Cluster0", Paused: true})
	atlas.AddCluster(projectID, "Cluster0")
	object := send(t, atlas, "GET", clustersPath+"/Cluster0", "").wantStatus(t, 200).object(t)
	if to := atlas.AutoExport(projectID, "Cluster0"); to != someID || object["paused"] != true {
		t.Errorf("it exports to %q, and is %v", to, object)
	}
}

func TestUnknownClusterIsNotFound(t *testing.T) {
	body := send(t, newAtlas(t, emulator.Options{}), "GET", clustersPath+"/Cluster0", "").wantError(t, 404, "CLUSTER_NOT_FOUND")
	if want := "No cluster named Cluster0 exists in group " + projectID + "."; body["detail"] != want {
		t.Errorf("detail %q, want %q", body["detail"], want)
	}
}

func TestFlexClusterIsRefused(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	atlas.PutCluster(projectID, emulator.Cluster{Name: "Cluster0", ClusterType: emulator.Flex})
	atlas.AddCluster(projectID, "Cluster1")
	for _, call := range [][2]string{{"GET", clustersPath + "/Cluster0"}, {"GET", schedulePath}, {"PATCH", schedulePath}} {
		body := send(t, atlas, call[0], call[1], `{"autoExportEnabled":false}`).wantError(t, 400, "CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API")
		if parameters := body["parameters"].([]any); len(parameters) != 1 || parameters[0] != "Cluster0" {
			t.Errorf("%s %s: parameters %v, want the name", call[0], call[1], parameters)
		}
	}
	if names := clusterNames(send(t, atlas, "GET", clustersPath, "").wantStatus(t, 200).object(t)); !slices.Equal(names, []string{"Cluster1"}) {
		t.Errorf("the list has %v", names)
	}
}

func TestPausedClusterIsReadAndNotChanged(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	atlas.PutCluster(projectID, emulator.Cluster{Name: "Cluster0", Paused: true})
	send(t, atlas, "GET", clustersPath+"/Cluster0", "").wantStatus(t, 200)
	before := send(t, atlas, "GET", schedulePath, "").wantStatus(t, 200)
	send(t, atlas, "PATCH", schedulePath, `{"useOrgAndGroupNamesInExportPrefix":true}`).wantError(t, 409, "CANNOT_UPDATE_PAUSED_CLUSTER")
	send(t, atlas, "GET", schedulePath, "").wantObject(t, before.text)
}

func TestEachClusterHasAnIDOfItsOwn(t *testing.T) {
	const otherProject = "5e2211c17a3e5a48f5497de4"
	atlas := newAtlas(t, emulator.Options{})
	atlas.AddAccessToken(ownerToken, map[string][]emulator.Role{projectID: {emulator.ProjectOwner}, otherProject: {emulator.ProjectOwner}})
	seen := map[any]bool{}
	for _, project := range []string{projectID, otherProject} {
		for _, name := range []string{"Cluster0", "Cluster1"} {
			atlas.AddCluster(project, name)
			path := "/api/atlas/v2/groups/" + project + "/clusters/" + name + "/backup/schedule"
			schedule := send(t, atlas, "GET", path, "").wantStatus(t, 200).object(t)
			id, _ := schedule["clusterId"].(string)
			if !regexp.MustCompile(`^[a-f0-9]{24}$`).MatchString(id) || seen[id] || schedule["clusterName"] != name {
				t.Errorf("%s has %v", name, schedule)
			}
			seen[id] = true
		}
	}
}

func TestARemovedClusterIsGoneWithItsSchedule(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, name := range []string{"Cluster0", "Cluster1", "Cluster2"} {
		atlas.SetAutoExport(projectID, name, "65b2f1d09b3d0e4c5a6f7081")
	}
	atlas.RemoveCluster(projectID, "Cluster1")
	atlas.RemoveCluster(projectID, "Cluster3")
	atlas.RemoveCluster("32b6e34b3d91647abb20e7b9", "Cluster0")
	if names := slices.Sorted(slices.Values(clusterNames(send(t, atlas, "GET", clustersPath, "").wantStatus(t, 200).object(t)))); !slices.Equal(names, []string{"Cluster0", "Cluster2"}) {
		t.Errorf("the clusters are %v", names)
	}
	send(t, atlas, "GET", clustersPath+"/Cluster1/backup/schedule", "").wantError(t, 404, "CLUSTER_NOT_FOUND")
	if bucket := atlas.AutoExport(projectID, "Cluster1"); bucket != "" {
		t.Errorf("it exports to %s", bucket)
	}
	atlas.AddCluster(projectID, "Cluster1")
	if bucket := atlas.AutoExport(projectID, "Cluster1"); bucket != "" {
		t.Errorf("added again, it exports to %s", bucket)
	}
}
