package emulator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestStateIsKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	first := newAtlas(t, emulator.Options{StateFile: file})
	id, deleted := create(t, first, awsBody), create(t, first, gcpBody)
	create(t, first, azureBody)
	send(t, first, "PATCH", bucketsPath+"/"+id, `{"requirePrivateNetworking":true}`).wantStatus(t, 200)
	send(t, first, "DELETE", bucketsPath+"/"+deleted, "").wantStatus(t, 204)
	first.AddCluster(projectID, "Cluster0")
	send(t, first, "PATCH", schedulePath, `{"autoExportEnabled":true,"export":`+export(id, "yearly")+`}`).wantStatus(t, 200)
	schedule := send(t, first, "GET", schedulePath, "").text

	second := newAtlas(t, emulator.Options{StateFile: file})
	if got, want := fmt.Sprint(second.ExportBuckets(projectID)), fmt.Sprint(first.ExportBuckets(projectID)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	send(t, second, "GET", schedulePath, "").wantStatus(t, 200).wantObject(t, schedule)
	body := send(t, second, "GET", clustersPath+"/Cluster9/backup/schedule", "").wantError(t, 404, "CLUSTER_NOT_FOUND")
	if parameters := body["parameters"].([]any); parameters[1] != projectID {
		t.Errorf("parameters %v", parameters)
	}
	if create(t, second, awsBody) == id {
		t.Error("an id was given twice")
	}
}

func TestRegionDelayOutlastsARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := emulator.Options{StateFile: filepath.Join(t.TempDir(), "state.json"), RegionDelay: time.Hour}
		create(t, newAtlas(t, opts), awsBody)
		atlas := newAtlas(t, opts)
		if region := atlas.ExportBuckets(projectID)[0].Region; region != "" {
			t.Errorf("region %q before the delay is over", region)
		}
		time.Sleep(time.Hour)
		if region := atlas.ExportBuckets(projectID)[0].Region; region != "us-east-1" {
			t.Errorf("region %q after the delay", region)
		}
	})
}

func TestStateHoldsNoCredentialAndNothingElseIsLeft(t *testing.T) {
	dir := t.TempDir()
	atlas := newAtlas(t, emulator.Options{StateFile: filepath.Join(dir, "state.json")})
	atlas.AddServiceAccount(emulator.ServiceAccount{ClientID: "account", ClientSecret: "secret", Roles: owner()})
	token := issueToken(t, atlas)
	create(t, atlas, awsBody)
	content, err := os.ReadFile(filepath.Join(dir, "state.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, credential := range []string{"secret", token, ownerToken} {
		if strings.Contains(string(content), credential) {
			t.Errorf("%q is in the state", credential)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("files %v, %v", files, err)
	}
}

func TestForeignStateFileIsRefusedAndLeftAlone(t *testing.T) {
	for _, content := range []string{"", "not JSON", `{"version": 4, "resources": []}`, `{"projects":{"` + projectID + `":null}}`} {
		file := filepath.Join(t.TempDir(), "state.json")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := emulator.New(emulator.Options{StateFile: file}); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%q: error %v", content, err)
		}
		if left, err := os.ReadFile(file); err != nil || string(left) != content {
			t.Errorf("%q became %q, %v", content, left, err)
		}
	}
}

func TestUnusableStateFileIsAnError(t *testing.T) {
	dir := t.TempDir()
	for _, file := range []string{dir, filepath.Join(dir, "missing", "state.json")} {
		if _, err := emulator.New(emulator.Options{StateFile: file}); err == nil {
			t.Errorf("%s: no error", file)
		}
	}
}

func TestChangeThatCannotBeKeptIsAnError(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dir")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	atlas := newAtlas(t, emulator.Options{StateFile: filepath.Join(dir, "state.json")})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	send(t, atlas, "POST", bucketsPath, awsBody).wantError(t, 500, "UNEXPECTED_ERROR")
}
