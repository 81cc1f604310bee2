//go:build linux

// Command measured runs a provider's program in its own place, for a CLI that starts it, and writes
// what the program used: a line with the CPU time in microseconds and the peak memory in KiB. It takes
// the program from BENCH_PROGRAM, and appends the line to the file BENCH_USAGE.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

func main() {
	runtime.LockOSThread()                                          // Pdeathsig follows the thread
	cmd := exec.Command(os.Getenv("BENCH_PROGRAM"), os.Args[1:]...) //nolint:noctx // it ends with this process
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		log.Fatal(err)
	}
	if err := writeUsage(cmd.ProcessState); err != nil {
		log.Fatal(err)
	}
	os.Exit(cmd.ProcessState.ExitCode())
}

func writeUsage(ended *os.ProcessState) error {
	usage, ok := ended.SysUsage().(*syscall.Rusage)
	if !ok {
		return errors.New("the system does not tell what the process used")
	}
	file, err := os.OpenFile(os.Getenv("BENCH_USAGE"), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(file, (ended.UserTime() + ended.SystemTime()).Microseconds(), usage.Maxrss)
	return errors.Join(err, file.Close())
}
