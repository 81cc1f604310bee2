//go:build unix

package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// groupDelay is far longer than a system takes to send a signal to every process
// of a group.
const groupDelay = 50 * time.Millisecond

// groupWitness tells a signal that was sent to the whole process group, as Ctrl-C
// at a terminal is, from one that was sent to this process alone. It is another
// process of the group, which every signal ends.
type groupWitness struct {
	cmd *exec.Cmd

	// ahead is a signal that has ended the witness before hasSeen was asked about
	// it: Go does not deliver signals in the order in which they came.
	ahead os.Signal
}

// start starts a process that waits, and ends when this one does.
func (w *groupWitness) start() {
	w.cmd = exec.CommandContext(context.Background(), "cat") // until its input is closed
	if _, err := w.cmd.StdinPipe(); err != nil {
		return // hasSeen knows that it has not started
	}
	_ = w.cmd.Start() // likewise
}

// stop ends it.
func (w *groupWitness) stop() {
	if w.cmd.Process != nil {
		_ = w.cmd.Process.Kill() // fails only when it has ended
		_ = w.cmd.Wait()         // says that it was killed
	}
}

// hasSeen says whether s was sent to the witness too. It is false when no witness
// could be started.
func (w *groupWitness) hasSeen(s os.Signal) bool {
	if w.ahead == s {
		w.ahead = nil
		return true
	}
	if w.cmd.Process == nil {
		return false
	}
	time.Sleep(groupDelay)
	_ = w.cmd.Process.Signal(syscall.SIGUSR2) // no effect when another signal has ended it
	end := endedBy(w.cmd.Wait())
	w.start()
	if end != s && end != syscall.SIGUSR2 {
		w.ahead = end
	}
	return end == s
}

// endedBy returns the signal that ended a process whose Wait returns err, or nil.
func endedBy(err error) os.Signal {
	var end *exec.ExitError
	if !errors.As(err, &end) {
		return nil
	}
	status, _ := end.Sys().(syscall.WaitStatus)
	return status.Signal()
}

func inThisGroup(process *os.Process) bool {
	group, err := syscall.Getpgid(process.Pid)
	return err == nil && group == syscall.Getpgrp()
}
