package privateendpoint_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// faultMatrix says what must become of an operation when one of its calls, a line, meets a
// fault of a family, a column. The package faulttest explains the words.
const faultMatrix = `
call               limit limit55 hour   down lost object other long   hold    held slow 401     refused forbidden wall     wall-after conflict gone   nogroup foreign404 url404 elsewhere repeats count truncated clock
create.post        ok    ok      no     ok   ok   ok     ok    ok     ok      ok   ok   ok/no   no      no        ok/tried ok         late     no     no      ok/tried   no     ok        ok      ok    ok        ok
create.post.key    ok    ok      no     ok   ok   ok     ok    ok     ok      ok   ok   ok      no      no        ok       ok         late     no     no      ok         no     ok        ok      ok    ok        ok
create.search      ok    ok      ok/ask ok   ok   ok     ok    ok/ask ok      ok   ok   ok      ok/ask  ok/ask    ok/ask   ok/ask     ok/ask   ok/ask ok/ask  ok/ask     ok/ask ok        ok      ok    ok        pick
create.get         ok    ok      ok     ok   ok   ok     ok    ok     ok      ok   ok   ok      ok      ok        ok       ok         ok       ok     ok      ok         ok     ok        ok      ok    ok        ok
create.sign-in     ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   no      no      no        no       no         no       no     no      no         no     ok        ok      ok    ok        ok
read.get           ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no       gone   drop    ok         ok     ok        ok      ok    ok        ok
read.list          ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no       no     drop    no         no     ok/no     ok/no   ok    ok        ok
read.sign-in       ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   no      no      no        no       no         no       no     no      no         no     ok        ok      ok    ok        ok
import.get         ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no       no     no      ok         ok     ok        ok      ok    ok        ok
update.get         ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no       no     no      ok         ok     ok        ok      ok    ok        ok
update.list        ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no       no     no      no         no     ok/no     ok/no   ok    ok        ok
destroy.delete     ok    ok      no     ok   ok   ok     ok    ok     ok      ok   ok   ok/no   no      no        no       ok         no       gone   drop    ok/no      ok/no  ok        ok      ok    ok        ok
destroy.list       ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no       no     drop    no         no     ok/no     ok/no   ok    ok        ok
destroy.get        ok    ok      ok     ok   ok   ok     ok    ok     ok      ok   ok   ok      ok      ok        ok       ok         ok       ok     drop    ok         ok     ok        ok      ok    ok        ok
destroy.sign-in    ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   no      no      no        no       no         no       no     no      no         no     ok        ok      ok    ok        ok
query.list         ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no       no     no      no         no     ok/no     ok/no   ok    ok        ok
`

const tokenPath = "/api/oauth/token"

// faultCalls are the lines of faultMatrix.
var faultCalls = []faulttest.Call{
	{Name: "create.post", Operation: faulttest.Create, Method: http.MethodPost, Path: endpointsPath},
	{Name: "create.post.key", Operation: faulttest.Create, Method: http.MethodPost, Path: endpointsPath, Credential: acctest.APIKey, Once: true},
	{Name: "create.search", Operation: faulttest.Create, Method: http.MethodGet, Path: endpointsPath, Before: lostAnswer},
	{Name: "create.get", Operation: faulttest.Create, Method: http.MethodGet, Path: endpointPath},
	{Name: "create.sign-in", Operation: faulttest.Create, Method: http.MethodPost, Path: tokenPath, SignsIn: true},

	{Name: "read.get", Operation: faulttest.Read, Method: http.MethodGet, Path: endpointPath},
	{Name: "read.list", Operation: faulttest.Read, Method: http.MethodGet, Path: endpointsPath, Before: foreign404(http.MethodGet)},
	{Name: "read.sign-in", Operation: faulttest.Read, Method: http.MethodPost, Path: tokenPath, SignsIn: true},
	{Name: "import.get", Operation: faulttest.Import, Method: http.MethodGet, Path: endpointPath},

	{Name: "update.get", Operation: waitOn, Method: http.MethodGet, Path: endpointPath},
	{Name: "update.list", Operation: waitOn, Method: http.MethodGet, Path: endpointsPath, Before: foreign404(http.MethodGet)},

	{Name: "destroy.delete", Operation: faulttest.Destroy, Method: http.MethodDelete, Path: endpointPath},
	{Name: "destroy.list", Operation: faulttest.Destroy, Method: http.MethodGet, Path: endpointsPath, Before: foreign404(http.MethodDelete)},
	{Name: "destroy.get", Operation: faulttest.Destroy, Method: http.MethodGet, Path: endpointPath, Held: heldByOthers},
	{Name: "destroy.sign-in", Operation: faulttest.Destroy, Method: http.MethodPost, Path: tokenPath, SignsIn: true},

	{Name: "query.list", Operation: query, Method: http.MethodGet, Path: endpointsPath},
}

// lostAnswer makes a creation search for the private endpoint that Atlas has made.
func lostAnswer(f *faulttest.Fixture) {
	faulttest.SetFault(f.T, f.Atlas, "reset-after", http.MethodPost, endpointsPath, 1)
}

// heldByOthers is for a call after the DELETE, which has changed the private endpoint.
func heldByOthers(f *faulttest.Fixture) (held []string) {
	for _, e := range f.Atlas.PrivateEndpoints(acctest.ProjectID) {
		if slices.Contains(f.Others, e.ID) {
			held = append(held, fmt.Sprintf("%+v", e))
		}
	}
	return held
}

