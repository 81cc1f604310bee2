//go:build unix

package exportbucket_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// A cancelled job signals every process of its group. Ten of the twelve creations are under
// way at a time, so that the rounds meet the first POSTs, all of them, and those that follow.
func TestCLITerminatedApplyLosesNoBucket(t *testing.T) {
	cli := acctest.RequireCLI(t)
	for _, posts := range []int{1, 4, 10, 11, 12} {
		t.Run(fmt.Sprintf("after POST %d", posts), func(t *testing.T) {
			atlas := acctest.StartAtlas(t, emulator.Options{})
			late := emulator.Fault{Method: http.MethodPost, Path: bucketsPath, Times: -1, After: true, Delay: 300 * time.Millisecond}
			if err := atlas.AddFault(late); err != nil {
				t.Fatal(err)
			}
			w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": requiredProviders + atlas.ProviderBlock(acctest.ServiceAccount) + `
resource "atlasbackup_export_bucket" "snapshots" {
  count          = 12
  project_id     = "` + acctest.ProjectID + `"
  cloud_provider = "AWS"
  bucket_name    = "acme-atlas-snapshots-${count.index}"
  iam_role_id    = "` + acctest.IAMRoleID + `"
}
`})
			apply := w.Start(t, "apply", "-auto-approve", "-json")
			waitForPosts(t, atlas, posts)
			apply.Signal(t, syscall.SIGTERM)
			status, out := apply.Wait(t)
			if status == -1 {
				t.Errorf("the signal ended the CLI:\n%s", out)
			}

			known := stateIDs(t, w)
			reported := mayHaveBeenCreated(out)
			for _, b := range atlas.ExportBuckets(acctest.ProjectID) {
				address := "atlasbackup_export_bucket.snapshots[" + strings.TrimPrefix(b.BucketName, "acme-atlas-snapshots-") + "]"
				if !known[b.ID] && !reported[address] {
					t.Errorf("neither the state nor an error has %s, which is %s", b.ID, address)
				}
			}
			if live := atlas.LiveTokens(); live != 0 {
				t.Errorf("%d tokens are alive", live)
			}
			if t.Failed() {
				t.Log(out)
			}
		})
	}
}

// stateIDs are the ids of the export buckets in the state, of which none may be tainted.
func stateIDs(t *testing.T, w *acctest.Workspace) map[string]bool {
	t.Helper()
	var state struct {
		Resources []struct {
			Instances []struct {
				Status     string
				Attributes struct{ ID string }
			}
		}
	}
	// Of a state that was never written, nothing is printed.
	if text := w.Run(t, "state", "pull"); strings.TrimSpace(text) != "" {
		if err := json.Unmarshal([]byte(text), &state); err != nil {
			t.Fatalf("%s:\n%s", err, text)
		}
	}
	ids := map[string]bool{}
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			if instance.Status != "" {
				t.Errorf("%s is %s", instance.Attributes.ID, instance.Status)
			}
			ids[instance.Attributes.ID] = true
		}
	}
	return ids
}

// mayHaveBeenCreated are the resources of which apply -json says that nobody knows whether their
// export bucket was made. A machine under load may take longer with an answer than it is
// waited for.
func mayHaveBeenCreated(out string) map[string]bool {
	addresses := map[string]bool{}
	for line := range strings.Lines(out) {
		var message struct {
			Diagnostic struct{ Summary, Address string }
		}
		if json.Unmarshal([]byte(line), &message) == nil && message.Diagnostic.Summary == "Export bucket may have been created" {
			addresses[message.Diagnostic.Address] = true
		}
	}
	return addresses
}
