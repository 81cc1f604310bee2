package main

import (
	"context"
	"errors"
	"io/fs"
	"os/exec"
	"runtime"
	"syscall"
)

// command runs args with the emulator in its environment and returns its exit
// status as a shell does: 128+n after signal n, 127 when there is no such
// command, 126 when it cannot be run. A signal to this process alone is passed
// on, and the command decides what it does.
func (p program) command(args []string, baseURL, projectID string) int {
	// A system that ends the command with this process ends it with this thread.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	cmd := exec.CommandContext(context.Background(), args[0], args[1:]...) // only it decides when it ends
	cmd.Env = commandEnvironment(p.environ, baseURL, projectID)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.stdin, p.stdout, p.stderr
	cmd.SysProcAttr = endsWithThisProcess()
	var witness groupWitness
	witness.start()
	defer witness.stop()
	if err := cmd.Start(); errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return p.fail(127, err)
	} else if err != nil {
		return p.fail(126, err)
	}
	ended := make(chan error)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-p.signals:
			// Terraform takes a second signal for an order to stop without saving.
			if !witness.hasSeen(s) || !inThisGroup(cmd.Process) {
				_ = cmd.Process.Signal(s) // fails only when it has ended
			}
		case err := <-ended:
			return p.status(cmd, err)
		}
	}
}

func (p program) status(cmd *exec.Cmd, err error) int {
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return p.fail(1, err) // its output could not be passed on
	}
	if wait, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && wait.Signaled() {
		return 128 + int(wait.Signal())
	}
	return cmd.ProcessState.ExitCode()
}
