package acctest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Mirror is a workspace whose providers init installs, as a user's, from a directory in
// the place of a registry. This provider is in it.
type Mirror struct {
	*Workspace
	registry string // the directory of the CLI's own registry
}

// NewMirror is NewWorkspace with a mirror.
func NewMirror(t *testing.T, cli CLI, files map[string]string, env ...string) *Mirror {
	t.Helper()
	dir, host := t.TempDir(), "registry.terraform.io"
	if cli.isOpenTofu() {
		host = "registry.opentofu.org"
	}
	settings := filepath.Join(t.TempDir(), "mirror.tfrc")
	write(t, settings, fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", dir))
	m := &Mirror{
		Workspace: NewWorkspace(t, cli, files, append(env, "TF_CLI_CONFIG_FILE="+settings)...),
		registry:  filepath.Join(dir, host),
	}
	Build(t, m.provider("atlasbackup/atlasbackup")+"/")
	return m
}

// provider is the directory of a provider's program, given namespace/type.
func (m *Mirror) provider(name string) string {
	return filepath.Join(m.registry, name, "0.1.0", runtime.GOOS+"_"+runtime.GOARCH)
}

// PublishMongodbatlas puts the stand-in for the mongodbatlas provider into the mirror.
func (m *Mirror) PublishMongodbatlas(t *testing.T) {
	t.Helper()
	program := filepath.Join(m.provider("mongodb/mongodbatlas"), "terraform-provider-mongodbatlas")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", program, "github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/mongodbatlas")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s\n%s", err, out)
	}
}

// WithdrawMongodbatlas takes it away, and with it what init has installed.
func (m *Mirror) WithdrawMongodbatlas(t *testing.T) {
	t.Helper()
	for _, path := range []string{filepath.Join(m.registry, "mongodb"), filepath.Join(m.dir, ".terraform"), filepath.Join(m.dir, ".terraform.lock.hcl")} {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
	}
}

// Fail runs the CLI, which must fail, and returns all that it printed.
func (m *Mirror) Fail(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), m.cli.path, args...)
	cmd.Dir = m.dir
	cmd.Env = m.env
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatalf("%s %s has not failed:\n%s", m.cli.name, strings.Join(args, " "), out)
	}
	return string(out)
}

// Address is what the CLI calls a provider of its registry, given namespace/type.
func (m *Mirror) Address(name string) string {
	return filepath.Base(m.registry) + "/" + name
}
