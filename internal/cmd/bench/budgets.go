//go:build linux

package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The budgets. Sizes are in bytes.
const (
	budgetOfHandshake   = 10 * time.Millisecond
	budgetOfSize        = 2_100_000              // more than a provider with nothing in it, which has no HTTP client
	budgetOfPlanCPU     = 320 * time.Millisecond // of 100 buckets, on 2 cores
	budgetOfAllocations = 600                    // of each plan, more than the framework's own
	budgetOfMemory      = 35_000_000             // with at most 100 buckets
	budgetOfLargeMemory = 60_000_000             // with at most 5,000
)

// workers is how many resources Terraform works on at the same time.
const workers = 10

// budget is one of them, and what was measured.
type budget struct {
	name          string
	actual, limit float64
	unit          string
}

func (b budget) isOver() bool { return b.actual > b.limit }

func (b budget) String() string {
	verdict := "OK"
	if b.isOver() {
		verdict = "OVER"
	}
	return fmt.Sprintf("%-4s  %s: %.2f of %.2f %s", verdict, b.name, b.actual, b.limit, b.unit)
}

func (r *report) isOver() bool { return slices.ContainsFunc(r.budgets(), budget.isOver) }

// budgets returns those of what was measured.
func (r *report) budgets() []budget {
	all := []budget{
		{"start to handshake", median(r.program.handshakes).Seconds() * 1e3, budgetOfHandshake.Seconds() * 1e3, "ms"},
		{"program, more than a provider with nothing in it", float64(r.program.size-r.floor.size) / 1e6, budgetOfSize / 1e6, "MB"},
	}
	for _, o := range r.operations {
		if strings.HasPrefix(o.name, "Plan") {
			own := median(o.provider.allocations) - median(o.floor.allocations)
			all = append(all, budget{o.name + ", more than the floor", float64(own), budgetOfAllocations, "allocations"})
		}
	}
	peaks := map[int]int64{} // by the number of buckets
	for _, l := range r.loads {
		if l.provider != ourName {
			continue
		}
		m, _ := r.median(l)
		peaks[l.buckets] = max(peaks[l.buckets], m.peak)
		if l.buckets == 100 && l.command == "plan" {
			all = append(all, budget{"CPU of " + l.String(), m.cpu.Seconds(), budgetOfPlanCPU.Seconds(), "s"})
		}
		if l.buckets == 100 && l.command == "apply" && l.latency > 0 {
			atOnce := l
			atOnce.latency = 0
			if own, ok := r.median(atOnce); ok { // the time of the CLI itself
				waits := time.Duration(m.requests) * l.latency / workers
				all = append(all, budget{"time of " + l.String(), m.wall.Seconds(), (own.wall + waits*5/4).Seconds(), "s"})
			}
		}
	}
	for _, buckets := range slices.Sorted(maps.Keys(peaks)) {
		limit := budgetOfMemory
		if buckets > 100 {
			limit = budgetOfLargeMemory
		}
		all = append(all, budget{fmt.Sprintf("peak memory, buckets: %d", buckets), float64(peaks[buckets]) / 1e6, float64(limit) / 1e6, "MB"})
	}
	return all
}
