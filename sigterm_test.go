//go:build unix

package main_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

// start starts the provider's own program and returns when it serves; ended is closed when
// the program has ended.
func start(t *testing.T, args ...string) (cmd *exec.Cmd, ended <-chan struct{}) {
	t.Helper()
	cmd, _, ended = startWith(t, io.Discard, args...)
	return cmd, ended
}

// startWith is start with a place for the log, and returns the Unix socket at which the program
// serves.
func startWith(t *testing.T, log io.Writer, args ...string) (cmd *exec.Cmd, socket string, ended <-chan struct{}) {
	t.Helper()
	dir := t.TempDir()
	acctest.Build(t, dir)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	cmd = exec.CommandContext(ctx, filepath.Join(dir, "terraform-provider-atlasbackup"), args...)
	// Without what Terraform sets, it does not serve.
	cmd.Env = append(os.Environ(), "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n') // core protocol, version, network, address, …
	if err != nil {
		t.Fatal(err)
	}
	if parts := strings.Split(line, "|"); len(parts) > 3 {
		socket = parts[3]
	}
	waited := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the status says it
		close(waited)
	}()
	return cmd, socket, waited
}

func requireTerminated(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGTERM {
		t.Errorf("SIGTERM has not ended it: %s", cmd.ProcessState)
	}
}

func TestASecondSIGTERMEndsTheProcess(t *testing.T) {
	cmd, ended := start(t)
	for signals := 1; ; signals++ { // one that comes too early is still the first one's
		_ = cmd.Process.Signal(syscall.SIGTERM) // fails only when it has just ended
		select {
		case <-ended:
			if requireTerminated(t, cmd); signals == 1 {
				t.Error("the first one has ended it")
			}
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// Terraform does not end a program that is debugged.
func TestSIGTERMEndsAProgramThatIsDebugged(t *testing.T) {
	cmd, ended := start(t, "-debug")
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-ended
	requireTerminated(t, cmd)
}
