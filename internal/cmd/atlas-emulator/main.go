// Command atlas-emulator serves the emulated MongoDB Atlas of
// internal/emulator on loopback: alone, or for as long as a command runs. Its
// README has examples.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	p := program{
		stdin:       os.Stdin,
		stdout:      os.Stdout,
		stderr:      os.Stderr,
		environ:     os.Environ(),
		signals:     signals,
		hasTerminal: hasTerminal(),
	}
	os.Exit(p.run(os.Args[1:]))
}

// hasTerminal says whether the process has a controlling terminal.
func hasTerminal() bool {
	terminal, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	_ = terminal.Close()
	return true
}
