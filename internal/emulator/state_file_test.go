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

// writeFile writes a file of mode 0600.
func writeFile(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// wantFile ends the test when the file has another content.
func wantFile(t *testing.T, name, content string) {
	t.Helper()
	if got, err := os.ReadFile(name); err != nil || string(got) != content {
		t.Fatalf("%s has %q, %v, want %q", name, got, err, content)
	}
}

func TestStateFileWithMoreThanOneObjectIsRefusedAndLeftAlone(t *testing.T) {
	for _, content := range []string{"null", `{"projects":{}} {}`, `{"projects":{}}]`, "{}\nnot JSON", `{}{"projects":{}}`} {
		file := filepath.Join(t.TempDir(), "state.json")
		writeFile(t, file, content)
		if _, err := emulator.New(emulator.Options{StateFile: file}); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%q: error %v", content, err)
		}
		wantFile(t, file, content)
	}
}

func TestReadOnlyStateFileIsRefusedAndLeftAlone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	writeFile(t, file, "{}")
	if err := os.Chmod(file, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := emulator.New(emulator.Options{StateFile: file}); err == nil || !strings.Contains(err.Error(), file+" is read-only") {
		t.Errorf("error %v", err)
	}
	wantFile(t, file, "{}")
}

func TestSymbolicLinkToTheStateFileStays(t *testing.T) {
	for name, target := range map[string]string{
		"to a file":                 "../real/state.json",
		"to a file that is missing": "../real/later.json",
		"to another link":           "second",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, sub := range []string{"real", "links"} {
				if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			writeFile(t, filepath.Join(dir, "real", "state.json"), "{}")
			link := filepath.Join(dir, "links", "state.json")
			for from, to := range map[string]string{link: target, filepath.Join(dir, "links", "second"): "../real/third.json"} {
				if err := os.Symlink(to, from); err != nil {
					t.Fatal(err)
				}
			}
			create(t, newAtlas(t, emulator.Options{StateFile: link}), awsBody)
			if got, err := os.Readlink(link); err != nil || got != target {
				t.Errorf("the link leads to %q, %v", got, err)
			}
			if held := newAtlas(t, emulator.Options{StateFile: link}).ExportBuckets(projectID); len(held) != 1 {
				t.Errorf("the file behind the link has %v", held)
			}
		})
	}
}

