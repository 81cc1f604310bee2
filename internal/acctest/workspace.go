package acctest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Workspace is a directory with a configuration, in which the CLI runs with the
// provider's own binary, as a user's does.
type Workspace struct {
	dir string
	cli CLI
	env []string
}

// NewWorkspace builds the provider and puts files into an empty directory. The
// environment has nothing of Terraform's or Atlas' but what env adds to it.
func NewWorkspace(t *testing.T, cli CLI, files map[string]string, env ...string) *Workspace {
	t.Helper()
	bin, home := t.TempDir(), t.TempDir()
	Build(t, bin)
	w := &Workspace{dir: t.TempDir(), cli: cli}
	for name, text := range files {
		write(t, filepath.Join(w.dir, name), text)
	}
	settings := filepath.Join(home, "cli.tfrc")
	write(t, settings, fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"atlasbackup/atlasbackup\" = %q\n  }\n  direct {}\n}\n", bin))
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TF_") && !isAtlasVariable(variable) {
			w.env = append(w.env, variable)
		}
	}
	// A script calls the CLI terraform, whichever it is.
	if err := os.Symlink(cli.path, filepath.Join(home, "terraform")); err != nil {
		t.Fatal(err)
	}
	w.env = append(w.env, "PATH="+home+string(os.PathListSeparator)+os.Getenv("PATH"))
	w.env = append(w.env, "HOME="+home, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0", "TF_CLI_CONFIG_FILE="+settings)
	w.env = append(w.env, env...)
	return w
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Write puts a file into the workspace.
func (w *Workspace) Write(t *testing.T, name, text string) {
	t.Helper()
	write(t, filepath.Join(w.dir, name), text)
}

// Run runs the CLI and returns all that it printed; the test fails if the CLI does.
func (w *Workspace) Run(t *testing.T, args ...string) string {
	t.Helper()
	status, out := w.exec(t, w.cli.path, args...)
	if status != 0 {
		t.Fatalf("%s %s: exit status %d\n%s", w.cli.name, strings.Join(args, " "), status, out)
	}
	return out
}

// Script runs a script in bash, for which the CLI is called terraform, and returns its
// exit status and all that it printed.
func (w *Workspace) Script(t *testing.T, script string) (status int, out string) {
	t.Helper()
	return w.exec(t, "bash", "-euc", script)
}

func (w *Workspace) exec(t *testing.T, name string, args ...string) (status int, out string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = w.dir
	cmd.Env = w.env
	text, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(text)
}

// Build builds the provider as a release has it, into dir. The go command's cache makes all
// but the first call cheap.
func Build(t *testing.T, dir string) {
	t.Helper()
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		t.Fatal("no source file")
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", dir, ".")
	cmd.Dir = filepath.Join(filepath.Dir(file), "..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s\n%s", err, out)
	}
}
