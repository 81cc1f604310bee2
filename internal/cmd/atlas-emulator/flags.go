package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const usage = `atlas-emulator is a local MongoDB Atlas for tests: its API for export buckets,
clusters, backup schedules, snapshots, export jobs, private endpoints and access
roles. It needs no Atlas account and no cloud.

Usage:
  atlas-emulator [flags]                 run until Ctrl-C
  atlas-emulator [flags] -- command...   run as long as the command, and exit with its status

Without a command it prints its address and its credentials, which are not
secret. A command gets them in its environment: MONGODB_ATLAS_BASE_URL,
MONGODB_ATLAS_OPS_MANAGER_URL, MONGODB_ATLAS_CLIENT_ID,
MONGODB_ATLAS_CLIENT_SECRET and TF_VAR_project_id. Other Atlas credentials and
addresses are removed from its environment.

A fault is what Atlas, a proxy or the network can do to a request. A fault that
has hit no request when the command ends is an error.

While the emulator runs, its control endpoint changes what the API cannot change:
  POST, GET, DELETE /emulator/faults    add, show or remove faults
  POST /emulator/seed                   add what a seed describes
  POST /emulator/clusters               add or change a cluster
  POST /emulator/snapshots              take a snapshot as a backup schedule does
  GET, PATCH /emulator/paces            how long each state lasts, and how it ends
  PUT /emulator/rate-limit              requests per minute

The README of the program has examples, the format of a seed, and all faults.

Flags:
`

// options are what the arguments say.
type options struct {
	addr       string
	projectID  string
	clusters   []demoCluster
	faults     []emulator.Fault
	seedFile   string
	stateFile  string
	exportsDir string
	pace       time.Duration
	rateLimit  int
}

// flags returns flags that set o.
func (o *options) flags() *flag.FlagSet {
	flags := flag.NewFlagSet("atlas-emulator", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.addr, "addr", "127.0.0.1:0", "loopback `address` to listen on; port 0 is a free port")
	flags.StringVar(&o.projectID, "project", demoProjectID, "`id` of the project that is added and that the command gets, 24 digits or letters a to f")
	flags.Func("cluster", "`name` of a cluster of the project; with ,exports after it, the cluster exports to each new export bucket; may be repeated", func(text string) error {
		cluster, err := parseCluster(text)
		o.clusters = append(o.clusters, cluster)
		return err
	})
	flags.Func("fault", "`fault` that is set from the start, in JSON, such as '{\"preset\":\"503\",\"times\":2}'; may be repeated", func(text string) error {
		fault, err := emulator.ParseFault([]byte(text))
		o.faults = append(o.faults, fault)
		return err
	})
	flags.StringVar(&o.seedFile, "seed", "", "`file` in JSON with projects and what they contain, which are added at the start")
	flags.StringVar(&o.stateFile, "state", "", "`file` that keeps the state for the next run; without it nothing is kept")
	flags.StringVar(&o.exportsDir, "exports", "", "`directory` into which export jobs write sample files; without it they write none")
	flags.DurationVar(&o.pace, "pace", emulator.DefaultPaces().ExportJobs.Queued, "`duration` of each state of a new snapshot, export job or private endpoint; may be 0")
	flags.IntVar(&o.rateLimit, "rate-limit", 0, "`number` of requests per minute that a project accepts; 0 is the limit of Atlas, -1 is no limit")
	return flags
}

var hex24 = regexp.MustCompile(`^[a-f0-9]{24}$`)

// check returns the first wrong value.
func (o *options) check() error {
	switch {
	case !hex24.MatchString(o.projectID):
		return fmt.Errorf("-project %q is not an id of 24 digits or letters a to f", o.projectID)
	case o.pace < 0:
		return fmt.Errorf("-pace %s is negative", o.pace)
	case o.rateLimit < emulator.NoRateLimit:
		return fmt.Errorf("-rate-limit %d is neither a number of requests, nor 0 for the limit of Atlas, nor -1 for no limit", o.rateLimit)
	}
	return checkLoopback(o.addr)
}

// readSeed returns the content of the seed file, or nil without one.
func (o *options) readSeed() ([]byte, error) {
	if o.seedFile == "" {
		return nil, nil
	}
	text, err := os.ReadFile(o.seedFile)
	if err != nil {
		return nil, fmt.Errorf("-seed: %w", err)
	}
	return text, nil
}
