//go:build unix

package exportjob_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// startAtlas returns an Atlas with a bucket and a snapshot, on which a job takes three seconds.
func startAtlas(t *testing.T) (atlas *acctest.Atlas, bucketID string) {
	t.Helper()
	paces := emulator.DefaultPaces()
	paces.ExportJobs.InProgress = 2 * time.Second
	atlas = acctest.StartAtlas(t, emulator.Options{Paces: &paces})
	atlas.AddSnapshot(acctest.ProjectID, cluster, emulator.Snapshot{})
	return atlas, addBucket(atlas, "snapshots")
}

const requiredProviders = `
terraform {
  required_providers {
    atlasbackup = {
      source = "atlasbackup/atlasbackup"
    }
  }
}
`

func jobBlock(bucketID string) string {
	return fmt.Sprintf(`
resource "atlasbackup_export_job" "orders" {
  project_id       = %q
  cluster_name     = %q
  export_bucket_id = %q
}

output "prefix" {
  value = atlasbackup_export_job.orders.prefix
}
`, acctest.ProjectID, cluster, bucketID)
}

// applyUntil starts an apply and returns when Atlas has created a job that is in the state.
func applyUntil(t *testing.T, w *acctest.Workspace, atlas *acctest.Atlas, state string) *acctest.Process {
	t.Helper()
	apply := w.Start(t, "apply", "-auto-approve", "-no-color")
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if jobs := atlas.ExportJobs(acctest.ProjectID, cluster); len(jobs) > 0 && jobs[len(jobs)-1].State == state {
			return apply
		}
	}
	t.Fatalf("there is no job in the state %s", state)
	return nil
}

func requireOneSuccessfulJob(t *testing.T, atlas *acctest.Atlas) {
	t.Helper()
	if jobs := atlas.ExportJobs(acctest.ProjectID, cluster); len(jobs) != 1 || jobs[0].State != "Successful" {
		t.Errorf("Atlas has %+v, want one job that was successful", jobs)
	}
}

func TestCLIKilledRunIsTakenOverByTheNextOne(t *testing.T) {
	cli := acctest.RequireCLI(t)
	for _, state := range []string{"Queued", "InProgress"} {
		t.Run(state, func(t *testing.T) {
			atlas, bucketID := startAtlas(t)
			w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": requiredProviders + atlas.ProviderBlock(acctest.ServiceAccount) + jobBlock(bucketID)})
			apply := applyUntil(t, w, atlas, state)
			apply.Signal(t, syscall.SIGKILL)
			if status, out := apply.Wait(t); status != -1 {
				t.Fatalf("it was not killed, but ended with %d:\n%s", status, out)
			}
			id := atlas.ExportJobs(acctest.ProjectID, cluster)[0].ID
			out := w.Run(t, "apply", "-auto-approve", "-no-color")
			if !strings.Contains(out, "Export job "+id+" taken over") {
				t.Errorf("no warning in:\n%s", out)
			}
			requireOneSuccessfulJob(t, atlas)
			w.Run(t, "plan", "-detailed-exitcode")
		})
	}
}

var unfinished = regexp.MustCompile(`state += "(?:Queued|InProgress)"`)

func TestCLIInterruptedApplyIsContinuedByTheNextOne(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas, bucketID := startAtlas(t)
	w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": requiredProviders + atlas.ProviderBlock(acctest.ServiceAccount) + jobBlock(bucketID)})
	apply := applyUntil(t, w, atlas, "InProgress")
	apply.Signal(t, syscall.SIGINT)
	if status, out := apply.Wait(t); status == -1 || !strings.Contains(out, "has not finished") {
		t.Errorf("it ended with %d:\n%s", status, out)
	}
	// The last poll may have been before the job was in progress.
	if out := w.Run(t, "show", "-no-color"); !unfinished.MatchString(out) || strings.Contains(out, "tainted") {
		t.Errorf("the state has:\n%s", out)
	}
	out := w.Run(t, "apply", "-auto-approve", "-no-color")
	if !strings.Contains(out, "0 added") || !strings.Contains(out, "0 destroyed") {
		t.Errorf("the next apply does something else:\n%s", out)
	}
	requireOneSuccessfulJob(t, atlas)
	w.Run(t, "plan", "-detailed-exitcode")
}

