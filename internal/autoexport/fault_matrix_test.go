package autoexport_test

import (
	"net/http"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// faultMatrix says what must become of an operation when one of its calls, a line, meets a
// fault of a family, a column. The package faulttest explains the words; warn is the warning of a
// query that a schedule could not be read.
const faultMatrix = `
call              limit limit55 hour down lost object other long hold held slow 401   refused forbidden wall wall-after bucket nogroup foreign404 url404 elsewhere repeats count truncated clock
create.get        ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   ok/no no      no        no   no         no     no      ok/no      ok/no  ok        ok      ok    ok        ok
create.get.key    ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   ok    no      no        no   no         no     no      ok/no      ok/no  ok        ok      ok    ok        ok
create.list       ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   ok/no no      no        no   no         no     no      no         no     ok/no     ok/no   ok    ok        ok
create.patch      ok    ok      no   ok   ok   ok     ok    ok   ok   ok   ok   ok/no no      no        no   ok         no     no      ok/no      ok/no  ok        ok      ok    ok        ok
create.patch.key  ok    ok      no   ok   ok   ok     ok    ok   ok   ok   ok   ok    no      no        no   ok         no     no      ok/no      ok/no  ok        ok      ok    ok        ok
create.patch.list ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   ok/no no      no        no   no         no     no      no         no     ok/no     ok/no   ok    ok        ok
create.sign-in    ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   no    no      no        no   no         no     no      no         no     ok        ok      ok    ok        ok
read.get          ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   ok/no no      no        no   no         no     drop    ok/no      ok/no  ok        ok      ok    ok        ok
read.get.key      ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   ok    no      no        no   no         no     drop    ok/no      ok/no  ok        ok      ok    ok        ok
read.get.token    ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   no    no      no        no   no         no     drop    ok/no      ok/no  ok        ok      ok    ok        ok
read.list         ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   ok/no no      no        no   no         no     drop    no         no     ok/no     ok/no   ok    ok        ok
read.sign-in      ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   no    no      no        no   no         no     no      no         no     ok        ok      ok    ok        ok
import.get        ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   ok/no no      no        no   no         no     no      ok/no      ok/no  ok        ok      ok    ok        ok
update.patch      ok    ok      no   ok   ok   ok     ok    did  ok   ok   ok   ok/no no      no        no   did        no     no      ok/no      ok/no  ok        ok      ok    ok        ok
update.patch.key  ok    ok      no   ok   ok   ok     ok    did  ok   ok   ok   ok    no      no        no   did        no     no      ok/no      ok/no  ok        ok      ok    ok        ok
update.list       ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   ok/no no      no        no   no         no     no      no         no     ok/no     ok/no   ok    ok        ok
update.sign-in    ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   no    no      no        no   no         no     no      no         no     ok        ok      ok    ok        ok
destroy.patch     ok    ok      no   ok   ok   ok     ok    did  ok   ok   ok   ok/no no      no        no   did        no     drop    ok/no      ok/no  ok        ok      ok    ok        ok
destroy.patch.key ok    ok      no   ok   ok   ok     ok    did  ok   ok   ok   ok    no      no        no   did        no     drop    ok/no      ok/no  ok        ok      ok    ok        ok
destroy.list      ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   ok/no no      no        no   no         no     drop    no         no     ok/no     ok/no   ok    ok        ok
destroy.sign-in   ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   no    no      no        no   no         no     no      no         no     ok        ok      ok    ok        ok
paused.patch      ok    ok      no   ok   ok   ok     ok    ok   ok   ok   ok   ok/no no      no        no   no         no     drop    ok/no      ok/no  ok        ok      ok    ok        ok
paused.get        ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   ok/no no      no        no   no         no     no      ok/no      ok/no  ok        ok      ok    ok        ok
query.clusters    ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   ok/no no      no        no   no         no     no      no         no     ok/no     ok/no   ok    ok        ok
query.schedule    ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   ok/no no      warn      no   no         warn   warn    no         warn   ok        ok      ok    ok        ok
query.sign-in     ok    ok      no   ok   ok   ok     ok    no   ok   ok   ok   no    no      no        no   no         no     no      no         no     ok        ok      ok    ok        ok
`

const tokenPath = "/api/oauth/token"

// faultCalls are the lines of faultMatrix.
var faultCalls = []faulttest.Call{
	{Name: "create.get", Operation: faulttest.Create, Method: http.MethodGet, Path: schedulePath},
	{Name: "create.get.key", Operation: faulttest.Create, Method: http.MethodGet, Path: schedulePath, Credential: acctest.APIKey, Once: true},
	{Name: "create.list", Operation: faulttest.Create, Method: http.MethodGet, Path: clustersPath, Before: foreign404(http.MethodGet)},
	{Name: "create.patch", Operation: faulttest.Create, Method: http.MethodPatch, Path: schedulePath},
	{Name: "create.patch.key", Operation: faulttest.Create, Method: http.MethodPatch, Path: schedulePath, Credential: acctest.APIKey, Once: true},
	{Name: "create.patch.list", Operation: faulttest.Create, Method: http.MethodGet, Path: clustersPath, Before: foreign404(http.MethodPatch)},
	{Name: "create.sign-in", Operation: faulttest.Create, Method: http.MethodPost, Path: tokenPath, SignsIn: true},

	{Name: "read.get", Operation: faulttest.Read, Method: http.MethodGet, Path: schedulePath},
	{Name: "read.get.key", Operation: faulttest.Read, Method: http.MethodGet, Path: schedulePath, Credential: acctest.APIKey, Once: true},
	{Name: "read.get.token", Operation: faulttest.Read, Method: http.MethodGet, Path: schedulePath, Credential: acctest.AccessToken, Once: true},
	{Name: "read.list", Operation: faulttest.Read, Method: http.MethodGet, Path: clustersPath, Before: foreign404(http.MethodGet)},
	{Name: "read.sign-in", Operation: faulttest.Read, Method: http.MethodPost, Path: tokenPath, SignsIn: true},
	{Name: "import.get", Operation: faulttest.Import, Method: http.MethodGet, Path: schedulePath},

	{Name: "update.patch", Operation: update, Method: http.MethodPatch, Path: schedulePath},
	{Name: "update.patch.key", Operation: update, Method: http.MethodPatch, Path: schedulePath, Credential: acctest.APIKey, Once: true},
	{Name: "update.list", Operation: update, Method: http.MethodGet, Path: clustersPath, Before: foreign404(http.MethodPatch)},
	{Name: "update.sign-in", Operation: update, Method: http.MethodPost, Path: tokenPath, SignsIn: true},

	{Name: "destroy.patch", Operation: faulttest.Destroy, Method: http.MethodPatch, Path: schedulePath},
	{Name: "destroy.patch.key", Operation: faulttest.Destroy, Method: http.MethodPatch, Path: schedulePath, Credential: acctest.APIKey, Once: true},
	{Name: "destroy.list", Operation: faulttest.Destroy, Method: http.MethodGet, Path: clustersPath, Before: foreign404(http.MethodPatch)},
	{Name: "destroy.sign-in", Operation: faulttest.Destroy, Method: http.MethodPost, Path: tokenPath, SignsIn: true},
	{Name: "paused.patch", Operation: destroyPaused, Method: http.MethodPatch, Path: schedulePath},
	{Name: "paused.get", Operation: destroyPaused, Method: http.MethodGet, Path: schedulePath},

	{Name: "query.clusters", Operation: query, Method: http.MethodGet, Path: clustersPath},
	{Name: "query.schedule", Operation: query, Method: http.MethodGet, Path: schedulePath, Represents: clustersPath + "/*/backup/schedule"},
	{Name: "query.sign-in", Operation: query, Method: http.MethodPost, Path: tokenPath, SignsIn: true},
}

// foreign404 makes an operation read the list of clusters.
func foreign404(method string) func(*faulttest.Fixture) {
	return func(f *faulttest.Fixture) { setFault(f.T, f.Atlas, "404-html", method, schedulePath, 1) }
}

var update = faulttest.Update(acctest.Values{"export_bucket_id": otherBucketID}.With(withNames))

// destroyPaused is the destroy for a paused cluster whose export is off already.
var destroyPaused = faulttest.Operation{
	Begin: func(f *faulttest.Fixture) {
		f.Take()
		f.Atlas.SetAutoExport(acctest.ProjectID, cluster, "")
		f.Atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: cluster, Paused: true})
	},
	Run:         faulttest.Destroy.Run,
	RequireDone: (*faulttest.Fixture).RequireGone,
}

