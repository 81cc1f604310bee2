// Package examples_test runs the examples as their readers do.
package examples_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// workspace copies an example, and has the environment that the emulator's program gives
// a command.
func workspace(t *testing.T, cli acctest.CLI, atlas *acctest.Atlas, dir string) *acctest.Workspace {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".tf") && !strings.HasSuffix(path, ".hcl") {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return acctest.NewWorkspace(t, cli, files,
		"MONGODB_ATLAS_BASE_URL="+atlas.URL,
		"MONGODB_ATLAS_CLIENT_ID="+acctest.ServiceAccount["client_id"].(string),
		"MONGODB_ATLAS_CLIENT_SECRET="+acctest.ServiceAccount["client_secret"].(string),
		"TF_VAR_project_id="+acctest.ProjectID,
	)
}

func TestCLIQuickstartAppliesAndDestroys(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	w := workspace(t, cli, atlas, "quickstart")
	w.Run(t, "apply", "-auto-approve")
	if held := atlas.ExportBuckets(acctest.ProjectID); len(held) != 3 {
		t.Errorf("Atlas holds %+v, want a bucket on each cloud", held)
	}
	w.Run(t, "plan", "-detailed-exitcode", "-refresh=false")
	w.Run(t, "plan", "-detailed-exitcode")
	w.Run(t, "destroy", "-auto-approve")
	if held := atlas.ExportBuckets(acctest.ProjectID); len(held) != 0 {
		t.Errorf("Atlas still holds %+v", held)
	}
}

func TestCLIModuleTestPasses(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	out := workspace(t, cli, atlas, "testing").Run(t, "test", "-no-color")
	if !strings.Contains(out, "2 passed, 0 failed") {
		t.Errorf("not two runs have passed:\n%s", out)
	}
	if held := atlas.ExportBuckets(acctest.ProjectID); len(held) != 0 {
		t.Errorf("Atlas still holds %+v", held)
	}
}
