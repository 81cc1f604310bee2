package faulttest

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// cell is a call, a fault and what is expected.
type cell struct {
	name   string // of its test
	noun   *Noun
	call   Call
	config acctest.Values
	fault  emulator.Preset
	times  int // how many requests it hits
	want   expectation
}

// cells are those of a call's line: every fault, for one request and for three. If the first
// hit already ends the operation, three are not tested.
func (n *Noun) cells(call Call) (cells []cell) {
	table := parseTable(n.Table)
	for _, v := range append([]Variant{{Config: n.Config}}, call.Variants...) {
		for _, fault := range allFaults() {
			column := n.familyOf(fault.Name)
			if column == "" {
				continue // it is set apart
			}
			one, three := parse(table.cell(call.Name, column))
			add := func(times int, want expectation) {
				name := fmt.Sprintf("%s,%d", fault.Name, times)
				if v.Name != "" {
					name = v.Name + "," + name
				}
				cells = append(cells, cell{name, n, call, v.Config, fault, times, want})
			}
			add(1, one)
			if !call.Once && v.Name == "" && (three != one || !one.endsOperation()) {
				add(3, three)
			}
		}
	}
	return cells
}

// outcome is what an operation has done.
type outcome struct {
	before acctest.Resource // in the state
	held   []string         // by Atlas before
	diags  acctest.Diagnostics
	took   time.Duration
	hits   int // of the fault
}

func (c cell) test(t *testing.T) {
	f := c.call.begin(t, c.noun, c.config)
	if c.fault.Fault.Status == http.StatusUnauthorized && !c.call.SignsIn {
		c.noun.Request(f) // only a token or a nonce that was used can expire
	}
	c.requireOutcome(f, c.hit(f))
}

// hit runs the operation with the fault, which is removed afterwards.
func (c cell) hit(f *Fixture) outcome {
	f.T.Helper()
	o := outcome{before: f.State, held: c.held(f)}
	if c.call.Before != nil {
		c.call.Before(f)
	}
	fault := c.fault.Fault
	fault.Method, fault.Path, fault.Skip, fault.Times = c.call.Method, c.call.Path, c.call.Skip, c.times
	if err := f.Atlas.AddFault(fault); err != nil {
		f.T.Fatal(err)
	}
	start := time.Now()
	f.State, o.diags = c.call.Run(f)
	o.took = time.Since(start)
	faults := f.Atlas.Faults()
	o.hits = faults[len(faults)-1].Hits
	f.Atlas.ClearFaults()
	if o.hits == 0 {
		f.T.Fatal("the fault has hit nothing")
	}
	if o.diags.HasError() && !o.before.Exists() && f.State.Exists() {
		f.T.Error("the new object is tainted: the next apply replaces it")
	}
	return o
}

func (c cell) held(f *Fixture) []string {
	if c.call.Held != nil {
		return c.call.Held(f)
	}
	return c.noun.Held(f)
}
