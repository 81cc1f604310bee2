package faulttest

import (
	"fmt"
	"sync"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

// Operation is what Terraform does in one step, such as a refresh or the read of a data source.
type Operation struct {
	// Begin prepares the state, the configuration and Atlas.
	Begin func(f *Fixture)
	// Run does it, and returns what is in the state afterwards.
	Run func(f *Fixture) (acctest.Resource, acctest.Diagnostics)
	// RequireDone fails the test unless everything is as after an operation without a fault.
	RequireDone func(f *Fixture)
	// ReadOnly says that it changes nothing in Atlas, and leaves Unchanged in the state.
	ReadOnly bool
}

// Create is the apply of a plan that was made before the fault.
var Create = Operation{
	Begin: func(f *Fixture) {
		f.State = f.Provider.None(f.noun.Type)
		f.plan = f.planCreation()
	},
	Run: func(f *Fixture) (acctest.Resource, acctest.Diagnostics) {
		return f.Provider.ApplyPlan(f.T, f.plan)
	},
	RequireDone: (*Fixture).RequireHeld,
}

// creationPlans are by type and configuration. Each is made once, because a plan takes as
// long as a creation.
var creationPlans = struct {
	sync.Mutex
	byKey map[string]acctest.Plan
}{byKey: map[string]acctest.Plan{}}

func (f *Fixture) planCreation() acctest.Plan {
	f.T.Helper()
	key := fmt.Sprint(f.noun.Type, f.Config)
	creationPlans.Lock()
	plan, planned := creationPlans.byKey[key]
	creationPlans.Unlock()
	if planned {
		return plan
	}
	plan, diags := f.Provider.Plan(f.T, f.State, f.Config)
	diags.RequireNone(f.T)
	creationPlans.Lock()
	creationPlans.byKey[key] = plan
	creationPlans.Unlock()
	return plan
}

// Read is a refresh.
var Read = Operation{
	Begin: (*Fixture).Take,
	Run: func(f *Fixture) (acctest.Resource, acctest.Diagnostics) {
		return f.Provider.Read(f.T, f.State)
	},
	RequireDone: (*Fixture).RequireHeld,
	ReadOnly:    true,
}

// Import is an import, with the read that follows.
var Import = Operation{
	Begin: func(f *Fixture) {
		f.Take()
		f.State = f.Provider.None(f.noun.Type)
	},
	Run: func(f *Fixture) (acctest.Resource, acctest.Diagnostics) {
		imported, diags := f.Provider.Import(f.T, f.noun.Type, f.ImportID, nil)
		if diags.HasError() {
			return f.State, diags // core keeps nothing of it
		}
		return imported, diags
	},
	RequireDone: (*Fixture).RequireHeld,
	ReadOnly:    true,
}

// Update is an apply that changes an object in place.
func Update(change acctest.Values) Operation {
	return Operation{
		Begin: func(f *Fixture) {
			f.Take()
			f.Config = f.Config.With(change)
		},
		Run: func(f *Fixture) (acctest.Resource, acctest.Diagnostics) {
			return f.Provider.Apply(f.T, f.State, f.Config)
		},
		RequireDone: (*Fixture).RequireHeld,
	}
}

// Destroy is an apply that deletes an object.
var Destroy = Operation{
	Begin: (*Fixture).Take,
	Run: func(f *Fixture) (acctest.Resource, acctest.Diagnostics) {
		return f.Provider.Destroy(f.T, f.State)
	},
	RequireDone: (*Fixture).RequireGone,
}

// Reading is the read of a data source, or a query of a list. read fails the test if it finds
// something else than the object of the state.
func Reading(read func(f *Fixture) acctest.Diagnostics) Operation {
	return Operation{
		Begin: (*Fixture).Take,
		Run: func(f *Fixture) (acctest.Resource, acctest.Diagnostics) {
			return f.State, read(f)
		},
		RequireDone: (*Fixture).RequireHeld,
		ReadOnly:    true,
	}
}
