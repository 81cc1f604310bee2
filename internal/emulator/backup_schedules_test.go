package emulator_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	schedulePath = clustersPath + "/Cluster0/backup/schedule"

	// newSchedule is the schedule of a new cluster at the begin of a bubble. Its ids are the same in
	// every run.
	newSchedule = `{
		"autoExportEnabled": false,
		"clusterId": "a5a0d1e7e7f5428521472bbc",
		"clusterName": "Cluster0",
		"copyPolicyItemsEnabled": false,
		"copySettings": [],
		"links": [
			{"rel": "self", "href": "http://example.com` + schedulePath + `"},
			{"rel": "https://cloud.mongodb.com/cluster", "href": "http://example.com` + clustersPath + `/Cluster0"}
		],
		"nextSnapshot": "2000-01-01T06:00:00Z",
		"policies": [{"id": "1", "policyItems": [
			{"id": "2", "frequencyType": "hourly", "frequencyInterval": 6, "retentionUnit": "days", "retentionValue": 7},
			{"id": "3", "frequencyType": "daily", "frequencyInterval": 1, "retentionUnit": "days", "retentionValue": 7},
			{"id": "4", "frequencyType": "weekly", "frequencyInterval": 6, "retentionUnit": "weeks", "retentionValue": 4},
			{"id": "5", "frequencyType": "monthly", "frequencyInterval": 40, "retentionUnit": "months", "retentionValue": 12},
			{"id": "6", "frequencyType": "yearly", "frequencyInterval": 12, "retentionUnit": "years", "retentionValue": 1}
		]}],
		"referenceHourOfDay": 0,
		"referenceMinuteOfHour": 0,
		"restoreWindowDays": 7,
		"useOrgAndGroupNamesInExportPrefix": false
	}`
)

func export(bucketID, frequency string) string {
	return fmt.Sprintf(`{"exportBucketId":%q,"frequencyType":%q}`, bucketID, frequency)
}

// schedule returns the schedule of Cluster0.
func schedule(t *testing.T, atlas *emulator.Atlas) map[string]any {
	t.Helper()
	return send(t, atlas, "GET", schedulePath, "").wantStatus(t, 200).object(t)
}

// policyItems returns those of the only policy of a schedule.
func policyItems(t *testing.T, schedule map[string]any) []any {
	t.Helper()
	policies := schedule["policies"].([]any)
	if len(policies) != 1 {
		t.Fatalf("%d policies, want 1", len(policies))
	}
	return policies[0].(map[string]any)["policyItems"].([]any)
}

// takeIDs removes the ids of a schedule's policies and their items, and returns them.
func takeIDs(t *testing.T, schedule map[string]any) []string {
	t.Helper()
	var ids []string
	for _, object := range append(policyItems(t, schedule), schedule["policies"].([]any)...) {
		object := object.(map[string]any)
		id, _ := object["id"].(string)
		ids = append(ids, id)
		delete(object, "id")
	}
	return ids
}

func TestNewClusterHasTheRecordedSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{})
		atlas.AddCluster(projectID, "Cluster0")
		got, want := schedule(t, atlas), answer{text: newSchedule}.object(t)
		ids := takeIDs(t, got)
		takeIDs(t, want)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
		slices.Sort(ids)
		if len(slices.Compact(ids)) != 6 || len(ids[0]) != 24 {
			t.Errorf("the ids are %v", ids)
		}
	})
}

func TestScheduleOfUnknownClusterIsNotFound(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		body := send(t, atlas, method, schedulePath, `{}`).wantError(t, 404, "CLUSTER_NOT_FOUND")
		if want := "No cluster named Cluster0 exists in group " + projectID + "."; body["detail"] != want {
			t.Errorf("detail %q, want %q", body["detail"], want)
		}
	}
}

