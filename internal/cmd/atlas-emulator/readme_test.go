//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// readmeExamples returns the shell blocks of the README.
func readmeExamples(t *testing.T) []string {
	t.Helper()
	var examples []string
	for _, block := range shellBlock.FindAllStringSubmatch(readme(t), -1) {
		examples = append(examples, block[1])
	}
	if len(examples) != 5 {
		t.Fatalf("%d examples in the README, want 5", len(examples))
	}
	return examples
}

func readme(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// runExample runs an example in the environment that s prints, and returns its
// output.
func runExample(t *testing.T, s serving, example string, more ...string) (string, error) {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl on this machine to run the examples with")
	}
	cmd := exec.Command("sh", "-eu", "-c", example)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, more...)
	for name, value := range s.exports {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.Output()
	return string(out), err
}

// requireObject runs an example that prints a JSON object.
func requireObject(t *testing.T, s serving, example string) map[string]any {
	t.Helper()
	out, err := runExample(t, s, example)
	var object map[string]any
	if err != nil || json.Unmarshal([]byte(out), &object) != nil {
		t.Fatalf("%s\n%v: %s", example, err, out)
	}
	return object
}

func TestCurlExamplesOfTheReadmeWork(t *testing.T) {
	examples := readmeExamples(t)
	list, made := examples[0], examples[1]
	if !strings.Contains(list, "/api/oauth/token") || !strings.Contains(made, "--digest") {
		t.Fatalf("the examples are %q and %q", list, made)
	}
	s := startServing(t)
	if total := requireObject(t, s, list)["totalCount"]; total != 0.0 {
		t.Errorf("%v export buckets at first, want 0", total)
	}
	id := requireObject(t, s, made)["_id"]
	after := requireObject(t, s, list)["results"].([]any)
	if len(after) != 1 || after[0].(map[string]any)["_id"] != id {
		t.Errorf("the list has %v, want %v", after, id)
	}
}

func TestFaultExamplesOfTheReadmeWork(t *testing.T) {
	examples := readmeExamples(t)
	list, made, fault, faults := examples[0], examples[1], examples[2], examples[3]
	s := startServing(t)
	requireObject(t, s, fault)
	if out, err := runExample(t, s, made); err == nil {
		t.Errorf("the answer came: %s", out)
	}
	if total := requireObject(t, s, list)["totalCount"]; total != 1.0 {
		t.Errorf("%v export buckets, want the one whose answer was lost", total)
	}
	for _, want := range []string{"[1]", "[]"} { // the second run sees what the first has cleared
		var hits []any
		for _, f := range requireObject(t, s, faults)["faults"].([]any) {
			hits = append(hits, f.(map[string]any)["hits"])
		}
		if fmt.Sprint(hits) != want {
			t.Errorf("hits %v, want %s", hits, want)
		}
	}
	requireObject(t, s, made)
}

func TestClusterExampleOfTheReadmeWorks(t *testing.T) {
	examples := readmeExamples(t)
	made, cluster := examples[1], examples[4]
	s := startServing(t)
	id := requireObject(t, s, made)["_id"].(string)
	if out, err := runExample(t, s, cluster, "bucket="+id); err != nil || out != "" {
		t.Fatalf("%v: %s", err, out)
	}
	schedule := s.exports["MONGODB_ATLAS_BASE_URL"] + "/api/atlas/v2/groups/" + s.exports["TF_VAR_project_id"] + "/clusters/Cluster0/backup/schedule"
	if export := call(t, s, "GET", schedule, "")["export"]; export.(map[string]any)["exportBucketId"] != id {
		t.Errorf("the cluster exports to %v, want %s", export, id)
	}
}

func TestReadmeHasEveryPreset(t *testing.T) {
	var table strings.Builder
	for _, preset := range emulator.Presets() {
		_, _ = fmt.Fprintf(&table, "| `%s` | %s |\n", preset.Name, preset.About)
	}
	if !strings.Contains(readme(t), "|---|---|\n"+table.String()+"\n") {
		t.Errorf("the README's presets are not\n%s", table.String())
	}
}

// Every value has a preset.
func TestReadmeHasEveryValueOfAField(t *testing.T) {
	for _, preset := range emulator.Presets() {
		fault := preset.Fault
		for field, value := range map[string]string{"break": fault.Break, "list": fault.List, "answer": fault.Answer} {
			row := regexp.MustCompile("(?m)^\\| `" + field + "` \\|.*$").FindString(readme(t))
			if value != "" && !strings.Contains(row, "`"+value+"`") {
				t.Errorf("no `%s` in the README's row %q", value, row)
			}
		}
	}
}

func TestReadmeHasEveryFieldOfAFault(t *testing.T) {
	for field := range reflect.TypeFor[emulator.Fault]().Fields() {
		name := strings.ToLower(field.Name[:1]) + field.Name[1:]
		if !strings.Contains(readme(t), "`"+name+"`") {
			t.Errorf("no `%s` in the README", name)
		}
	}
}
