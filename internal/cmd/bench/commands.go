//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// commands are those of the CLI that are measured, in this order.
var commands = [][]string{{"validate"}, {"apply", "-auto-approve"}, {"plan"}, {"destroy", "-auto-approve"}}

// ourName is the name of this provider.
const ourName = "atlasbackup"

// subject is a provider that is measured.
type subject struct {
	program  string
	source   string // namespace/name
	resource string // the type of its export buckets, which has the same arguments in each provider
}

func (s subject) name() string { return filepath.Base(s.source) }

// load is what a command works on.
type load struct {
	provider string
	command  string
	buckets  int
	latency  time.Duration
}

func (l load) String() string {
	return fmt.Sprintf("%s of %d buckets at %s", l.command, l.buckets, l.latency)
}

// run is what one command cost.
type run struct {
	requests int64 // to Atlas, without token calls
	wall     time.Duration
	cpu      time.Duration // of the provider's processes
	peak     int64         // of the largest of these processes, in bytes
}

// commands measures the commands with each provider, in turn.
func (r *report) commands(ctx context.Context, s settings, cli, dir, ours string) error {
	subjects := []subject{{ours, "atlasbackup/" + ourName, "atlasbackup_export_bucket"}}
	if s.other != "" {
		other, err := filepath.Abs(s.other)
		if err != nil {
			return err
		}
		subjects = append(subjects, subject{other, "mongodb/mongodbatlas", "mongodbatlas_cloud_backup_snapshot_export_bucket"})
	}
	for _, buckets := range s.sizes {
		for _, latency := range s.latencies {
			for range s.runs {
				for _, one := range subjects {
					if err := r.lifeCycle(ctx, cli, dir, one, load{provider: one.name(), buckets: buckets, latency: latency}); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// lifeCycle measures each command once, in an empty directory and with an Atlas without buckets.
func (r *report) lifeCycle(ctx context.Context, cli, dir string, s subject, l load) error {
	atlas, err := startAtlas(l.latency)
	if err != nil {
		return err
	}
	defer atlas.Close()
	w, err := newWorkspace(cli, dir, s, l.buckets, atlas.URL)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(w.dir) }() // it is in a directory that is removed in the end
	for _, args := range commands {
		l.command = args[0]
		before := atlas.requests.Load()
		measured, err := w.run(ctx, args...)
		if err != nil {
			return fmt.Errorf("%s, with %s: %w", l, s.name(), err)
		}
		measured.requests = atlas.requests.Load() - before
		r.add(l, measured)
		// A run of many buckets takes minutes.
		fmt.Fprintf(os.Stderr, "%s, with %s: %s s, CPU %s s, peak %s MB\n", l, s.name(), seconds(measured.wall), seconds(measured.cpu), megabytes(measured.peak))
	}
	return nil
}

// workspace is a directory with a configuration, in which the CLI runs.
type workspace struct {
	cli, dir string
	env      []string
}

const configuration = `terraform {
  required_providers {
    %[1]s = {
      source = "%[2]s"
    }
  }
}

resource "%[3]s" "bench" {
  count          = %[4]d
  project_id     = "` + projectID + `"
  cloud_provider = "AWS"
  bucket_name    = "snapshots-${count.index}"
  iam_role_id    = "` + iamRoleID + `"
}
`

// newWorkspace returns one in dir, where the program measured is.
func newWorkspace(cli, dir string, s subject, buckets int, url string) (*workspace, error) {
	own, err := os.MkdirTemp(dir, "workspace")
	if err != nil {
		return nil, err
	}
	settings := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n", s.source, own)
	for name, text := range map[string]string{"main.tf": fmt.Sprintf(configuration, s.name(), s.source, s.resource, buckets), "cli.tfrc": settings} {
		if err := os.WriteFile(filepath.Join(own, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	if err := os.Symlink(filepath.Join(dir, "measured"), filepath.Join(own, "terraform-provider-"+s.name())); err != nil {
		return nil, err
	}
	return &workspace{cli: cli, dir: own, env: []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + own, "TMPDIR=" + own,
		"TF_CLI_CONFIG_FILE=" + filepath.Join(own, "cli.tfrc"), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0",
		"MONGODB_ATLAS_BASE_URL=" + url, "MONGODB_ATLAS_CLIENT_ID=" + clientID, "MONGODB_ATLAS_CLIENT_SECRET=" + clientSecret,
		"BENCH_PROGRAM=" + s.program, "BENCH_USAGE=" + filepath.Join(own, "usage"),
	}}, nil
}

// maxOutput is how much of what the CLI printed an error shows, in bytes: the end.
const maxOutput = 4 << 10

// run runs the CLI once. It does not count the requests.
func (w *workspace) run(ctx context.Context, args ...string) (run, error) {
	usage := filepath.Join(w.dir, "usage")
	_ = os.Remove(usage) // the first command finds none
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, w.cli, append(args, "-no-color")...)
	cmd.Dir, cmd.Env = w.dir, w.env
	cmd.Stdout, cmd.Stderr = &out, &out
	// With its providers in a group of their own, all of them end together.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	start := time.Now()
	if err := cmd.Run(); ctx.Err() != nil {
		return run{}, context.Cause(ctx)
	} else if err != nil {
		return run{}, fmt.Errorf("%w\n%s", err, out.Bytes()[max(0, out.Len()-maxOutput):])
	}
	measured := run{wall: time.Since(start)}
	text, err := os.ReadFile(usage)
	if err != nil {
		return run{}, fmt.Errorf("the provider's process was not measured: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		var microseconds, kibibytes int64
		if _, err := fmt.Sscan(line, &microseconds, &kibibytes); err != nil {
			return run{}, err
		}
		measured.cpu += time.Duration(microseconds) * time.Microsecond
		measured.peak = max(measured.peak, kibibytes<<10)
	}
	return measured, nil
}
