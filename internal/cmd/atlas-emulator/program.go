package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// regionDelay is short enough to wait for and long enough to be noticed.
const regionDelay = 2 * time.Second

// program is what the process has of its surroundings.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	environ        []string
	signals        <-chan os.Signal // SIGINT and SIGTERM
	hasTerminal    bool             // whether Ctrl-C reaches the command without the emulator
}

const usage = `atlas-emulator is MongoDB Atlas on loopback, as far as export buckets go.

Usage:
  atlas-emulator [flags]                 serve until Ctrl-C
  atlas-emulator [flags] -- command...   serve while the command runs, and exit with its status

Served alone, it prints its address and its credentials, which are no secrets.
The command has them in its environment: MONGODB_ATLAS_BASE_URL,
MONGODB_ATLAS_CLIENT_ID, MONGODB_ATLAS_CLIENT_SECRET and TF_VAR_project_id. Any
other Atlas credential in the environment is kept from it.

Faults are what Atlas, a proxy and the network can do to a request. They are set
with -fault, or while it serves by POST to /emulator/faults: the README of the
program has examples, and the names of all faults.

Flags:
`

var hex24 = regexp.MustCompile(`^[a-f0-9]{24}$`)

// run runs the program with the given arguments and returns its exit status: 2
// for wrong arguments, 1 when it cannot serve, else that of the command.
func (p program) run(args []string) int {
	flags := flag.NewFlagSet("atlas-emulator", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	addr := flags.String("addr", "127.0.0.1:0", "loopback `address` to listen on; port 0 is a free one")
	stateFile := flags.String("state", "", "`file` that keeps what Atlas holds for the next run; without it nothing is kept")
	projectID := flags.String("project", demoProjectID, "`id` of the project that there is, 24 digits or letters a to f")
	var faults []emulator.Fault
	flags.Func("fault", "`fault` that is set from the start, in JSON, such as '{\"preset\":\"503\",\"times\":2}'; may be repeated", func(text string) error {
		fault, err := emulator.ParseFault([]byte(text))
		faults = append(faults, fault)
		return err
	})
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		_, _ = fmt.Fprint(p.stdout, usage)
		flags.SetOutput(p.stdout)
		flags.PrintDefaults()
		return 0
	} else if err != nil {
		return p.fail(2, err)
	}
	if !hex24.MatchString(*projectID) {
		return p.fail(2, fmt.Errorf("-project %q is not an id of 24 digits or letters a to f", *projectID))
	}
	if err := checkLoopback(*addr); err != nil {
		return p.fail(2, err)
	}

	atlas, err := emulator.New(emulator.Options{RegionDelay: regionDelay, StateFile: *stateFile})
	if err != nil {
		return p.fail(1, err)
	}
	addDemo(atlas, *projectID)
	for _, fault := range faults {
		if err := atlas.AddFault(fault); err != nil {
			return p.fail(2, fmt.Errorf("-fault: %w", err))
		}
	}
	server, baseURL, err := serve(*addr, atlas)
	if err != nil {
		return p.fail(1, err)
	}
	defer func() { _ = server.Close() }()

	if flags.NArg() > 0 {
		return p.command(flags.Args(), baseURL, *projectID)
	}
	p.printConnection(baseURL, *projectID)
	<-p.signals
	return 0
}

func (p program) fail(status int, err error) int {
	_, _ = fmt.Fprintf(p.stderr, "atlas-emulator: %v\n", err)
	if status == 2 {
		_, _ = fmt.Fprintln(p.stderr, "Run atlas-emulator -h for help.")
	}
	return status
}
