package faulttest

import (
	"slices"
	"strings"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

// expectation is what must become of an operation when a fault hits one of its requests: a
// word of a table.
type expectation string

// The words. "At once" means in less than atOnce. After no, did, late and tried the next run,
// without the fault, must succeed, and after ask and pick the import. Then, as after ok and
// warn, everything must be as without the fault: the next plan is empty, a destroy deletes the
// object, and nothing that belongs to others has changed.
const (
	ok    expectation = "ok"    // it succeeds without a diagnostic
	warn  expectation = "warn"  // it succeeds with a warning that something could not be read
	no    expectation = "no"    // it fails at once; neither Atlas nor the state has changed
	did   expectation = "did"   // it fails at once; Atlas has changed, the state has not
	late  expectation = "late"  // it fails when its time is over; neither Atlas nor the state has changed
	tried expectation = "tried" // it fails after three attempts; neither Atlas nor the state has changed
	ask   expectation = "ask"   // it fails, and says how to find and import what may have been created
	pick  expectation = "pick"  // it fails with the import command of what may have been created
	gone  expectation = "gone"  // the object is removed from the state, without a diagnostic
	drop  expectation = "drop"  // the same, with a warning that the project was not found
)

// guideWords are the cells in the words of the guide.
var guideWords = map[string]string{
	"ok":       "passes",
	"ok/no":    "passes once",
	"ok/tried": "passes twice",
	"ok/late":  "passes in time",
	"no":       "error",
	"did":      "error",
	"gone":     "removed",
	"drop":     "removed",
}

// parse reads a cell of a table: what is expected when the fault hits one request, and when
// it hits three.
func parse(cell string) (one, three expectation) {
	first, second, differs := strings.Cut(cell, "/")
	if !differs {
		second = first
	}
	return expectation(first), expectation(second)
}

// problem says why a noun cannot expect this; "" if it can.
func (e expectation) problem(n *Noun) string {
	switch e {
	case ok, no, did, late, tried, gone, drop:
		return ""
	case warn:
		if n.NotReadBack == nil {
			return "the noun has no NotReadBack"
		}
		return ""
	case ask, pick:
		if n.Orphan == nil || n.MayBeCreated == nil || n.HowToFind == nil {
			return "the noun lacks one of Orphan, MayBeCreated and HowToFind"
		}
		return ""
	}
	return "not an expectation"
}

// endsOperation tells that a fault of a single request already ends the operation, so that
// one of three hits no more of them.
func (e expectation) endsOperation() bool { return e != ok && e != warn }

const (
	// atOnce is longer than the wait of an operation whose error is final: that before the
	// second attempt after a 404 that does not come from Atlas.
	atOnce = 3 * time.Second

	// threeAttempts is how long three attempts of a creation take at most. Each is followed by
	// a search for what it may have created, for 11 seconds.
	threeAttempts = 33 * time.Second
)

// requireOutcome fails the test unless the operation has become what the cell expects.
func (c cell) requireOutcome(f *Fixture, o outcome) {
	f.T.Helper()
	switch c.want {
	case ok:
		o.diags.RequireNone(f.T)
	case warn:
		o.diags.RequireWarning(f.T, "", c.noun.NotReadBack...)
	case no, did, late, tried:
		c.requireError(f, o)
		f.runAgain(c.call)
	case ask:
		o.diags.RequireError(f.T, "", slices.Concat(c.noun.MayBeCreated, c.noun.HowToFind)...)
		f.importOrphan()
	case pick:
		o.diags.RequireError(f.T, "", slices.Concat(c.noun.MayBeCreated, []string{"terraform import <address> " + c.noun.Orphan(f)})...)
		f.importOrphan()
	case gone, drop:
		if c.want == gone {
			o.diags.RequireNone(f.T)
		} else {
			o.diags.RequireWarning(f.T, "", "Project "+acctest.ProjectID+" not found")
		}
		if held := c.held(f); f.State.Exists() || !slices.Equal(held, o.held) {
			f.T.Errorf("the state has %s, and Atlas had %v, and now has %v", f.State.Value, o.held, held)
		}
		return // there is nothing left to compare or to destroy
	default:
		f.T.Fatalf("%q is not an expectation", c.want)
	}
	c.call.RequireDone(f)
	if !c.call.ReadOnly {
		f.requireEnd()
	} else if held := c.held(f); !f.State.Value.Equal(f.Unchanged.Value) || !slices.Equal(held, o.held) {
		f.T.Errorf("the state should have %s, and has %s; Atlas had %v, and now has %v", f.Unchanged.Value, f.State.Value, o.held, held)
	}
}

// requireError fails the test unless the operation has failed at the expected time, with the
// state unchanged, and Atlas unchanged or changed as expected.
func (c cell) requireError(f *Fixture, o outcome) {
	f.T.Helper()
	if !o.diags.HasError() {
		f.T.Fatalf("want an error, got the diagnostics %q", o.diags)
	}
	if f.State.Exists() != o.before.Exists() || f.State.Exists() && !f.State.Value.Equal(o.before.Value) {
		f.T.Errorf("the state had %s, and now has %s", o.before.Value, f.State.Value)
	}
	if held := c.held(f); slices.Equal(held, o.held) == (c.want == did) {
		f.T.Errorf("Atlas had %v, and now has %v", o.held, held)
	}
	onTime := o.took < atOnce && o.hits <= 3
	switch c.want {
	case late:
		onTime = o.took >= atOnce && o.took <= c.noun.Limit
	case tried:
		onTime = o.took >= atOnce && o.took <= threeAttempts
	default: // at once
	}
	if !onTime {
		f.T.Errorf("it took %s and %d hits:\n%s", o.took, o.hits, o.diags)
	}
}