// newAtlasWithFile returns an Atlas with a state file, one bucket and one cluster that exports to
// it, and two functions: its file cannot be written, and can be again.
func newAtlasWithFile(t *testing.T, opts emulator.Options) (atlas *emulator.Atlas, bucketID string, lock, unlock func()) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "state.json")
	chmod := func(mode os.FileMode) func() {
		return func() {
			if err := os.Chmod(file, mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	opts.StateFile = file
	atlas = newAtlas(t, opts)
	bucketID = create(t, atlas, awsBody)
	atlas.SetAutoExport(projectID, "Cluster0", bucketID)
	return atlas, bucketID, chmod(0o400), chmod(0o600)
}

// held is what GET shows of the project.
func held(t *testing.T, atlas *emulator.Atlas) string {
	t.Helper()
	var all strings.Builder
	for _, path := range []string{bucketsPath, clustersPath, schedulePath} {
		all.WriteString(send(t, atlas, "GET", path, "").wantStatus(t, 200).text + "\n")
	}
	return all.String()
}

func TestChangeThatCannotBeSavedIsNotShown(t *testing.T) {
	atlas, id, lock, unlock := newAtlasWithFile(t, emulator.Options{})
	before := held(t, atlas)
	calls := []struct{ method, path, body string }{
		{"POST", bucketsPath, gcpBody},
		{"PATCH", bucketsPath + "/" + id, `{"requirePrivateNetworking":true}`},
		{"PATCH", schedulePath, `{"autoExportEnabled":false}`},
		{"DELETE", bucketsPath + "/" + id, ""},
	}
	lock()
	for _, c := range calls[:3] {
		send(t, atlas, c.method, c.path, c.body).wantError(t, 500, "UNEXPECTED_ERROR")
		if after := held(t, atlas); after != before {
			t.Errorf("%s %s was made:\n%s\nwant\n%s", c.method, c.path, after, before)
		}
	}
	unlock()
	atlas.SetAutoExport(projectID, "Cluster0", "")
	before = held(t, atlas)
	lock()
	send(t, atlas, calls[3].method, calls[3].path, "").wantError(t, 500, "UNEXPECTED_ERROR")
	if after := held(t, atlas); after != before {
		t.Errorf("the DELETE was made:\n%s\nwant\n%s", after, before)
	}
	unlock()
	for _, c := range calls {
		if got := send(t, atlas, c.method, c.path, c.body); got.status >= 300 {
			t.Errorf("%s %s: status %d when the file can be written again", c.method, c.path, got.status)
		}
	}
}

func TestChangeBehindTheAPIThatCannotBeSavedIsUndoneAndReported(t *testing.T) {
	for name, change := range map[string]func(*emulator.Atlas, string){
		"AddProject":         func(a *emulator.Atlas, _ string) { a.AddProject(roleID) },
		"AddCluster":         func(a *emulator.Atlas, _ string) { a.AddCluster(projectID, "Cluster1") },
		"ExportNewBuckets":   func(a *emulator.Atlas, _ string) { a.ExportNewBuckets(projectID, "Cluster1") },
		"SetAutoExport":      func(a *emulator.Atlas, _ string) { a.SetAutoExport(projectID, "Cluster0", "") },
		"PutExportBucket":    func(a *emulator.Atlas, _ string) { a.PutExportBucket(projectID, emulator.ExportBucket{}) },
		"RemoveExportBucket": func(a *emulator.Atlas, id string) { a.RemoveExportBucket(projectID, id) },
	} {
		atlas, id, lock, unlock := newAtlasWithFile(t, emulator.Options{})
		before := held(t, atlas)
		if err := atlas.Err(); err != nil {
			t.Fatalf("%s: %v before it", name, err)
		}
		lock()
		change(atlas, id)
		if err := atlas.Err(); err == nil || !strings.Contains(err.Error(), "read-only") {
			t.Errorf("%s: error %v", name, err)
		}
		if after := held(t, atlas); after != before {
			t.Errorf("%s was made:\n%s\nwant\n%s", name, after, before)
		}
		unlock()
	}
}

func TestChangeThatCannotBeSavedIsAnErrorOfTheControlEndpoint(t *testing.T) {
	for path, body := range map[string]string{
		newClusterPath:  `{"projectId":"` + projectID + `","name":"Cluster1"}`,
		seedPath:        `{"projects":[{"id":"` + projectID + `","clusters":[{"name":"Cluster1"}]}]}`,
		newSnapshotPath: `{"projectId":"` + projectID + `","clusterName":"Cluster0","frequencyType":"daily"}`,
	} {
		atlas, _, lock, _ := newAtlasWithFile(t, emulator.Options{})
		before := held(t, atlas)
		lock()
		if got := control(t, atlas, "POST", path, body).wantStatus(t, 500); !strings.Contains(got.text, "read-only") {
			t.Errorf("%s says %q", path, got.text)
		}
		if after := held(t, atlas); after != before || len(atlas.Snapshots(projectID, "Cluster0")) > 0 {
			t.Errorf("%s was made:\n%s\nwant\n%s", path, after, before)
		}
	}
}

func TestProgressThatCannotBeSavedIsMadeLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas, _, lock, unlock := newAtlasWithFile(t, emulator.Options{Paces: takesOf(time.Minute, time.Minute)})
		begin(t, atlas, "Cluster0")
		snapshot := take(t, atlas)
		lock()
		time.Sleep(time.Hour)
		for range 2 {
			for _, call := range []struct{ method, path, body string }{
				{"GET", exportJobsPath, ""},
				{"GET", snapshotsPath + "/" + snapshot, ""},
				{"POST", snapshotsPath, "{}"},
				{"DELETE", snapshotsPath + "/" + snapshot, ""},
			} {
				refusal := send(t, atlas, call.method, call.path, call.body).wantError(t, 500, "UNEXPECTED_ERROR")
				if reason := fmt.Sprint(refusal["parameters"]); !strings.Contains(reason, "read-only") {
					t.Errorf("%s %s says %s", call.method, call.path, reason)
				}
			}
			if got := states(atlas, "Cluster0"); got != "Queued" {
				t.Errorf("jobs %s, want what the file has", got)
			}
			if _, err := atlas.TakeScheduledSnapshot(projectID, "Cluster0", "daily"); err == nil || !strings.Contains(err.Error(), "read-only") {
				t.Errorf("error %v", err)
			}
		}
		unlock()
		job := send(t, atlas, "GET", exportJobsPath, "").wantStatus(t, 200).object(t)["results"].([]any)[0].(map[string]any)
		if job["state"] != "Successful" || job["finishedAt"] != "2000-01-01T00:02:00Z" {
			t.Errorf("job %v, want the end of a job that nothing has stopped", job)
		}
		if got := send(t, atlas, "GET", snapshotsPath+"/"+snapshot, "").object(t); got["status"] != "completed" || got["createdAt"] != "2000-01-01T00:01:00Z" {
			t.Errorf("snapshot %v", got)
		}
	})
}

// A due step that cannot be saved must not be taken again and again: the time of the bubble would stand still.
func TestExportThatCannotBeSavedIsMadeLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas, _, lock, unlock := newAtlasWithFile(t, emulator.Options{ExportsDir: t.TempDir()})
		begin(t, atlas, "Cluster0")
		lock()
		time.Sleep(time.Hour)
		if got := states(atlas, "Cluster0"); got != "Queued" {
			t.Errorf("jobs %s, want what the file has", got)
		}
		unlock()
		if got := states(atlas, "Cluster0"); got != "Successful" {
			t.Errorf("jobs %s", got)
		}
	})
}
