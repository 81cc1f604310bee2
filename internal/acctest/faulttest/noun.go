// Package faulttest tests a noun of the provider with faults: every request of every operation
// meets every fault, and a table says what must become of the operation. It knows no noun:
// each gives its operations, its calls and its table. Random sequences of faults (Sequence)
// find what a table of single faults cannot.
package faulttest

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// Noun is what the tests need to know about a resource, its data sources and its list. Its
// functions report to f.T.
type Noun struct {
	Type   string         // of the resource
	Config acctest.Values // of the resource, where a call names no other
	Limit  time.Duration  // of an operation without timeouts in its configuration

	// Table has a line for each of Calls and a column for each family, the general ones and
	// those of Families. The first line names the columns, in the order of the guide's rows. A
	// cell says what must become of the operation: expectation.go explains the words. Two words
	// with a slash between are for a fault that hits one request, and three in a row.
	Table string
	Calls []Call

	// Families are those of the noun. One with the name of a general family adds its faults to
	// that family, and replaces its text. Apart are the faults that have no column. Every fault
	// must be in a family or in Apart.
	Families []Family
	Apart    []Apart

	// Begin creates in Atlas what belongs to others, and lists it in f.Others.
	Begin func(f *Fixture)

	// Put creates the configured object in Atlas directly, and returns the id for its import.
	Put func(f *Fixture) (importID string)

	// Request sends any request that changes nothing: afterwards a token or a nonce is in use.
	Request func(f *Fixture)

	// Held lists what Atlas has of all that an operation may change, for a comparison.
	Held func(f *Fixture) []string

	// RequireHeld fails the test unless Atlas has the object of the state and what belongs to
	// others, and nothing else.
	RequireHeld func(f *Fixture)

	// RequireGone fails the test unless Atlas has what belongs to others, and nothing else.
	RequireGone func(f *Fixture)

	// Destroyed are fragments of the warning of every destroy; nil if it has none.
	Destroyed []string

	// NotReadBack are fragments of the warning that something could not be read, such as a new
	// object after its creation. Only a table with the word warn needs them.
	NotReadBack []string

	// MayBeCreated are fragments of the error that an object may have been created, HowToFind
	// those that it also has when it names no object, and Orphan returns the import id of the
	// object that Atlas has created and no state has. Only a table with the words ask or pick
	// needs them.
	MayBeCreated, HowToFind []string
	Orphan                  func(f *Fixture) (importID string)
}

// Call is a request of an operation that can meet a fault.
type Call struct {
	Name string // of its line in the table: that of the operation, a dot, that of the request
	Operation
	Method, Path string                    // Path is a pattern of path.Match
	Represents   string                    // a pattern of the paths of all requests like it, if Path is only one of them; else ""
	Skip         int                       // so many requests of the method and path succeed first
	Options      emulator.Options          // of its Atlas
	Credential   acctest.Values            // nil for the service account
	SignsIn      bool                      // the token of the process, if it has one, has expired
	Before       func(f *Fixture)          // makes the operation send this request; nil for nothing
	Held         func(f *Fixture) []string // if the operation changes Atlas before the call; nil for the noun's
	Variants     []Variant                 // tested in addition, with faults that hit one request
	Once         bool                      // faults that hit three requests are left to another call
}

// Variant is another configuration with which a call is tested.
type Variant struct {
	Name   string // begins the names of its tests
	Config acctest.Values
}

// Run tests every call with every fault, after a check that the noun's table is complete.
func Run(t *testing.T, n *Noun) {
	n.requireComplete(t)
	count := 0
	for _, call := range n.Calls {
		cells := n.cells(call)
		count += len(cells)
		t.Run(call.Name, func(t *testing.T) {
			t.Parallel()
			for _, c := range cells {
				t.Run(c.name, func(t *testing.T) { synctest.Test(t, c.test) })
			}
		})
	}
	t.Logf("%d cells", count)
}

func (n *Noun) requireComplete(t *testing.T) {
	t.Helper()
	for _, problem := range n.problems() {
		t.Error(problem)
	}
	if t.Failed() {
		t.FailNow()
	}
}