func TestScheduleUpdateChangesWhatIsSentAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "state.json")
		atlas := newAtlas(t, emulator.Options{StateFile: file})
		atlas.AddCluster(projectID, "Cluster0")
		id := create(t, atlas, awsBody)
		want := schedule(t, atlas)
		for _, tc := range []struct {
			body       string
			changes    string // of the schedule
			removes    string
			autoExport string
		}{
			{body: `{}`},
			{`{"autoExportEnabled":true,"export":` + export(id, "weekly") + `}`, `{"autoExportEnabled":true,"export":` + export(id, "weekly") + `}`, "", id},
			{`{"useOrgAndGroupNamesInExportPrefix":true}`, `{"useOrgAndGroupNamesInExportPrefix":true}`, "", id},
			{`{"autoExportEnabled":true}`, `{}`, "", id},
			{`{"autoExportEnabled":true,"export":` + export(id, "daily") + `}`, `{"export":` + export(id, "daily") + `}`, "", id},
			{`{"autoExportEnabled":false}`, `{"autoExportEnabled":false}`, "export", ""},
			{`{"restoreWindowDays":2,"export":null}`, `{"restoreWindowDays":2}`, "", ""},
			{`{"referenceHourOfDay":5,"referenceMinuteOfHour":30}`, `{"referenceHourOfDay":5,"referenceMinuteOfHour":30,"nextSnapshot":"2000-01-01T05:30:00Z"}`, "", ""},
			{
				`{"copySettings":[{"cloudProvider":"AWS","regionName":"EU_WEST_1","frequencies":["DAILY"],"shouldCopyOplogs":false}]}`,
				`{"copySettings":[{"cloudProvider":"AWS","regionName":"EU_WEST_1","frequencies":["DAILY"],"shouldCopyOplogs":false}]}`, "", "",
			},
			{`{"extraRetentionSettings":[{"frequencyType":"DAILY","retentionDays":3}],"copyPolicyItemsEnabled":true}`,
				`{"extraRetentionSettings":[{"frequencyType":"DAILY","retentionDays":3}],"copyPolicyItemsEnabled":true}`, "", ""},
			{`{"unknown":{"a":[1]},"restoreWindowDays":3}`, `{"unknown":{"a":[1]},"restoreWindowDays":3}`, "", ""},
			{`{"clusterId":"x","clusterName":"x","links":[],"nextSnapshot":"x"}`, `{}`, "", ""},
			{`{"copySettings":[]}`, `{"copySettings":[]}`, "", ""},
		} {
			if tc.changes != "" {
				maps.Copy(want, answer{text: tc.changes}.object(t))
			}
			delete(want, tc.removes)
			for _, got := range []map[string]any{
				send(t, atlas, "PATCH", schedulePath, tc.body).wantStatus(t, 200).object(t),
				schedule(t, atlas),
				schedule(t, newAtlas(t, emulator.Options{StateFile: file})),
			} {
				if !reflect.DeepEqual(got, want) {
					t.Errorf("after %s\ngot  %v\nwant %v", tc.body, got, want)
				}
			}
			if got := atlas.AutoExport(projectID, "Cluster0"); got != tc.autoExport {
				t.Errorf("after %s auto export goes to %q, want %q", tc.body, got, tc.autoExport)
			}
		}
	})
}

func TestDeprecatedVersionOfTheScheduleExportsToEveryCloud(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // versions end at a date
		atlas := newAtlas(t, emulator.Options{})
		atlas.AddCluster(projectID, "Cluster0")
		id := create(t, atlas, gcpBody)
		send(t, atlas, "PATCH", schedulePath, `{"autoExportEnabled":true,"export":`+export(id, "monthly")+`}`,
			withHeader("Accept", "application/vnd.atlas.2023-01-01+json")).wantStatus(t, 200)
	})
}

func TestPoliciesAreReplacedAndGetIDs(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	atlas.AddCluster(projectID, "Cluster0")
	before := schedule(t, atlas)
	policy := before["policies"].([]any)[0].(map[string]any)["id"].(string)
	daily := policyItems(t, before)[1].(map[string]any)["id"].(string)

	const weekly = `"frequencyType":"weekly","frequencyInterval":3,"retentionUnit":"months","retentionValue":2`
	for _, policyID := range []string{"", `"id":"` + policy + `",`} {
		got := send(t, atlas, "PATCH", schedulePath, `{"policies":[{`+policyID+`"policyItems":[
			{"id":"`+daily+`","frequencyType":"daily","frequencyInterval":1,"retentionUnit":"days","retentionValue":30},{`+weekly+`}]}]}`).wantStatus(t, 200).object(t)
		items := policyItems(t, got)
		id, _ := items[1].(map[string]any)["id"].(string)
		if len(id) != 24 || id == daily {
			t.Fatalf("the new item is %v", items[1])
		}
		want := answer{text: `{"policies":[{"id":"` + policy + `","policyItems":[
			{"id":"` + daily + `","frequencyType":"daily","frequencyInterval":1,"retentionUnit":"days","retentionValue":30},
			{"id":"` + id + `",` + weekly + `}]}]}`}.object(t)["policies"]
		if !reflect.DeepEqual(got["policies"], want) {
			t.Errorf("got  %v\nwant %v", got["policies"], want)
		}
		if after := schedule(t, atlas); !reflect.DeepEqual(after["policies"], want) {
			t.Errorf("after it %v\nwant %v", after["policies"], want)
		}
	}
}

