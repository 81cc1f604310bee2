package emulator_test

import (
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const seedPath, newSnapshotPath, pacesPath = "/emulator/seed", "/emulator/snapshots", "/emulator/paces"

func TestControlTakesASeed(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	if got := control(t, atlas, "POST", seedPath, wholeSeed).wantStatus(t, 204).text; got != "" {
		t.Errorf("POST answers %q", got)
	}
	if got := atlas.Snapshots(projectID, "Cluster0"); len(got) != 1 {
		t.Errorf("snapshots %v", got)
	}
	if got := control(t, atlas, "POST", seedPath, `{"projects":[{}]}`).wantStatus(t, 400).text; got != `projects[0]: id "" is not an id of 24 digits or letters a to f`+"\n" {
		t.Errorf("POST answers %q", got)
	}
	control(t, atlas, "POST", seedPath, strings.Repeat(" ", 1<<20)+`{}`).wantStatus(t, 400)
}

func TestControlTakesAScheduledSnapshot(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{Paces: &emulator.Paces{}})
	exportEvery(t, atlas, "weekly")
	got := control(t, atlas, "POST", newSnapshotPath, `{"projectId":"`+projectID+`","clusterName":"Cluster0","frequencyType":"yearly"}`).
		wantStatus(t, 201).object(t)
	jobs := atlas.ExportJobs(projectID, "Cluster0")
	if got["frequencyType"] != "yearly" || len(jobs) != 1 || jobs[0].SnapshotID != got["id"] {
		t.Errorf("took %v, jobs %+v", got, jobs)
	}
	for body, says := range map[string]string{
		``: "the snapshot cannot be read: EOF",
		`{"projectId":"` + projectID + `","clusterName":"Cluster0","frequencyType":"x"}`: `no policy item of frequencyType "x"`,
		`{"projectId":"x","clusterName":"Cluster0","frequencyType":"daily"}`:             `project "x" does not exist`,
		`{"cluster":"Cluster0"}`: `unknown field "cluster"`,
	} {
		if got := control(t, atlas, "POST", newSnapshotPath, body).wantStatus(t, 400).text; !strings.Contains(got, says) {
			t.Errorf("%s: %s, want %s", body, got, says)
		}
	}
}

func TestControlShowsAndChangesPaces(t *testing.T) {
	const byDefault = `{"queued":"1s","inProgress":"1s"}`
	atlas := newAtlas(t, emulator.Options{})
	control(t, atlas, "GET", pacesPath, "").wantStatus(t, 200).wantObject(t,
		`{"snapshots":`+byDefault+`,"exportJobs":`+byDefault+`,"privateEndpoints":`+byDefault+`}`)
	want := `{"snapshots":{"queued":"0s","inProgress":"1s"},"privateEndpoints":` + byDefault + `,
		"exportJobs":{"queued":"1s","inProgress":"3h0m0s","outcome":"Failed","code":"X","message":"It failed."}}`
	control(t, atlas, "PATCH", pacesPath,
		`{"snapshots":{"queued":"0"},"exportJobs":{"inProgress":"3h","outcome":"Failed","code":"X","message":"It failed."}}`).
		wantStatus(t, 200).wantObject(t, want)
	for body, says := range map[string]string{
		``:                                        "the paces cannot be read: EOF",
		`{"snapshots":{"queued":"5"}}`:            `snapshots.queued "5" is not a duration such as 1.5s`,
		`{"exportJobs":{"inProgress":"x"}}`:       `exportJobs.inProgress "x" is not a duration`,
		`{"privateEndpoints":{"queued":"-1s"}}`:   "privateEndpoints: queued -1s or inProgress 1s is negative",
		`{"snapshots":{"outcome":"Successful"}}`:  `snapshots: outcome "Successful" is not completed or failed`,
		`{"snapshots":{"speed":1}}`:               `unknown field "speed"`,
		`{"exportJobs":{"outcome":"InProgress"}}`: `exportJobs: outcome "InProgress" is not Successful, Failed or Cancelled`,
	} {
		if got := control(t, atlas, "PATCH", pacesPath, body).wantStatus(t, 400).text; !strings.Contains(got, says) {
			t.Errorf("%s: %s, want %s", body, got, says)
		}
	}
	control(t, atlas, "GET", pacesPath, "").wantObject(t, want)
	control(t, atlas, "PATCH", pacesPath, `{"snapshots":{"queued":"1s"},"exportJobs":{"inProgress":"1s","outcome":"","code":"","message":""}}`).
		wantStatus(t, 200)
	if got := atlas.Paces(); got != emulator.DefaultPaces() {
		t.Errorf("paces %+v", got)
	}
}

func TestBadPacesAreAnErrorFromTheStart(t *testing.T) {
	for _, paces := range []emulator.Paces{
		{Snapshots: emulator.Pace{Outcome: "done"}},
		{ExportJobs: emulator.Pace{Queued: -1}},
		{PrivateEndpoints: emulator.Pace{InProgress: -1}},
	} {
		if _, err := emulator.New(emulator.Options{Paces: &paces}); err == nil {
			t.Errorf("%+v: no error", paces)
		}
	}
}
