//go:build linux

package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// report is everything that was measured.
type report struct {
	benchmarks     []byte // the output of the benchmarks of the protocol
	operations     []operation
	program, floor program
	loads          []load // in the order in which they were measured
	runs           map[load][]run
}

func (r *report) add(l load, one run) {
	if r.runs == nil {
		r.runs = map[load][]run{}
	}
	if r.runs[l] == nil {
		r.loads = append(r.loads, l)
	}
	r.runs[l] = append(r.runs[l], one)
}

// median returns the middle one of values, or the lower one of two. There is at least one.
func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)/2]
}

// median returns the medians of a load, each figure by itself. It is false if there are no runs.
func (r *report) median(l load) (run, bool) {
	runs := r.runs[l]
	if len(runs) == 0 {
		return run{}, false
	}
	return run{
		requests: median(each(runs, func(one run) int64 { return one.requests })),
		wall:     median(each(runs, func(one run) time.Duration { return one.wall })),
		cpu:      median(each(runs, func(one run) time.Duration { return one.cpu })),
		peak:     median(each(runs, func(one run) int64 { return one.peak })),
	}, true
}

func each[T any](runs []run, figure func(run) T) []T {
	var figures []T
	for _, one := range runs {
		figures = append(figures, figure(one))
	}
	return figures
}

// print prints the tables and the budgets.
func (r *report) print(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	printLine := func(cells ...any) {
		for _, cell := range cells {
			_, _ = fmt.Fprintf(w, "%v\t", cell) // errors come with Flush
		}
		_, _ = fmt.Fprintln(w)
	}
	printLine("operation", "µs", "floor µs", "allocations", "floor")
	for _, o := range r.operations {
		microseconds, allocations := o.provider.cells()
		floorMicroseconds, floorAllocations := o.floor.cells()
		printLine(o.name, microseconds, floorMicroseconds, allocations, floorAllocations)
	}
	_ = w.Flush() // to the terminal
	_, _ = fmt.Fprintln(out)
	printLine("", "size MB", "handshake ms", "memory MB")
	printLine("this provider", megabytes(r.program.size), milliseconds(median(r.program.handshakes)), megabytes(r.program.peak))
	printLine("a provider with nothing in it", megabytes(r.floor.size), milliseconds(median(r.floor.handshakes)), megabytes(r.floor.peak))
	_ = w.Flush()
	_, _ = fmt.Fprintln(out)
	if len(r.loads) > 0 {
		printLine("buckets", "latency", "command", "provider", "requests", "wall s", "CPU s", "peak MB")
	}
	for _, l := range r.loads {
		m, _ := r.median(l)
		printLine(l.buckets, l.latency, l.command, l.provider, m.requests, seconds(m.wall), seconds(m.cpu), megabytes(m.peak))
	}
	_ = w.Flush()
	_, _ = fmt.Fprintln(out)
	for _, b := range r.budgets() {
		_, _ = fmt.Fprintln(out, b)
	}
}

func megabytes(n int64) string            { return fmt.Sprintf("%.1f", float64(n)/1e6) }
func milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()*1e3) }
func seconds(d time.Duration) string      { return fmt.Sprintf("%.2f", d.Seconds()) }

// lines are every run in the format of Go's benchmarks.
func (r *report) lines() []byte {
	out := bytes.NewBuffer(bytes.Clone(r.benchmarks))
	for _, p := range []struct {
		name string
		program
	}{{ourName, r.program}, {"floor", r.floor}} {
		for _, took := range p.handshakes {
			fmt.Fprintf(out, "BenchmarkProgram/provider=%s 1 %d ns/op %d size-B %d peak-B\n", p.name, took.Nanoseconds(), p.size, p.peak)
		}
	}
	for _, l := range r.loads {
		for _, one := range r.runs[l] {
			fmt.Fprintf(out, "BenchmarkCLI/command=%s/buckets=%d/latency=%s/provider=%s 1 %d ns/op %d cpu-ns %d peak-B %d requests\n",
				l.command, l.buckets, l.latency, l.provider, one.wall.Nanoseconds(), one.cpu.Nanoseconds(), one.peak, one.requests)
		}
	}
	return out.Bytes()
}
