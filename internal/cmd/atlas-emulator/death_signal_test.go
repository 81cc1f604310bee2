//go:build linux || freebsd

package main

import (
	"os"
	"syscall"
	"testing"
)

func TestKilledEmulatorLeavesNoCommand(t *testing.T) {
	cmd, lines := startProcess(t, "--", "sh", "-c", "echo ready; exec sleep 600")
	wantLine(t, lines, "ready")
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // until the command ends
		t.Errorf("the command also says %q", lines.Text())
	}
	_ = cmd.Wait()
	if got, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || got.Signal() != os.Kill {
		t.Errorf("the emulator ended with %v", cmd.ProcessState)
	}
}
