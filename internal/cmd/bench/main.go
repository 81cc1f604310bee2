//go:build linux

// Command bench measures the provider: the operations of its protocol, its program, and whole runs of
// a CLI with the emulator. It prints tables of medians and the budgets, and writes each run to a file
// in the format of Go's benchmarks, which benchstat reads. It runs in the root of the repository, and
// only on Linux, which tells what a process used.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// settings are what the flags set.
type settings struct {
	sizes     []int // numbers of export buckets
	latencies []time.Duration
	runs      int
	other     string // the program of another provider; "" for none
	strict    bool
	results   string // the file that each run is written to
	count     int    // runs of each benchmark of the protocol
	timeout   time.Duration
}

func main() {
	var s settings
	sizes := flag.String("sizes", "1 100 1000", "`numbers` of export buckets")
	latencies := flag.String("latencies", "0s 50ms", "`durations` that Atlas takes for each answer")
	flag.IntVar(&s.runs, "runs", 3, "runs of each command, of which the median is printed")
	flag.StringVar(&s.other, "other", "", "`program` of the mongodbatlas provider, to be measured beside this one")
	flag.BoolVar(&s.strict, "strict", false, "exit with status 1 if a budget is exceeded")
	flag.StringVar(&s.results, "results", "bin/bench.txt", "`file` that each run is written to, in the format of Go's benchmarks")
	flag.IntVar(&s.count, "count", 6, "runs of each benchmark of the protocol")
	flag.DurationVar(&s.timeout, "timeout", time.Hour, "time limit of everything")
	flag.Parse()

	var err error
	if s.sizes, err = parseEach(*sizes, strconv.Atoi); err == nil {
		s.latencies, err = parseEach(*latencies, time.ParseDuration)
	}
	if err == nil {
		err = s.bench()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parseEach[T any](text string, parse func(string) (T, error)) ([]T, error) {
	var values []T
	for field := range strings.FieldsSeq(text) {
		value, err := parse(field)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, nil
}

// bench measures everything that the settings ask for.
func (s settings) bench() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a leftover in the temporary directory does no harm
	if err := build(ctx, dir); err != nil {
		return err
	}

	r := report{}
	if err := r.benchmark(ctx, s.count); err != nil {
		return err
	}
	ours := filepath.Join(dir, "terraform-provider-atlasbackup")
	if err := r.programs(ctx, dir, ours, filepath.Join(dir, "floor")); err != nil {
		return err
	}
	cli := findCLI()
	var failed error
	if cli == "" {
		fmt.Println("Left out: runs of a CLI. There is no terraform and no tofu on PATH, and TF_ACC_TERRAFORM_PATH is not set.")
	} else {
		failed = r.commands(ctx, s, cli, dir, ours)
	}
	r.print(os.Stdout) // what was measured before a failure, too
	if err := errors.Join(failed, os.WriteFile(s.results, r.lines(), 0o600)); err != nil {
		return err
	}
	if s.strict && r.isOver() {
		return errors.New("a budget is exceeded")
	}
	return nil
}

// build builds the programs into dir: the provider as a release has it, the floor, and measured.
func build(ctx context.Context, dir string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", "grpcnotrace", "-ldflags", "-s -w", "-o", dir+"/",
		".", "./internal/cmd/bench/floor", "./internal/cmd/bench/measured")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// findCLI returns the path of the CLI, "" for none.
func findCLI() string {
	for _, name := range []string{os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}
