package emulator_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// filesIn returns the names of all files below a directory, with slashes, and their contents.
func filesIn(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[name], err = os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// namesIn returns the names of all files below a directory, without what they all begin with.
func namesIn(t *testing.T, dir, beginning string) []string {
	t.Helper()
	var names []string
	for name := range filesIn(t, dir) {
		names = append(names, strings.TrimPrefix(name, beginning))
	}
	slices.Sort(names)
	return names
}

// documents returns those of a file of an export.
func documents(t *testing.T, file []byte) []map[string]any {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	var found []map[string]any
	for line := range strings.Lines(string(text)) {
		found = append(found, answer{text: line}.object(t))
	}
	return found
}

const permissionCheck = "test-bucket/exported_snapshots/.permissioncheck"

func TestExportWritesTheFilesOfARealOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "made", "by", "the emulator")
		atlas := newAtlasWithCluster(t, emulator.Options{Paces: takesOf(time.Minute, time.Minute), ExportsDir: dir})
		if got := namesIn(t, dir, ""); len(got) != 0 {
			t.Fatalf("files %v", got)
		}
		snapshot, bucket := exportable(t, atlas)
		if got := namesIn(t, dir, ""); fmt.Sprint(got) != "["+permissionCheck+"]" {
			t.Fatalf("a new bucket has %v", got)
		}
		if err := os.Remove(filepath.Join(dir, permissionCheck)); err != nil {
			t.Fatal(err)
		}
		posted := send(t, atlas, "POST", exportJobsPath,
			`{"snapshotId":"`+snapshot+`","exportBucketId":"`+bucket+`","customData":[{"key":"a","value":"b"}]}`).wantStatus(t, 200).object(t)
		prefix := "test-bucket/" + posted["prefix"].(string) + "/"

		// Nobody asks, and the files are there all the same.
		time.Sleep(time.Minute + 1)
		if got := namesIn(t, dir, ""); fmt.Sprint(got) != "["+permissionCheck+"]" {
			t.Errorf("an export that has started has %v", got)
		}
		time.Sleep(time.Minute)
		want := []string{
			".complete",
			"sample_shop/customers/Cluster0.0.json.gz", "sample_shop/customers/metadata.json",
			"sample_shop/orders/Cluster0.0.json.gz", "sample_shop/orders/metadata.json",
			permissionCheck,
		}
		if got := namesIn(t, dir, prefix); !slices.Equal(got, want) {
			t.Fatalf("files %v\nwant  %v", got, want)
		}
		if got := states(atlas, "Cluster0"); got != "Successful" {
			t.Errorf("job %s", got)
		}

		files := filesIn(t, dir)
		answer{text: string(files[prefix+".complete"])}.wantObject(t, `{"orgId":"64c0ffee00000000000000e0","orgName":"Emulated Organization",
			"groupId":"`+projectID+`","groupName":"Emulated Project","clusterUniqueId":"a5a0d1e7e7f5428521472bbc","clusterName":"Cluster0",
			"snapshotInitiationDate":"2000-01-01T00:00:00Z","totalFiles":4,"labels":[],"customData":[{"key":"a","value":"b"}]}`)
		var metadata map[string]any
		if err := json.Unmarshal(files[prefix+"sample_shop/orders/metadata.json"], &metadata); err != nil {
			t.Fatal(err)
		}
		uuid, _ := metadata["uuid"].(string)
		delete(metadata, "uuid")
		if got := fmt.Sprint(metadata); len(uuid) != 32 ||
			got != "map[collectionName:orders indexes:[map[key:map[_id:map[$numberInt:1]] name:_id_ v:map[$numberInt:2]]] options:map[] type:collection]" {
			t.Errorf("metadata.json has %s and uuid %s", got, uuid)
		}
		found := documents(t, files[prefix+"sample_shop/orders/Cluster0.0.json.gz"])
		if len(found) != 6 || found[5]["name"] != "orders 5" || fmt.Sprint(found[5]["created"]) != "map[$date:map[$numberLong:1700000000005]]" {
			t.Errorf("documents %v", found)
		}
	})
}

