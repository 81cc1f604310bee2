//go:build unix

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

func TestCurlExamplesOfTheReadmeWork(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl on this machine to run the examples with")
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := shellBlock.FindAllStringSubmatch(string(readme), -1)
	if len(examples) != 2 {
		t.Fatalf("%d examples in the README, want 2", len(examples))
	}
	s := startServing(t)
	run := func(example string) map[string]any {
		t.Helper()
		cmd := exec.Command("sh", "-eu", "-c", example)
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
		for name, value := range s.exports {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		var object map[string]any
		if err != nil || json.Unmarshal(out, &object) != nil {
			t.Fatalf("%s\n%v: %s%s", example, err, out, stderr.String())
		}
		return object
	}

	list, made := examples[0][1], examples[1][1]
	if !strings.Contains(list, "/api/oauth/token") || !strings.Contains(made, "--digest") {
		t.Fatalf("the examples are %q and %q", list, made)
	}
	if total := run(list)["totalCount"]; total != 0.0 {
		t.Errorf("%v export buckets at first, want 0", total)
	}
	id := run(made)["_id"]
	after := run(list)["results"].([]any)
	if len(after) != 1 || after[0].(map[string]any)["_id"] != id {
		t.Errorf("the list has %v, want %v", after, id)
	}
}