// foreign404 makes an operation read the project's list.
func foreign404(method string) func(*faulttest.Fixture) {
	return func(f *faulttest.Fixture) { faulttest.SetFault(f.T, f.Atlas, "404-html", method, endpointPath, 1) }
}

// waitOn is an apply after one that did not wait until the private endpoint was active.
var waitOn = faulttest.Operation{
	Begin: func(f *faulttest.Fixture) {
		f.Take()
		f.State = f.State.With(f.T, acctest.Values{"status": "INITIATING"})
	},
	Run: func(f *faulttest.Fixture) (acctest.Resource, acctest.Diagnostics) {
		return f.Provider.Apply(f.T, f.State, f.Config)
	},
	RequireDone: (*faulttest.Fixture).RequireHeld,
}

var query = faulttest.Reading(func(f *faulttest.Fixture) acctest.Diagnostics {
	found := false
	results := 0
	for result := range f.Provider.List(f.T, resourceType, listConfig, acctest.ListOptions{IncludeResource: true}) {
		if result.Diagnostics.HasError() {
			return result.Diagnostics
		}
		found = found || result.Identity["id"] == f.State.Get(f.T, "id")
		results++
	}
	if !found || results != len(f.Others)+1 {
		f.T.Errorf("%d results, the private endpoint among them: %t", results, found)
	}
	return nil
})

// privateEndpoints is what the fault tests need to know of the noun.
var privateEndpoints = faulttest.Noun{
	Type:   resourceType,
	Config: endpoint,
	Limit:  30 * time.Minute,
	Table:  faultMatrix,
	Calls:  faultCalls,
	Families: []faulttest.Family{
		{
			Name: "other", About: "an answer about another private endpoint, with missing fields, or with a byte order mark; Atlas has acted",
			Faults: []string{"other-cloud"},
		},
		{Name: "conflict", About: "409: the project has a private endpoint for these regions", Faults: []string{"private-endpoint-exists"}},
		{Name: "gone", About: "404 `PRIVATE_ENDPOINT_NOT_FOUND`", Faults: []string{"private-endpoint-not-found"}},
	},
	Apart: []faulttest.Apart{
		{Why: "lists without an end have tests of their own", Faults: []string{"list-endless"}},
		{Why: "they are about other nouns", Faults: []string{
			"bare-bucket", "old-networking", "in-use", "export-bucket-not-found", "cannot-assume-role", "role-not-authorized", "invalid-aws-credentials",
			"cannot-authenticate-service-principal", "azure-service-principal-invalid", "snapshot-not-found", "unfinished-on-demand-snapshot",
			"export-in-progress", "flex-cluster",
		}},
	},

	Begin: func(f *faulttest.Fixture) {
		other := f.Atlas.AddPrivateEndpoint(acctest.ProjectID, emulator.PrivateEndpoint{RegionName: "EU_WEST_1"})
		f.Others = append(f.Others, other.ID)
	},
	Put: func(f *faulttest.Fixture) string {
		put := f.Atlas.AddPrivateEndpoint(acctest.ProjectID, emulator.PrivateEndpoint{RegionName: "US_EAST_1"})
		return acctest.ProjectID + "/AWS/" + put.ID
	},
	Request: func(f *faulttest.Fixture) {
		f.T.Helper()
		for result := range f.Provider.List(f.T, resourceType, listConfig, acctest.ListOptions{}) {
			result.Diagnostics.RequireNone(f.T)
		}
	},
	Held: func(f *faulttest.Fixture) (held []string) {
		for _, e := range f.Atlas.PrivateEndpoints(acctest.ProjectID) {
			held = append(held, fmt.Sprintf("%+v", e))
		}
		return held
	},
	RequireHeld: func(f *faulttest.Fixture) {
		f.T.Helper()
		requireValues(f.T, f.State, acctest.Values{"status": "ACTIVE"})
		requireIDs(f, append(slices.Clone(f.Others), f.State.Get(f.T, "id").(string))...)
	},
	RequireGone: func(f *faulttest.Fixture) {
		f.T.Helper()
		requireIDs(f, f.Others...)
	},

	Orphan: func(f *faulttest.Fixture) string {
		f.T.Helper()
		held := f.Atlas.PrivateEndpoints(acctest.ProjectID)
		if len(held) != 2 {
			f.T.Fatalf("Atlas has %+v, want the other one and an orphan", held)
		}
		return acctest.ProjectID + "/AWS/" + held[1].ID
	},
	MayBeCreated: []string{"Private endpoint may have been created"},
	HowToFind:    []string{"terraform query", "terraform import <address> " + acctest.ProjectID + "/AWS/<id>"},
}

// requireIDs fails the test unless Atlas has the private endpoints with these ids and no others.
func requireIDs(f *faulttest.Fixture, want ...string) {
	f.T.Helper()
	var got []string
	for _, e := range f.Atlas.PrivateEndpoints(acctest.ProjectID) {
		got = append(got, e.ID)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		f.T.Errorf("Atlas has %q, want %q", got, want)
	}
}

func TestNothingIsLostWhateverFails(t *testing.T) { faulttest.Run(t, &privateEndpoints) }

func TestEveryRequestMeetsFaults(t *testing.T) {
	faulttest.RequireCallsOfEveryRequest(t, &privateEndpoints)
}
