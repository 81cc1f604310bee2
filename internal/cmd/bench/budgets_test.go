//go:build linux

package main

import (
	"strings"
	"testing"
	"time"
)

func TestMedianIsOfEachFigure(t *testing.T) {
	r, l := report{}, load{provider: ourName, command: "plan", buckets: 1}
	for _, one := range []run{{1, 30, 500, 7}, {3, 10, 400, 9}, {2, 20, 600, 8}} {
		r.add(l, one)
	}
	if got, ok := r.median(l); !ok || got != (run{2, 20, 500, 8}) {
		t.Errorf("got %+v", got)
	}
	if _, ok := r.median(load{}); ok {
		t.Error("a load without runs has a median")
	}
}

// measured is a report in which everything is at its budget.
func measured() *report {
	r := &report{
		operations: []operation{
			{"PlanOfANewBucket", operationCosts{allocations: []int64{3000 + budgetOfAllocations}}, operationCosts{allocations: []int64{3000}}},
			{"Schema", operationCosts{allocations: []int64{3000}}, operationCosts{}},
		},
		program: program{size: 20_000_000 + budgetOfSize, handshakes: []time.Duration{budgetOfHandshake}},
		floor:   program{size: 20_000_000, handshakes: []time.Duration{1}},
	}
	r.add(load{ourName, "apply", 100, 0}, run{requests: 200, wall: time.Second, peak: budgetOfMemory})
	r.add(load{ourName, "apply", 100, 50 * time.Millisecond}, run{requests: 200, wall: 2250 * time.Millisecond})
	r.add(load{ourName, "plan", 100, 0}, run{cpu: budgetOfPlanCPU})
	r.add(load{ourName, "plan", 5000, 0}, run{peak: budgetOfLargeMemory})
	r.add(load{"other", "plan", 100, 0}, run{peak: 2 * budgetOfMemory, cpu: 2 * budgetOfPlanCPU})
	return r
}

func TestEachBudgetIsChecked(t *testing.T) {
	if r := measured(); r.isOver() {
		t.Errorf("a budget is exceeded: %v", r.budgets())
	}
	for name, exceed := range map[string]func(*report){
		"start to handshake":           func(r *report) { r.program.handshakes[0]++ },
		"PlanOfANewBucket, more than":  func(r *report) { r.operations[0].floor.allocations[0]-- },
		"program, more":                func(r *report) { r.program.size++ },
		"time of apply of 100 buckets": func(r *report) { r.runs[load{ourName, "apply", 100, 50 * time.Millisecond}][0].wall++ },
		"CPU of plan of 100 buckets":   func(r *report) { r.runs[load{ourName, "plan", 100, 0}][0].cpu++ },
		"peak memory, buckets: 100":    func(r *report) { r.runs[load{ourName, "apply", 100, 0}][0].peak++ },
		"peak memory, buckets: 5000":   func(r *report) { r.runs[load{ourName, "plan", 5000, 0}][0].peak++ },
	} {
		r := measured()
		exceed(r)
		var over []string
		for _, b := range r.budgets() {
			if b.isOver() {
				over = append(over, b.String())
			}
		}
		if len(over) != 1 || !strings.HasPrefix(over[0], "OVER") || !strings.Contains(over[0], name) || !r.isOver() {
			t.Errorf("%s: %v", name, over)
		}
	}
}
