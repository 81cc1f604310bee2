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
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	if !signal.Ignored(syscall.SIGHUP) { // as it is under nohup
		signal.Notify(signals, syscall.SIGHUP)
	}
	p := program{
		stdin:   os.Stdin,
		stdout:  os.Stdout,
		stderr:  os.Stderr,
		environ: os.Environ(),
		signals: signals,
	}
	os.Exit(p.run(os.Args[1:]))
}