func TestDeleteClearsThePolicyItemsAndNothingElse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	atlas := newAtlas(t, emulator.Options{StateFile: file})
	atlas.AddCluster(projectID, "Cluster0")
	id := create(t, atlas, awsBody)
	send(t, atlas, "PATCH", schedulePath,
		`{"autoExportEnabled":true,"export":`+export(id, "monthly")+`,"useOrgAndGroupNamesInExportPrefix":true,"unknown":1}`).wantStatus(t, 200)
	want := schedule(t, atlas)
	want["policies"].([]any)[0].(map[string]any)["policyItems"] = []any{}
	delete(want, "nextSnapshot")
	for _, got := range []map[string]any{
		send(t, atlas, "DELETE", schedulePath, "").wantStatus(t, 200).object(t),
		schedule(t, atlas),
		schedule(t, newAtlas(t, emulator.Options{StateFile: file})),
		send(t, atlas, "DELETE", schedulePath, "").wantStatus(t, 200).object(t),
	} {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
	}
	send(t, atlas, "DELETE", bucketsPath+"/"+id, "").wantError(t, 400, "EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE")
}

func TestNextSnapshotFollowsTheScheduleAndTheTime(t *testing.T) {
	item := func(frequency string, interval int) string {
		return fmt.Sprintf(`{"frequencyType":%q,"frequencyInterval":%d,"retentionUnit":"days","retentionValue":1}`, frequency, interval)
	}
	for _, tc := range []struct {
		items string
		after time.Duration
		want  any
	}{
		{item("hourly", 6), 0, "2000-01-01T04:15:00Z"},
		{item("hourly", 6), 4*time.Hour + 15*time.Minute, "2000-01-01T10:15:00Z"},
		{item("hourly", 6), 23 * time.Hour, "2000-01-02T04:15:00Z"},
		{item("daily", 1), 0, "2000-01-01T10:15:00Z"},
		{item("daily", 1), 11 * time.Hour, "2000-01-02T10:15:00Z"},
		{item("monthly", 40) + "," + item("hourly", 12), 0, "2000-01-01T10:15:00Z"},
		{"", 0, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			atlas := newAtlas(t, emulator.Options{})
			atlas.AddCluster(projectID, "Cluster0")
			send(t, atlas, "PATCH", schedulePath, `{"referenceHourOfDay":10,"referenceMinuteOfHour":15,"policies":[{"policyItems":[`+tc.items+`]}]}`).wantStatus(t, 200)
			time.Sleep(tc.after)
			if got := schedule(t, atlas)["nextSnapshot"]; got != tc.want {
				t.Errorf("%s after %s: %v, want %v", tc.items, tc.after, got, tc.want)
			}
		})
	}
}

