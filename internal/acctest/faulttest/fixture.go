package faulttest

import (
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

// Fixture is what an operation works on.
type Fixture struct {
	T        *testing.T
	Atlas    *acctest.Atlas
	Provider *acctest.Provider
	Config   acctest.Values
	State    acctest.Resource // what is in the state

	// Unchanged is what must be in the state after an operation that is read-only.
	Unchanged acctest.Resource

	ImportID string   // of the object that Take has imported
	Others   []string // the ids of objects that belong to others, or anything else that identifies them

	noun *Noun
	plan acctest.Plan // of a creation
}

// begin returns a fixture that is ready for the operation.
func (c Call) begin(t *testing.T, n *Noun, config acctest.Values) *Fixture {
	t.Helper()
	credential := c.Credential
	if credential == nil {
		credential = acctest.ServiceAccount
	}
	f := &Fixture{T: t, Atlas: acctest.NewAtlas(t, c.Options), Config: config, noun: n}
	f.Provider = acctest.NewProvider(t, f.Atlas, credential)
	n.Begin(f)
	c.Begin(f)
	if c.SignsIn {
		time.Sleep(2 * time.Hour) // longer than any token lasts
	}
	return f
}

// Take imports the configured object into the state, which is faster than its creation.
func (f *Fixture) Take() {
	f.T.Helper()
	f.ImportID = f.noun.Put(f)
	taken, diags := f.Provider.Import(f.T, f.noun.Type, f.ImportID, nil)
	diags.RequireNone(f.T)
	f.State, f.Unchanged = taken, taken
}

// RequireHeld calls that of the noun.
func (f *Fixture) RequireHeld() {
	f.T.Helper()
	f.noun.RequireHeld(f)
}

// RequireGone also fails the test if something is in the state.
func (f *Fixture) RequireGone() {
	f.T.Helper()
	if f.State.Exists() {
		f.T.Errorf("%s is still in the state", f.State.Value)
	}
	f.noun.RequireGone(f)
}

// runAgain is the next run: a refresh, and the same operation.
func (f *Fixture) runAgain(c Call) {
	f.T.Helper()
	if f.State.Exists() {
		refreshed, diags := f.Provider.Read(f.T, f.State)
		diags.RequireNone(f.T)
		if f.State = refreshed; !refreshed.Exists() {
			return // it was destroyed by the run before
		}
	}
	after, diags := c.Run(f)
	diags.RequireNone(f.T)
	f.State = after
}

// importOrphan follows the advice of the error that something may have been created.
func (f *Fixture) importOrphan() {
	f.T.Helper()
	if f.State.Exists() {
		f.T.Error("an object that may not exist is in the state")
	}
	imported, diags := f.Provider.Import(f.T, f.noun.Type, f.noun.Orphan(f), nil)
	diags.RequireNone(f.T)
	f.State = imported
}

// requireEnd fails the test unless the plan is empty, with and without a refresh, and a destroy
// deletes the object of the state and no other.
func (f *Fixture) requireEnd() {
	f.T.Helper()
	if f.State.Exists() {
		before := f.State
		var diags acctest.Diagnostics
		f.State, diags = f.Provider.Read(f.T, before)
		diags.RequireNone(f.T)
		f.RequireHeld()
		f.requireEmptyPlan(f.State)
		if !f.State.Value.Equal(before.Value) {
			f.requireEmptyPlan(before)
		}
		f.State, diags = f.Provider.Destroy(f.T, f.State)
		if f.noun.Destroyed != nil {
			diags.RequireWarning(f.T, "", f.noun.Destroyed...)
		} else {
			diags.RequireNone(f.T)
		}
	}
	f.RequireGone()
}

func (f *Fixture) requireEmptyPlan(state acctest.Resource) {
	f.T.Helper()
	plan, diags := f.Provider.Plan(f.T, state, f.Config)
	diags.RequireNone(f.T)
	if !plan.IsEmpty() {
		f.T.Errorf("the plan is not empty: %s, want %s", plan.Value, state.Value)
	}
}
