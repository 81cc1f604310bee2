package examples_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const filesGuide = "../templates/guides/from-a-cluster-to-files.md"

func TestCLIGuideExportsACluster(t *testing.T) {
	cli := acctest.RequireCLI(t)
	buckets := t.TempDir()
	atlas := acctest.StartAtlas(t, emulator.Options{ExportsDir: buckets, Paces: &emulator.Paces{}})
	atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: "orders"})
	atlas.AddSnapshot(acctest.ProjectID, "orders", emulator.Snapshot{})
	guide := blocks(t, filesGuide, "terraform", 5)
	module := regexp.MustCompile(`"github\.com[^"]*"`).ReplaceAllString(guide[0], `"./snapshots"`)
	const snapshots = `variable "project_id" {}

resource "atlasbackup_export_bucket" "snapshots" {
  project_id     = var.project_id
  cloud_provider = "AWS"
  bucket_name    = "` + exportedBucket + `"
  iam_role_id    = "` + acctest.IAMRoleID + `"
}

output "export_bucket_id" {
  value = atlasbackup_export_bucket.snapshots.id
}
`
	w := acctest.NewWorkspace(t, cli, map[string]string{
		"main.tf":              module + guide[1] + guide[2] + guide[3],
		"around.tf":            around(module),
		"snapshots/main.tf":    snapshots,
		"snapshots/version.tf": strings.Replace(around(""), `provider "atlasbackup" {}`, "", 1),
	}, environment(atlas)...)
	script(t, w, 0, "terraform get && terraform apply -auto-approve -no-color", "3 added")

	if _, err := atlas.TakeScheduledSnapshot(acctest.ProjectID, "orders", "monthly"); err != nil {
		t.Fatal(err)
	}
	if out := w.Run(t, "plan", "-no-color"); strings.Contains(out, "Check block assertion failed") {
		t.Errorf("the check does not see the export:\n%s", out)
	}
	jobs := atlas.ExportJobs(acctest.ProjectID, "orders")
	if len(jobs) != 2 {
		t.Fatalf("export jobs %+v", jobs)
	}
	prefix := strings.TrimSpace(w.Run(t, "output", "-raw", "prefix"))
	tools := newRestoreTools(t)
	if status, out := tools.restore(t, filepath.Join(buckets, exportedBucket, prefix)); status != 0 {
		t.Errorf("exit status %d:\n%s", status, out)
	}
}

func TestGuideRestoresWithItsCommands(t *testing.T) {
	buckets := t.TempDir()
	commands := blocks(t, filesGuide, "shell", 3)
	lines := strings.SplitAfterN(commands[0], "\n", 3)
	prefix := strings.TrimSuffix(strings.TrimPrefix(lines[1], "prefix="), "\n")
	if tree := block(t, filesGuide, "text"); !strings.HasPrefix(tree, prefix+"\n") {
		t.Errorf("the files are not below %s:\n%s", prefix, tree)
	}
	exportClusterTo(t, buckets, "REPLICASET", prefix, emulator.Paces{})
	want := exportedDocuments(t, filepath.Join(buckets, exportedBucket, prefix))
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for i, cloud := range commands {
		if i > 0 {
			cloud = lines[0] + lines[1] + cloud
		}
		checkout, backup := t.TempDir(), t.TempDir()
		if err := os.Symlink(filepath.Dir(here), filepath.Join(checkout, "terraform-provider-atlasbackup")); err != nil {
			t.Fatal(err)
		}
		tools := newRestoreTools(t)
		script := "set -euo pipefail\n" + strings.ReplaceAll(cloud, "/backup", backup)
		if status, out, _ := tools.exec(t, checkout, []string{"BUCKETS=" + buckets}, "bash", "-c", script); status != 0 {
			t.Fatalf("exit status %d:\n%s\n%s", status, script, out)
		}
		requireSameDocuments(t, imports(t, tools.calls(t)), want)
	}
}

func TestGuideShowsTheFieldsOfComplete(t *testing.T) {
	buckets := t.TempDir()
	prefix := exportCluster(t, buckets, "REPLICASET", emulator.Paces{})
	written, err := os.ReadFile(filepath.Join(buckets, exportedBucket, prefix, ".complete"))
	if err != nil {
		t.Fatal(err)
	}
	var fields [2]map[string]any
	for i, text := range []string{blocks(t, filesGuide, "json", 2)[0], string(written)} {
		if err := json.Unmarshal([]byte(text), &fields[i]); err != nil {
			t.Fatal(err)
		}
	}
	got, want := slices.Sorted(maps.Keys(fields[0])), slices.Sorted(maps.Keys(fields[1]))
	if !slices.Equal(got, want) {
		t.Errorf("the guide shows %q, an export has %q", got, want)
	}
}

func TestCLIGuideOnTheEmulatorRestoresDocuments(t *testing.T) {
	cli := acctest.RequireCLI(t)
	commands := blocks(t, filesGuide, "sh", 6)
	install, apply, look, restore, destroy := commands[0], commands[1], commands[2], commands[3], commands[5]
	clone, install, _ := strings.Cut(install, "\n")
	if !strings.HasPrefix(clone, "git clone ") {
		t.Fatalf("the guide begins with %s", clone)
	}
	checkout, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	install = strings.Replace(install, "cd terraform-provider-atlasbackup", "cd '"+checkout+"'", 1)
	install = strings.Replace(install, "make build install", `go build -o "$HOME/bin/" ./internal/cmd/atlas-emulator`, 1)
	install = strings.Replace(install, "$PWD/bin:", "$HOME/bin:", 1)

	tools := newRestoreTools(t)
	w := acctest.NewMirror(t, cli, map[string]string{
		"work/seed.json": blocks(t, filesGuide, "json", 2)[1],
		"work/main.tf":   blocks(t, filesGuide, "terraform", 5)[4],
	}, "RECORD="+tools.record)
	status, out := w.Script(t, "here=$PWD\n"+install+"cd \"$here/work\"\nexport PATH="+tools.path+":$PATH\n"+apply+look+restore+destroy+"find storage -name .complete")
	if status != 0 {
		t.Fatalf("exit status %d:\n%s", status, out)
	}
	for _, fragment := range []string{"3 added", "/sample_shop/customers/", "Restored ", "3 destroyed", "/.complete"} {
		requireFragment(t, out, fragment)
	}
	if strings.Contains(out, "Check block assertion failed") {
		t.Errorf("the check has failed:\n%s", out)
	}
	if documents := imports(t, tools.calls(t)); len(documents) == 0 {
		t.Errorf("no document was restored:\n%s", out)
	}
}