func TestBadScheduleIsRefused(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	atlas.AddCluster(projectID, "Cluster0")
	id := create(t, atlas, awsBody)
	before := schedule(t, atlas)["policies"]
	items := func(item string) string { return `{"policies":[{"policyItems":[` + item + `]}]}` }
	for _, tc := range []struct {
		body   string
		status int
		code   string
	}{
		{`{"export":` + export(id, "monthly") + `}`, 400, "INVALID_BACKUP_POLICY"},
		{`{"autoExportEnabled":false,"export":` + export(id, "monthly") + `}`, 400, "INVALID_BACKUP_POLICY"},
		{`{"autoExportEnabled":true}`, 400, "INVALID_BACKUP_POLICY"},
		{`{"autoExportEnabled":"yes"}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{`{"useOrgAndGroupNamesInExportPrefix":1}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{`{"autoExportEnabled":true,"export":"` + id + `"}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{`{"autoExportEnabled":true,"export":` + export("x", "monthly") + `}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{`{"autoExportEnabled":true,"export":` + export(id, "hourly") + `}`, 400, "INVALID_ENUM_VALUE"},
		{`{"autoExportEnabled":true,"export":{"exportBucketId":"` + id + `"}}`, 400, "MISSING_ATTRIBUTE"},
		{`{"autoExportEnabled":true,"export":{"bucket":"` + id + `"}}`, 400, "INVALID_ATTRIBUTE"},
		{`{"autoExportEnabled":true,"export":` + export(roleID, "monthly") + `}`, 404, "EXPORT_BUCKET_NOT_FOUND"},
		{`{"referenceHourOfDay":24}`, 400, "INVALID_BACKUP_POLICY"},
		{`{"referenceHourOfDay":-1}`, 400, "INVALID_BACKUP_POLICY"},
		{`{"referenceMinuteOfHour":60}`, 400, "INVALID_BACKUP_POLICY"},
		{`{"referenceMinuteOfHour":"5"}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{`{"restoreWindowDays":0}`, 400, "INVALID_BACKUP_POLICY"},
		{`{"copySettings":{}}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{`{"copySettings":["x"]}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{`{"policies":{}}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{`{"policies":[{"id":"x"}]}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{`{"policies":[{"policyItems":5}]}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{items(`{"frequencyType":"daily","frequencyInterval":1,"retentionUnit":"days"}`), 400, "MISSING_ATTRIBUTE"},
		{items(`{"frequencyType":"minutely","frequencyInterval":1,"retentionUnit":"days","retentionValue":1}`), 400, "INVALID_ENUM_VALUE"},
		{items(`{"frequencyType":"daily","frequencyInterval":1,"retentionUnit":"hours","retentionValue":1}`), 400, "INVALID_ENUM_VALUE"},
		{items(`{"frequencyType":"daily","frequencyInterval":0,"retentionUnit":"days","retentionValue":1}`), 400, "INVALID_BACKUP_POLICY"},
		{items(`{"frequencyType":"daily","frequencyInterval":1,"retentionUnit":"days","retentionValue":"7"}`), 400, "INVALID_JSON_ATTRIBUTE"},
		{`[`, 400, "INVALID_JSON"},
	} {
		send(t, atlas, "PATCH", schedulePath, tc.body).wantError(t, tc.status, tc.code)
	}
	after := schedule(t, atlas)
	if !reflect.DeepEqual(after["policies"], before) || after["autoExportEnabled"] != false || after["restoreWindowDays"] != 7.0 || after["export"] != nil {
		t.Errorf("after the refusals the schedule is %v", after)
	}
}

func TestScheduleOfAPausedOrFlexClusterIsNotCleared(t *testing.T) {
	for code, cluster := range map[string]emulator.Cluster{
		"CANNOT_UPDATE_PAUSED_CLUSTER":           {Name: "Cluster0", Paused: true},
		"CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API": {Name: "Cluster0", ClusterType: emulator.Flex},
	} {
		atlas := newAtlas(t, emulator.Options{})
		atlas.PutCluster(projectID, cluster)
		status := map[bool]int{true: 409, false: 400}[cluster.Paused]
		send(t, atlas, "DELETE", schedulePath, "").wantError(t, status, code)
		atlas.AddCluster(projectID, "Cluster0")
		atlas.PutCluster(projectID, emulator.Cluster{Name: "Cluster0", ClusterType: emulator.Sharded})
		if items := policyItems(t, schedule(t, atlas)); len(items) != 5 {
			t.Errorf("%s: %d policy items are left, want 5", code, len(items))
		}
	}
}

func TestAutoExportIsSetWithoutTheAPI(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	id := create(t, atlas, awsBody)
	atlas.SetAutoExport(projectID, "Cluster0", id)
	got := schedule(t, atlas)
	if text, err := json.Marshal(got["export"]); err != nil || string(text) != export(id, "monthly") || got["autoExportEnabled"] != true {
		t.Errorf("the schedule is %v, %v", got, err)
	}
	atlas.SetAutoExport(projectID, "Cluster0", "")
	if got := atlas.AutoExport(projectID, "Cluster0"); got != "" {
		t.Errorf("auto export goes to %q, want it off", got)
	}
	if got := schedule(t, atlas); got["export"] != nil || got["autoExportEnabled"] != false {
		t.Errorf("the schedule is %v", got)
	}
	if got := atlas.AutoExport(projectID, "Cluster9"); got != "" {
		t.Errorf("auto export of no cluster goes to %q", got)
	}
}
