//go:build unix

package acctest

import (
	"bytes"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// Process is a CLI that runs, in a process group with the providers that it starts, as a
// shell would have it.
type Process struct {
	cmd *exec.Cmd
	out bytes.Buffer
}

// Start starts the CLI. What is left of its group is killed at the end of the test.
func (w *Workspace) Start(t *testing.T, args ...string) *Process {
	t.Helper()
	p := &Process{cmd: exec.CommandContext(t.Context(), w.cli.path, args...)}
	p.cmd.Dir, p.cmd.Env = w.dir, w.env
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.cmd.WaitDelay = 10 * time.Second
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) }) // most have ended by then
	return p
}

// Signal signals the CLI and its providers, as a terminal does on Ctrl-C, and whoever
// cancels a job.
func (p *Process) Signal(t *testing.T, signal syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(-p.cmd.Process.Pid, signal); err != nil {
		t.Fatal(err)
	}
}

// Wait returns the exit status, -1 after a signal, and all that was printed.
func (p *Process) Wait(t *testing.T) (status int, out string) {
	t.Helper()
	_ = p.cmd.Wait() // the status says it
	return p.cmd.ProcessState.ExitCode(), p.out.String()
}
