// Package examples_test runs the examples as their readers do.
package examples_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// workspace copies an example, and has the environment that the emulator's program gives
// a command. The backend of an example is left out: the state stays in the workspace.
func workspace(t *testing.T, cli acctest.CLI, atlas *acctest.Atlas, dir string) *acctest.Workspace {
	t.Helper()
	files := read(t, dir)
	delete(files, "backend.tf")
	return acctest.NewWorkspace(t, cli, files, environment(atlas)...)
}

// read returns the files of a directory, by their paths in it.
func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
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
	return files
}

func environment(atlas *acctest.Atlas) []string {
	return []string{
		"MONGODB_ATLAS_BASE_URL=" + atlas.URL,
		"MONGODB_ATLAS_CLIENT_ID=" + acctest.ServiceAccount["client_id"].(string),
		"MONGODB_ATLAS_CLIENT_SECRET=" + acctest.ServiceAccount["client_secret"].(string),
		"TF_VAR_project_id=" + acctest.ProjectID,
	}
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

// The modules that need other providers have tests of their own kind, which their READMEs
// tell how to run.
func TestCLIModuleTestsPass(t *testing.T) {
	cli := acctest.RequireCLI(t)
	for dir, passes := range map[string]string{
		"testing":               "2 passed, 0 failed",
		"modules/export_bucket": "8 passed, 0 failed",
		"gitops":                "2 passed, 0 failed",
	} {
		t.Run(dir, func(t *testing.T) {
			atlas := acctest.StartAtlas(t, emulator.Options{})
			out := workspace(t, cli, atlas, dir).Run(t, "test", "-no-color")
			if !strings.Contains(out, passes) {
				t.Errorf("not %s:\n%s", passes, out)
			}
			if held := atlas.ExportBuckets(acctest.ProjectID); len(held) != 0 {
				t.Errorf("Atlas still holds %+v", held)
			}
		})
	}
}

var (
	variable = regexp.MustCompile(`(?m)^variable "(\w+)"`)
	output   = regexp.MustCompile(`(?m)^output "(\w+)"`)
	row      = regexp.MustCompile("(?m)^\\| `(\\w+)` \\|")
)

func TestREADMEOfAModuleListsItsInputsAndOutputs(t *testing.T) {
	modules, err := filepath.Glob("modules/*")
	if err != nil || len(modules) < 4 {
		t.Fatal(modules, err)
	}
	for _, module := range modules {
		files := read(t, module)
		inputs, outputs, found := strings.Cut(files["README.md"], "\n## Outputs\n")
		if !found {
			t.Fatalf("%s/README.md has no outputs", module)
		}
		for text, want := range map[string][]string{inputs: names(variable, files["variables.tf"]), outputs: names(output, files["outputs.tf"])} {
			if got := names(row, text); !slices.Equal(got, want) {
				t.Errorf("%s/README.md lists %q, the module has %q", module, got, want)
			}
		}
	}
}

// names returns what the first group of a pattern matches, in the order of the text.
func names(pattern *regexp.Regexp, text string) []string {
	var found []string
	for _, match := range pattern.FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	return found
}
