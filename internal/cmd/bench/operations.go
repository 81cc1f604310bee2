//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
)

// operation is one of the benchmarks of the protocol: what it costs with this provider and with
// the floor, once for each run. The floor has no figures for what it cannot do.
type operation struct {
	name            string
	provider, floor operationCosts
}

type operationCosts struct {
	nanoseconds []float64
	allocations []int64
}

// benchmarkLine has the name of a benchmark, of its part, the nanoseconds and the allocations.
var benchmarkLine = regexp.MustCompile(`(?m)^Benchmark(\w+)(?:/(\w+))?(?:-\d+)?\s+\d+\s+([\d.]+) ns/op\s+\d+ B/op\s+(\d+) allocs/op$`)

// benchmark runs the benchmarks of the protocol.
func (r *report) benchmark(ctx context.Context, count int) error {
	cmd := exec.CommandContext(ctx, "go", "test", "./internal/exportbucket", "-run", "^$", "-bench", ".", "-benchtime", "0.5s", "-count", strconv.Itoa(count))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("the benchmarks failed: %w\n%s", err, out)
	}
	r.benchmarks = out
	return r.parseBenchmarks()
}

func (r *report) parseBenchmarks() error {
	for _, match := range benchmarkLine.FindAllStringSubmatch(string(r.benchmarks), -1) {
		i := slices.IndexFunc(r.operations, func(o operation) bool { return o.name == match[1] })
		if i < 0 {
			i = len(r.operations)
			r.operations = append(r.operations, operation{name: match[1]})
		}
		costs := &r.operations[i].provider
		if match[2] == "floor" {
			costs = &r.operations[i].floor
		}
		nanoseconds, err := strconv.ParseFloat(match[3], 64)
		if err != nil {
			return err
		}
		allocations, err := strconv.ParseInt(match[4], 10, 64)
		if err != nil {
			return err
		}
		costs.nanoseconds = append(costs.nanoseconds, nanoseconds)
		costs.allocations = append(costs.allocations, allocations)
	}
	return nil
}

// cells are the medians, empty if there are none.
func (c operationCosts) cells() (microseconds, allocations string) {
	if len(c.nanoseconds) == 0 {
		return "", ""
	}
	return fmt.Sprintf("%.0f", median(c.nanoseconds)/1e3), strconv.FormatInt(median(c.allocations), 10)
}