func TestExportedDataIsTheSameInEveryRun(t *testing.T) {
	var runs []string
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			dir := t.TempDir()
			atlas := newAtlasWithCluster(t, emulator.Options{Paces: &emulator.Paces{}, ExportsDir: dir})
			begin(t, atlas, "Cluster0")
			states(atlas, "Cluster0")
			files := filesIn(t, dir)
			if len(files) != 6 {
				t.Errorf("%d files", len(files))
			}
			runs = append(runs, fmt.Sprint(files))
		})
	}
	if runs[0] != runs[1] {
		t.Errorf("one run has\n%s\nand the next one\n%s", runs[0], runs[1])
	}
}

func TestShardsShareTheDocumentsOfACollection(t *testing.T) {
	dir := t.TempDir()
	atlas := newAtlas(t, emulator.Options{Paces: &emulator.Paces{}, ExportsDir: dir})
	atlas.PutCluster(projectID, emulator.Cluster{Name: "Cluster0", ClusterType: emulator.Sharded, Shards: 4, Collections: 3})
	begin(t, atlas, "Cluster0")
	prefix := "test-bucket/" + atlas.ExportJobs(projectID, "Cluster0")[0].Prefix + "/"
	files := filesIn(t, dir)
	if len(files) != 3*(4+1)+2 {
		t.Errorf("%d files: %v", len(files), namesIn(t, dir, prefix))
	}
	seen := map[string]int{}
	for i := range 4 {
		for _, document := range documents(t, files[fmt.Sprintf("%ssample_shop/collection2/Cluster0-shard-%d.0.json.gz", prefix, i)]) {
			seen[fmt.Sprint(document["_id"])]++
		}
	}
	if len(seen) != 6 {
		t.Errorf("documents %v, want six", seen)
	}
	for id, times := range seen {
		if times != 1 {
			t.Errorf("%s is there %d times", id, times)
		}
	}
}

func TestExportOfAnEmptyClusterIsComplete(t *testing.T) {
	dir := t.TempDir()
	atlas := newAtlas(t, emulator.Options{Paces: &emulator.Paces{}, ExportsDir: dir})
	atlas.PutCluster(projectID, emulator.Cluster{Name: "Cluster0", Collections: emulator.NoCollections})
	begin(t, atlas, "Cluster0")
	prefix := "test-bucket/" + atlas.ExportJobs(projectID, "Cluster0")[0].Prefix + "/"
	if got := namesIn(t, dir, prefix); fmt.Sprint(got) != "[.complete "+permissionCheck+"]" {
		t.Errorf("files %v", got)
	}
}

func TestPartialDataOfAFailedExportStays(t *testing.T) {
	dir := t.TempDir()
	atlas := newAtlas(t, emulator.Options{ExportsDir: dir})
	setPaces(t, atlas, takesOf(0, 0), func(p *emulator.Paces) { p.ExportJobs.Outcome = "Failed" })
	begin(t, atlas, "Cluster0")
	prefix := "test-bucket/" + atlas.ExportJobs(projectID, "Cluster0")[0].Prefix + "/"
	want := []string{"sample_shop/customers/Cluster0.0.json.gz", "sample_shop/customers/metadata.json", permissionCheck}
	if got := namesIn(t, dir, prefix); !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
}

func TestFileThatCannotBeWrittenFailsTheExport(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(t *testing.T, dir string) error
		says  string
	}{
		"no directory": {func(_ *testing.T, dir string) error { return os.RemoveAll(dir) }, "no such file or directory"},
		"a file in the way": {func(_ *testing.T, dir string) error {
			return os.WriteFile(filepath.Join(dir, "test-bucket", "exported_snapshots", "64c0ffee00000000000000e0"), nil, 0o600)
		}, "not a directory"},
		"a link that leads out": {func(t *testing.T, dir string) error {
			return os.Symlink(t.TempDir(), filepath.Join(dir, "test-bucket", "exported_snapshots", "64c0ffee00000000000000e0"))
		}, "escapes"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			atlas := newAtlasWithCluster(t, emulator.Options{Paces: &emulator.Paces{}, ExportsDir: dir})
			snapshot, bucket := exportable(t, atlas)
			if err := tc.spoil(t, dir); err != nil {
				t.Fatal(err)
			}
			send(t, atlas, "POST", exportJobsPath, jobBody(snapshot, bucket)).wantStatus(t, 200)
			job := atlas.ExportJobs(projectID, "Cluster0")[0]
			if job.State != "Failed" || job.StateReason == nil || job.StateReason.ErrorCode != "EXPORT_FAILED" ||
				!strings.Contains(job.StateReason.Message, tc.says) || strings.Contains(job.StateReason.Message, dir) && name != "no directory" {
				t.Errorf("job %+v, %+v", job, job.StateReason)
			}
		})
	}
}