// query must find the export of the state, and that of another cluster. Of a schedule that is not
// shown it warns, and then has no result.
var query = faulttest.Reading(func(f *faulttest.Fixture) acctest.Diagnostics {
	listed := map[string]acctest.Values{}
	var diags acctest.Diagnostics
	for result := range f.Provider.List(f.T, resourceType, acctest.Values{"project_id": acctest.ProjectID}, acctest.ListOptions{IncludeResource: true}) {
		diags = append(diags, result.Diagnostics...)
		if result.Resource != nil {
			listed[result.DisplayName] = result.Resource
		}
	}
	if diags.HasError() {
		return diags
	}
	want := 2
	if len(diags) > 0 {
		want = 1
	}
	if len(listed) != want || listed["payments"] == nil {
		f.T.Errorf("it lists %v", listed)
	}
	for name, value := range listed[cluster] {
		if !reflect.DeepEqual(value, f.State.Get(f.T, name)) {
			f.T.Errorf("%s is %v, want %v", name, value, f.State.Get(f.T, name))
		}
	}
	return diags
})

// autoExports is what the fault tests need to know of the noun.
var autoExports = faulttest.Noun{
	Type:   resourceType,
	Config: monthly,
	Limit:  5 * time.Minute,
	Table:  faultMatrix,
	Calls:  faultCalls,
	Families: []faulttest.Family{
		{
			Name: "other", About: "the schedule of another cluster, or an answer with a byte order mark; Atlas has acted",
		},
		{Name: "bucket", About: "an error code about an export bucket", Faults: []string{"in-use", "export-bucket-not-found"}},
	},
	Apart: []faulttest.Apart{
		{Why: "no call has a role", Faults: []string{
			"cannot-assume-role", "role-not-authorized", "invalid-aws-credentials", "cannot-authenticate-service-principal", "azure-service-principal-invalid",
		}},
		{Why: "no answer is an export bucket", Faults: []string{"bare-bucket", "other-cloud", "old-networking"}},
		{Why: "lists without an end have tests of their own", Faults: []string{"list-endless"}},
		{Why: "flex clusters have tests of their own", Faults: faulttest.FlexClusterFaults},
		{Why: "no call is about a snapshot or an export job", Faults: faulttest.SnapshotFaults},
		{Why: "no call is about a private endpoint", Faults: faulttest.PrivateEndpointFaults},
	},

	Begin: func(f *faulttest.Fixture) {
		fill(f.Atlas)
		f.Atlas.AddCluster(acctest.ProjectID, "idle")
		f.Atlas.SetAutoExport(acctest.ProjectID, "payments", bucketID)
		f.Others = othersHeld(f)
	},
	Put: func(f *faulttest.Fixture) string {
		f.Atlas.SetAutoExport(acctest.ProjectID, cluster, f.Config["export_bucket_id"].(string))
		return importID
	},
	Request: func(f *faulttest.Fixture) {
		f.T.Helper()
		for result := range f.Provider.List(f.T, resourceType, acctest.Values{"project_id": acctest.ProjectID}, acctest.ListOptions{}) {
			result.Diagnostics.RequireNone(f.T)
		}
	},
	Held: func(f *faulttest.Fixture) []string {
		f.T.Helper()
		return append(othersHeld(f), scheduleOf(f.T, f.Atlas, cluster))
	},
	RequireHeld: func(f *faulttest.Fixture) {
		f.T.Helper()
		if !f.State.Exists() {
			f.T.Fatal("the export is not in the state")
		}
		requireExport(f.T, f.Atlas, f.State.Get(f.T, "export_bucket_id").(string))
		requireOthers(f)
	},
	RequireGone: func(f *faulttest.Fixture) {
		f.T.Helper()
		requireExport(f.T, f.Atlas, "")
		requireOthers(f)
	},
	NotReadBack: []string{"Automatic exports of project " + acctest.ProjectID + " may be missing", cluster + ": "},
}

// othersHeld are the schedules of the other clusters.
func othersHeld(f *faulttest.Fixture) (held []string) {
	f.T.Helper()
	for _, name := range []string{"idle", "payments"} {
		held = append(held, scheduleOf(f.T, f.Atlas, name))
	}
	return held
}

func requireOthers(f *faulttest.Fixture) {
	f.T.Helper()
	if held := othersHeld(f); !slices.Equal(held, f.Others) {
		f.T.Errorf("the schedules of others were %v, and are %v", f.Others, held)
	}
}

func TestNothingIsLostWhateverFails(t *testing.T) { faulttest.Run(t, &autoExports) }

func TestEveryRequestMeetsFaults(t *testing.T) {
	faulttest.RequireCallsOfEveryRequest(t, &autoExports)
}