func TestCLIFailedJobIsReplacedByTheNextApply(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas, bucketID := startAtlas(t)
	paces := atlas.Paces()
	failing := paces
	failing.ExportJobs.Outcome, failing.ExportJobs.Message = "Failed", "The bucket is full."
	if err := atlas.SetPaces(failing); err != nil {
		t.Fatal(err)
	}
	block := strings.Replace(jobBlock(bucketID), "\n}", "\n  wait_for_completion = false\n}", 1)
	w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": requiredProviders + atlas.ProviderBlock(acctest.ServiceAccount) + block})
	w.Run(t, "apply", "-auto-approve", "-no-color")
	for atlas.ExportJobs(acctest.ProjectID, cluster)[0].State != "Failed" {
		time.Sleep(10 * time.Millisecond)
	}
	if err := atlas.SetPaces(paces); err != nil {
		t.Fatal(err)
	}
	w.Write(t, "main.tf", requiredProviders+atlas.ProviderBlock(acctest.ServiceAccount)+jobBlock(bucketID))
	out := w.Run(t, "apply", "-auto-approve", "-no-color")
	for _, want := range []string{"will be replaced", "The bucket is full.", "1 added, 0 changed, 1 destroyed", "Export jobs stay in Atlas"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	if jobs := atlas.ExportJobs(acctest.ProjectID, cluster); len(jobs) != 2 || jobs[1].State != "Successful" {
		t.Errorf("Atlas has %+v", jobs)
	}
	w.Run(t, "plan", "-detailed-exitcode")
	w.Run(t, "destroy", "-auto-approve")
	if n := atlas.Count(http.MethodDelete); n != 0 {
		t.Errorf("%d DELETEs", n)
	}
}

// lastExport exports a cluster before its destroy. terraform_data is in its place.
func lastExport(bucketID string) string {
	return fmt.Sprintf(`
action "atlasbackup_export_snapshot" "last" {
  config {
    project_id       = %q
    cluster_name     = %q
    export_bucket_id = %q
    take_snapshot = {
      description = "before the destroy"
    }
  }
}

variable "clusters" {
  default = 1
}

resource "terraform_data" "cluster" {
  count = var.clusters
  input = "orders"
  lifecycle {
    action_trigger {
      events  = [before_destroy]
      actions = [action.atlasbackup_export_snapshot.last]
    }
  }
}
`, acctest.ProjectID, cluster, bucketID)
}

func TestCLIActionExportsBeforeADestroy(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.DestroyActions)
	for name, args := range map[string][]string{
		"destroy": {"destroy", "-auto-approve", "-no-color"},
		"apply":   {"apply", "-auto-approve", "-no-color", "-var", "clusters=0"},
	} {
		t.Run(name, func(t *testing.T) {
			atlas, bucketID := startAtlas(t)
			w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": requiredProviders + atlas.ProviderBlock(acctest.ServiceAccount) + lastExport(bucketID)})
			w.Run(t, "apply", "-auto-approve", "-no-color")
			if jobs := atlas.ExportJobs(acctest.ProjectID, cluster); len(jobs) != 0 {
				t.Fatalf("Atlas has %+v before the destroy", jobs)
			}
			out := w.Run(t, args...)
			requireOneSuccessfulJob(t, atlas)
			snapshots := atlas.Snapshots(acctest.ProjectID, cluster)
			if len(snapshots) != 2 || atlas.ExportJobs(acctest.ProjectID, cluster)[0].SnapshotID != snapshots[1].ID {
				t.Errorf("Atlas has %+v", snapshots)
			}
			for _, want := range []string{": completed", ": Successful", "its files are under exported_snapshots/"} {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in:\n%s", want, out)
				}
			}
		})
	}
}

// The example says so: an apply that destroys a cluster ends with a failed export, and terraform
// destroy does not.
func TestCLIFailedExportKeepsTheClusterInAnApplyOnly(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.DestroyActions)
	atlas, bucketID := startAtlas(t)
	w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": requiredProviders + atlas.ProviderBlock(acctest.ServiceAccount) + lastExport(bucketID)})
	w.Run(t, "apply", "-auto-approve", "-no-color")
	paces := atlas.Paces()
	paces.ExportJobs.Outcome = "Failed"
	if err := atlas.SetPaces(paces); err != nil {
		t.Fatal(err)
	}
	if status, out := w.Script(t, "terraform apply -auto-approve -no-color -var clusters=0"); status == 0 {
		t.Errorf("the apply went on:\n%s", out)
	}
	if out := w.Run(t, "state", "list"); !strings.Contains(out, "terraform_data.cluster") {
		t.Errorf("the cluster was destroyed: the state has %s", out)
	}
	w.Run(t, "destroy", "-auto-approve", "-no-color")
	if out := w.Run(t, "state", "list"); out != "" {
		t.Errorf("the cluster was not destroyed: the state has %s", out)
	}
}

// The example says so: an action_trigger is removed with the block that it is in.
func TestCLINothingIsExportedWhenTheBlockIsRemoved(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.DestroyActions)
	atlas, bucketID := startAtlas(t)
	provider := requiredProviders + atlas.ProviderBlock(acctest.ServiceAccount)
	w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": provider + lastExport(bucketID)})
	w.Run(t, "apply", "-auto-approve", "-no-color")
	w.Write(t, "main.tf", provider+strings.Split(lastExport(bucketID), "variable ")[0])
	if out := w.Run(t, "apply", "-auto-approve", "-no-color"); !strings.Contains(out, "1 destroyed") {
		t.Errorf("the cluster was not destroyed:\n%s", out)
	}
	if jobs := atlas.ExportJobs(acctest.ProjectID, cluster); len(jobs) != 0 {
		t.Errorf("Atlas has %+v", jobs)
	}
}

func TestCLIActionIsInvokedByHand(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.Actions)
	atlas, bucketID := startAtlas(t)
	w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": requiredProviders + atlas.ProviderBlock(acctest.ServiceAccount) + fmt.Sprintf(`
action "atlasbackup_export_snapshot" "orders" {
  config {
    project_id       = %q
    cluster_name     = %q
    export_bucket_id = %q
  }
}
`, acctest.ProjectID, cluster, bucketID)})
	w.Run(t, "apply", "-auto-approve", "-no-color", "-invoke=action.atlasbackup_export_snapshot.orders")
	requireOneSuccessfulJob(t, atlas)
}