func TestNoFileIsWrittenOutsideOfTheExportsDirectory(t *testing.T) {
	for _, name := range []string{"..", ".", `a\b`, "../../..", "a:b", strings.Repeat("a", 201)} {
		dir := t.TempDir()
		exports := filepath.Join(dir, "exports")
		atlas := newAtlas(t, emulator.Options{Paces: &emulator.Paces{}, ExportsDir: exports})
		bucket := atlas.PutExportBucket(projectID, emulator.ExportBucket{CloudProvider: "AWS", BucketName: "bucket"}).ID
		odd := atlas.PutExportBucket(projectID, emulator.ExportBucket{CloudProvider: "AWS", BucketName: name}).ID
		ofCluster := atlas.AddSnapshot(projectID, name, emulator.Snapshot{}).ID
		atlas.AddExportJob(projectID, name, emulator.ExportJob{State: "Queued", SnapshotID: ofCluster, ExportBucketID: bucket})
		atlas.AddExportJob(projectID, "Cluster0", emulator.ExportJob{State: "Queued", ExportBucketID: odd})
		atlas.AddExportJob(projectID, "Cluster1", emulator.ExportJob{State: "Queued", ExportBucketID: bucket, Prefix: "x/" + name})
		for _, cluster := range []string{"Cluster0", "Cluster1", name} {
			if got := states(atlas, cluster); got != "Failed" {
				t.Errorf("%.10s: the job of %.10s is %s", name, cluster, got)
			}
		}
		for _, file := range namesIn(t, dir, "") {
			if !strings.HasPrefix(file, "exports/bucket/") {
				t.Errorf("%.10s: file %s", name, file)
			}
		}
	}
}

func TestBucketThatCannotBeWrittenToIsNotCreated(t *testing.T) {
	dir := t.TempDir()
	atlas := newAtlas(t, emulator.Options{ExportsDir: dir})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	send(t, atlas, "POST", bucketsPath, awsBody).wantError(t, 500, "UNEXPECTED_ERROR")
	if got := atlas.ExportBuckets(projectID); len(got) != 0 {
		t.Errorf("buckets %v", got)
	}
}

func TestExportsDirectoryThatCannotBeMadeIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := emulator.New(emulator.Options{ExportsDir: file}); err == nil || !strings.Contains(err.Error(), "make the exports directory: ") {
		t.Errorf("error %v", err)
	}
}

func TestExportsDirectoryThatCannotBeWrittenIsAnError(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 { // root may write to every directory but this one
		dir = "/proc/self"
	}
	if _, err := emulator.New(emulator.Options{ExportsDir: dir}); err == nil || !strings.Contains(err.Error(), "write into the exports directory: open "+dir) {
		t.Errorf("error %v", err)
	}
}

func TestExportFinishesAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := emulator.Options{StateFile: filepath.Join(t.TempDir(), "state.json"), Paces: takesOf(time.Minute, time.Minute), ExportsDir: t.TempDir()}
		begin(t, newAtlasWithCluster(t, opts), "Cluster0")
		opts.ExportsDir = t.TempDir()
		newAtlas(t, opts) // nobody asks it
		time.Sleep(2*time.Minute + 1)
		if got := namesIn(t, opts.ExportsDir, ""); len(got) != 6 {
			t.Errorf("files %v", got)
		}
	})
}
