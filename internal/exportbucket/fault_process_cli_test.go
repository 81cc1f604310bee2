//go:build unix

package exportbucket_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// nightly is a workspace with the bucket of the guide on reliability, and the provider's own
// binary.
func nightly(t *testing.T, cli acctest.CLI, atlas *acctest.Atlas, env ...string) *acctest.Workspace {
	t.Helper()
	files := map[string]string{"main.tf": requiredProviders + atlas.ProviderBlock(acctest.ServiceAccount) + `
variable "project_id" {
  type = string
}
resource "atlasbackup_export_bucket" "snapshots" {
  project_id     = var.project_id
  cloud_provider = "AWS"
  bucket_name    = "acme-atlas-snapshots"
  iam_role_id    = "` + acctest.IAMRoleID + `"
}
`}
	return acctest.NewWorkspace(t, cli, files, append(env, "TF_VAR_project_id="+acctest.ProjectID)...)
}

var terraformBlock = regexp.MustCompile("(?ms)^```terraform\n(.*?)^```$")

// guideBlock returns one of the two configurations in the guide on reliability.
func guideBlock(t *testing.T, n int) string {
	t.Helper()
	guide, err := os.ReadFile(reliabilityGuide)
	if err != nil {
		t.Fatal(err)
	}
	blocks := terraformBlock.FindAllStringSubmatch(string(guide), -1)
	if len(blocks) != 2 {
		t.Fatalf("the guide has %d configurations, want two", len(blocks))
	}
	return blocks[n][1]
}

// applyAndWait starts an apply and returns when Atlas has received the POST.
func applyAndWait(t *testing.T, w *acctest.Workspace, atlas *acctest.Atlas) *acctest.Process {
	t.Helper()
	apply := w.Start(t, "apply", "-auto-approve", "-no-color")
	waitForPosts(t, atlas, 1)
	return apply
}

// waitForPosts returns when Atlas has received n POSTs.
func waitForPosts(t *testing.T, atlas *acctest.Atlas, n int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); atlas.Count(http.MethodPost) < n; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("Atlas has received %d POSTs, want %d", atlas.Count(http.MethodPost), n)
		}
	}
}

// killedApply leaves an orphan: Atlas has created the bucket, and no state has it.
func killedApply(t *testing.T, w *acctest.Workspace, atlas *acctest.Atlas) (orphan string) {
	t.Helper()
	setFault(t, atlas, "hold-after", http.MethodPost, bucketsPath, 1)
	apply := applyAndWait(t, w, atlas)
	for len(atlas.ExportBuckets(acctest.ProjectID)) == 0 {
		time.Sleep(10 * time.Millisecond)
	}
	apply.Signal(t, syscall.SIGKILL)
	if status, out := apply.Wait(t); status != -1 {
		t.Fatalf("it was not killed, but ended with %d:\n%s", status, out)
	}
	atlas.ClearFaults()
	time.Sleep(time.Second) // an id has whole seconds
	return atlas.ExportBuckets(acctest.ProjectID)[0].ID
}

func TestCLIApplyAfterAKilledRunNamesTheOrphan(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	w := nightly(t, cli, atlas)
	orphan := killedApply(t, w, atlas)

	out := w.Run(t, "apply", "-auto-approve", "-no-color")
	for _, want := range []string{"Identical export bucket found", "terraform import <address> " + acctest.ProjectID + "/" + orphan} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	held := atlas.ExportBuckets(acctest.ProjectID)
	if len(held) != 2 {
		t.Fatalf("Atlas holds %+v, want the orphan and the new one", held)
	}
	// The guide says how to delete the orphan.
	w.Write(t, "orphan.tf", strings.Replace(guideBlock(t, 1), acctest.ProjectID+"/65b2f1d09b3d0e4c5a6f7081", acctest.ProjectID+"/"+orphan, 1))
	w.Run(t, "apply", "-auto-approve")
	w.Write(t, "orphan.tf", "")
	w.Run(t, "apply", "-auto-approve")
	requireHeld(t, atlas, held[1].ID)
	w.Run(t, "plan", "-detailed-exitcode")
}

func TestCLIOrphanOfAKilledRunIsFoundAndImported(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	w := nightly(t, cli, atlas)
	orphan := killedApply(t, w, atlas)
	w.Write(t, "found.tf", guideBlock(t, 0))
	if out := w.Run(t, "apply", "-auto-approve", "-no-color"); !strings.Contains(out, "1 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("it was not imported:\n%s", out)
	}
	requireHeld(t, atlas, orphan)
	w.Run(t, "plan", "-detailed-exitcode")
}

// waitingLine is the line of a wait in the log.
var waitingLine = regexp.MustCompile(`\[INFO\]  provider\.\S+: Waiting before the next attempt: .*`)

func TestCLIInterruptEndsAWaitAndTheLogSaysWhatItWasFor(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	log := filepath.Join(t.TempDir(), "terraform.log")
	w := nightly(t, cli, atlas, "TF_LOG=INFO", "TF_LOG_PATH="+log)
	setParsedFault(t, atlas, `{"status": 429, "code": "RATE_LIMITED", "detail": "Too many requests.", "retryAfter": "200", "method": "POST", "path": "BUCKETS"}`)

	apply := applyAndWait(t, w, atlas)
	var line string
	for end := time.Now().Add(time.Minute); line == "" && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		text, _ := os.ReadFile(log)
		line = waitingLine.FindString(string(text))
	}
	for _, field := range []string{
		"method=POST", "path=/api/atlas/v2/groups/" + acctest.ProjectID + "/backup/exportBuckets", "status=429", "code=RATE_LIMITED", "attempt=1", "wait=3m2",
		`reason="Too many requests."`,
	} {
		if !strings.Contains(line, field) {
			t.Errorf("no %s in the line of the log: %s", field, line)
		}
	}
	start := time.Now()
	apply.Signal(t, syscall.SIGINT)
	status, out := apply.Wait(t)
	if status != 1 || !strings.Contains(out, "Export bucket not created") || time.Since(start) > time.Minute {
		t.Errorf("it ended with %d after %s of a wait of 200 seconds:\n%s", status, time.Since(start), out)
	}
	requireHeld(t, atlas)

	w.Run(t, "apply", "-auto-approve")
	if held := atlas.ExportBuckets(acctest.ProjectID); len(held) != 1 {
		t.Errorf("Atlas holds %+v, want one bucket", held)
	}
	w.Run(t, "plan", "-detailed-exitcode")
}
