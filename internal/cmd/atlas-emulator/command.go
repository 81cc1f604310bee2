package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
)

// atlasVariables are the names under which Atlas' tools look for an address or
// a credential.
var atlasVariables = []string{
	"MONGODB_ATLAS_BASE_URL", "MCLI_OPS_MANAGER_URL",
	"MONGODB_ATLAS_ACCESS_TOKEN",
	"MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET",
	"MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY", "MCLI_PUBLIC_API_KEY",
	"MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PRIVATE_KEY", "MCLI_PRIVATE_API_KEY",
}

// commandEnvironment returns environ with the connection in place of every
// variable of Atlas' tools, so that a real credential never meets the emulator.
func commandEnvironment(environ []string, baseURL, projectID string) []string {
	kept := slices.DeleteFunc(slices.Clone(environ), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(atlasVariables, name)
	})
	return append(kept, connection(baseURL, projectID)...) // exec takes the last of a name
}

// command runs args with the emulator in its environment and returns its exit
// status as a shell does: 128+n after signal n, 127 when there is no such
// command, 126 when it cannot be run.
func (p program) command(args []string, baseURL, projectID string) int {
	cmd := exec.CommandContext(context.Background(), args[0], args[1:]...) // only it decides when it ends
	cmd.Env = commandEnvironment(p.environ, baseURL, projectID)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.stdin, p.stdout, p.stderr
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
			// At a terminal Ctrl-C has reached the command already. Terraform
			// takes a second one for an order to stop without saving.
			if s != os.Interrupt || !p.hasTerminal {
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
