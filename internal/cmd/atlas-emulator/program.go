package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// program is what the process gets from its environment.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	environ        []string
	signals        <-chan os.Signal // those that end the process
}

// run runs the program with the given arguments and returns its exit status: 2
// for wrong arguments, 1 when it cannot serve, else that of the command, but 1
// when the command succeeded and a fault has hit nothing.
func (p program) run(args []string) int {
	var o options
	flags := o.flags()
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		_, _ = fmt.Fprint(p.stdout, usage)
		flags.SetOutput(p.stdout)
		flags.PrintDefaults()
		return 0
	} else if err != nil {
		return p.fail(2, err)
	}
	if err := o.check(); err != nil {
		return p.fail(2, err)
	}
	seed, err := o.readSeed()
	if err != nil {
		return p.fail(2, err)
	}

	if o.stateFile != "" {
		unlock, err := emulator.LockStateFile(o.stateFile)
		if err != nil {
			return p.fail(1, err)
		}
		defer unlock()
	}
	atlas, err := newDemo(o)
	if err != nil {
		return p.fail(1, err)
	}
	if seed != nil {
		if err := atlas.Seed(seed); err != nil {
			return p.fail(2, fmt.Errorf("-seed %s: %w", o.seedFile, err))
		}
	}
	for _, fault := range o.faults {
		if err := atlas.AddFault(fault); err != nil {
			return p.fail(2, fmt.Errorf("-fault: %w", err))
		}
	}
	server, baseURL, err := serve(o.addr, atlas)
	if err != nil {
		return p.fail(1, err)
	}
	defer func() { _ = server.Close() }()

	if flags.NArg() > 0 {
		status := p.command(flags.Args(), baseURL, o.projectID)
		return p.reportUnusedFaults(atlas, status)
	}
	p.printConnection(baseURL, o.projectID)
	<-p.signals
	return 0
}

// reportUnusedFaults names the faults that have tested nothing, and returns the
// program's exit status when that of the command is given.
func (p program) reportUnusedFaults(atlas *emulator.Atlas, status int) int {
	for _, fault := range atlas.UnusedFaults() {
		unused := p.fail(1, fmt.Errorf("the fault %s has hit no request: check its method, path and skip", fault))
		if status == 0 {
			status = unused
		}
	}
	return status
}

func (p program) fail(status int, err error) int {
	_, _ = fmt.Fprintf(p.stderr, "atlas-emulator: %v\n", err)
	if status == 2 {
		_, _ = fmt.Fprintln(p.stderr, "Run atlas-emulator -h for help.")
	}
	return status
}
