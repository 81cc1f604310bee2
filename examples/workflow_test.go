package examples_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

// job is a job of a GitHub workflow, without what the runner itself does.
type job struct {
	env   [][2]string
	steps []workflowStep
}

type workflowStep struct{ id, condition, run string }

// Patterns of a workflow in the indentation of the example.
var (
	workflowJob  = regexp.MustCompile(`^  (\w+):$`)
	jobKey       = regexp.MustCompile(`^    (\S+):`)
	jobVariable  = regexp.MustCompile(`^      (\w+): (.*)$`)
	stepKey      = regexp.MustCompile(`^      (?:- |  )([\w-]+): *(.*)$`)
	stepScript   = regexp.MustCompile(`^ {10}(.*)$`)
	yamlComment  = regexp.MustCompile(`\s+#.*$`)
	expression   = regexp.MustCompile(`\$\{\{ (.*?) \}\}`)
	isOutput     = regexp.MustCompile(`^steps\.(\w+)\.outputs\.(\w+) == '(.*)'$`)
	setsVariable = regexp.MustCompile(`(?m)^(\w+)=(.*)$`)
)

// readJob returns a job of a workflow. It reads only what the example's workflows have: the
// indentation is theirs, and a script is one line or a block.
func readJob(t *testing.T, path, name string) job {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var found job
	var here, key string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if match := workflowJob.FindStringSubmatch(line); match != nil {
			here, key = match[1], ""
		} else if match := jobKey.FindStringSubmatch(line); match != nil {
			key = match[1]
		} else if match := jobVariable.FindStringSubmatch(line); here == name && key == "env" && match != nil {
			found.env = append(found.env, [2]string{match[1], scalar(match[2])})
		} else if here == name && key == "steps" {
			found.readStepLine(line)
		}
	}
	if len(found.steps) == 0 {
		t.Fatalf("%s has no job %s", path, name)
	}
	return found
}

// scalar is a value of one line, without quotes and without the comment after it.
func scalar(text string) string {
	return strings.Trim(yamlComment.ReplaceAllString(text, ""), `"`)
}

func (j *job) readStepLine(line string) {
	if strings.HasPrefix(line, "      - ") {
		j.steps = append(j.steps, workflowStep{})
	}
	if len(j.steps) == 0 {
		return
	}
	step := &j.steps[len(j.steps)-1]
	if match := stepScript.FindStringSubmatch(line); match != nil && strings.HasPrefix(step.run, "|") {
		step.run += match[1] + "\n"
	} else if match := stepKey.FindStringSubmatch(line); match != nil {
		switch match[1] {
		case "id":
			step.id = scalar(match[2])
		case "if":
			step.condition = scalar(match[2])
		case "run":
			step.run = match[2] + "\n"
		}
	}
}

// gitopsRepository is a checkout of the GitOps example, with a state of its own in place of its backend.
type gitopsRepository struct {
	*acctest.Mirror
	contexts map[string]string // what expressions of the workflows are
	programs string            // a directory on the PATH of each step
}

func newGitopsRepository(t *testing.T, cli acctest.CLI, atlas *acctest.Atlas) gitopsRepository {
	t.Helper()
	files := read(t, "gitops")
	delete(files, "backend.tf")
	r := gitopsRepository{
		Mirror:   acctest.NewMirror(t, cli, files, "MONGODB_ATLAS_BASE_URL="+atlas.URL),
		contexts: map[string]string{"vars.ATLAS_PROJECT_ID": acctest.ProjectID},
		programs: t.TempDir(),
	}
	for name := range files {
		if info, err := os.Stat(filepath.Join("gitops", name)); err != nil {
			t.Fatal(err)
		} else if info.Mode()&0o100 != 0 {
			script(t, r.Workspace, 0, "chmod +x "+name)
		}
	}
	return r
}

// use sets the secrets of the workflows' environment.
func (r gitopsRepository) use(credential acctest.Values) {
	r.contexts["secrets.MONGODB_ATLAS_CLIENT_ID"] = credential["client_id"].(string)
	r.contexts["secrets.MONGODB_ATLAS_CLIENT_SECRET"] = credential["client_secret"].(string)
}

// installGo puts a go on the PATH of the steps that installs a program of this module from this
// source, whatever version it is asked for.
func (r gitopsRepository) installGo(t *testing.T) {
	t.Helper()
	program, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	text := "#!/bin/sh\n[ \"$1\" = install ] && cd '" + root + "' && exec '" + program + "' build -o '" + r.programs + "/' \"${2%@v*}\"\n"
	if err := os.WriteFile(filepath.Join(r.programs, "go"), []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}

// succeed runs a job, which must succeed and print the fragments, and returns all that it printed.
func (r gitopsRepository) succeed(t *testing.T, workflow, name string, fragments ...string) string {
	t.Helper()
	return r.run(t, workflow, name, 0, fragments)
}

// fail runs a job, which must fail and print the fragments, and returns all that it printed.
func (r gitopsRepository) fail(t *testing.T, workflow, name string, fragments ...string) string {
	t.Helper()
	return r.run(t, workflow, name, 1, fragments)
}

// run runs the scripts of a job as GitHub does, on a fresh checkout: each in a bash of its own, up
// to the first that fails.
func (r gitopsRepository) run(t *testing.T, workflow, name string, want int, fragments []string) string {
	t.Helper()
	script(t, r.Workspace, 0, "rm -rf .terraform .terraform.lock.hcl tfplan plan.json")
	j := readJob(t, filepath.Join("gitops/.github/workflows", workflow), name)
	setup := "set +u\nexport PATH='" + r.programs + "':$PATH\n"
	for _, variable := range j.env {
		setup += "export " + variable[0] + "='" + r.evaluate(t, variable[1]) + "'\n"
	}
	outputs := map[string]string{}
	var out strings.Builder
	status := 0
	for _, step := range j.steps {
		if status != 0 || step.run == "" || !isMet(t, step.condition, outputs) {
			continue
		}
		file := filepath.Join(t.TempDir(), "output")
		var printed string
		status, printed = r.Script(t, setup+"export GITHUB_OUTPUT='"+file+"'\n"+strings.TrimPrefix(step.run, "|\n"))
		out.WriteString(printed)
		set, _ := os.ReadFile(file) // a step without outputs writes none
		for _, match := range setsVariable.FindAllStringSubmatch(string(set), -1) {
			outputs[step.id+"."+match[1]] = match[2]
		}
	}
	if status != want {
		t.Fatalf("%s: exit status %d, want %d:\n%s", workflow, status, want, out.String())
	}
	for _, fragment := range fragments {
		requireFragment(t, out.String(), fragment)
	}
	return out.String()
}

func (r gitopsRepository) evaluate(t *testing.T, text string) string {
	t.Helper()
	return expression.ReplaceAllStringFunc(text, func(found string) string {
		value, ok := r.contexts[expression.FindStringSubmatch(found)[1]]
		if !ok {
			t.Fatalf("the workflow uses %s, which is not set", found)
		}
		return value
	})
}

// isMet evaluates the only kind of condition that the example's steps have.
func isMet(t *testing.T, condition string, outputs map[string]string) bool {
	t.Helper()
	if condition == "" {
		return true
	}
	match := isOutput.FindStringSubmatch(condition)
	if match == nil {
		t.Fatalf("condition %q, want one like steps.<id>.outputs.<name> == '…'", condition)
	}
	return outputs[match[1]+"."+match[2]] == match[3]
}
