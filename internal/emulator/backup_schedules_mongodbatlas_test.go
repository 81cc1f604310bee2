package emulator_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// scheduleResource sends the requests of the resource mongodbatlas_cloud_backup_schedule of the
// provider mongodb/mongodbatlas, and has its state.
type scheduleResource struct {
	t     *testing.T
	atlas *emulator.Atlas
	state map[string]any // the attributes of the schedule that it reads
}

func (s *scheduleResource) send(method, body string) answer {
	s.t.Helper()
	const version = "application/vnd.atlas.2024-08-05+json"
	return send(s.t, s.atlas, method, schedulePath, body, withHeader("Accept", version), withHeader("Content-Type", version))
}

// create removes the default schedule first.
func (s *scheduleResource) create(config map[string]any) {
	s.t.Helper()
	s.send("DELETE", "").wantStatus(s.t, 200)
	s.apply(config)
}

// apply sends the configuration, with the ids that Atlas has for the policy and, from the state,
// for its items.
func (s *scheduleResource) apply(config map[string]any) {
	s.t.Helper()
	now := s.send("GET", "").wantStatus(s.t, 200).object(s.t)
	body := map[string]any{}
	maps.Copy(body, config)
	body["policies"] = []any{map[string]any{
		"id":          now["policies"].([]any)[0].(map[string]any)["id"],
		"policyItems": config["policies"],
	}}
	text, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	s.send("PATCH", string(text)).wantStatus(s.t, 200)
	s.read()
}

func (s *scheduleResource) read() {
	s.t.Helper()
	schedule := s.send("GET", "").wantStatus(s.t, 200).object(s.t)
	s.state = map[string]any{"policies": policyItems(s.t, schedule)}
	for _, name := range []string{
		"clusterId", "nextSnapshot", "referenceHourOfDay", "referenceMinuteOfHour", "restoreWindowDays",
		"useOrgAndGroupNamesInExportPrefix", "copySettings", "autoExportEnabled", "export",
	} {
		s.state[name] = schedule[name]
	}
}

func TestScheduleResourceOfTheOtherProviderRunsItsLifeCycle(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	atlas.AddCluster(projectID, "Cluster0")
	bucket := create(t, atlas, awsBody)
	exported := answer{text: export(bucket, "monthly")}.object(t)
	item := func(retention int) map[string]any {
		return map[string]any{"frequencyType": "monthly", "frequencyInterval": 40, "retentionUnit": "months", "retentionValue": retention}
	}

	s := &scheduleResource{t: t, atlas: atlas}
	s.create(map[string]any{
		"policies": []any{item(12)}, "autoExportEnabled": true, "export": exported, "referenceHourOfDay": 3, "restoreWindowDays": 4,
	})
	items := s.state["policies"].([]any)
	if len(items) != 1 || s.state["autoExportEnabled"] != true || !reflect.DeepEqual(s.state["export"], exported) ||
		s.state["referenceHourOfDay"] != 3.0 || s.state["restoreWindowDays"] != 4.0 || s.state["nextSnapshot"] == nil {
		t.Fatalf("created, the state is %v", s.state)
	}
	before := s.state
	s.read()
	if !reflect.DeepEqual(s.state, before) {
		t.Errorf("a refresh changes %v to %v", before, s.state)
	}

	// It sends what it has read of the export back.
	id := items[0].(map[string]any)["id"]
	changed := item(24)
	changed["id"] = id
	s.apply(map[string]any{"policies": []any{changed}, "autoExportEnabled": s.state["autoExportEnabled"], "export": s.state["export"]})
	items = s.state["policies"].([]any)
	if got := items[0].(map[string]any); len(items) != 1 || got["id"] != id || got["retentionValue"] != 24.0 || !reflect.DeepEqual(s.state["export"], exported) {
		t.Errorf("changed, the state is %v", s.state)
	}

	// Its destroy leaves auto export on, so that the bucket is still in use.
	s.send("DELETE", "").wantStatus(t, 200)
	send(t, atlas, "DELETE", bucketsPath+"/"+bucket, "").wantError(t, 400, "EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE")

	// Two applies: auto export off without the export, and then the destroy.
	s.create(map[string]any{"policies": []any{item(12)}})
	if s.state["autoExportEnabled"] != true {
		t.Errorf("created again, the state is %v", s.state)
	}
	s.send("PATCH", `{"autoExportEnabled":false,"export":`+export(bucket, "monthly")+`}`).wantError(t, 400, "INVALID_BACKUP_POLICY")
	s.apply(map[string]any{"policies": []any{item(12)}, "autoExportEnabled": false})
	if s.state["autoExportEnabled"] != false || s.state["export"] != nil {
		t.Errorf("switched off, the state is %v", s.state)
	}
	s.send("DELETE", "").wantStatus(t, 200)
	send(t, atlas, "DELETE", bucketsPath+"/"+bucket, "").wantStatus(t, 204)
}
