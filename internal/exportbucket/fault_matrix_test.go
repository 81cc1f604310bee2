package exportbucket_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
)

// faultMatrix says what must become of an operation when one of its calls, a line, meets a
// fault of a family, a column. The package faulttest explains the words.
const faultMatrix = `
call               limit limit55 hour   down lost object other long   hold    held slow 401     refused forbidden wall     wall-after role   in-use gone   nogroup foreign404 url404 elsewhere repeats count truncated clock
create.post        ok    ok      no     ok   ok   ok     ok    ok     ok/late ok   ok   ok/no   no      no        ok/tried ok         ok     no     no     no      ok/tried   no     ok        ok      ok    ok        ok
create.post.key    ok    ok      no     ok   ok   ok     ok    ok     ok/late ok   ok   ok      no      no        ok       ok         ok     no     no     no      ok         no     ok        ok      ok    ok        ok
create.search      ok    ok      ok/ask ok   ok   ok     ok    ok/ask ok      ok   ok   ok      ok/ask  ok/ask    ok/ask   ok/ask     ok/ask ok/ask ok/ask ok/ask  ok/ask     ok/ask ok        ok      ok    ok        pick
create.list        ok    ok/warn warn   ok   ok   ok     ok    warn   warn    warn ok   ok/warn warn    warn      warn     warn       warn   warn   ok     ok      ok         ok     ok/warn   ok/warn ok    ok        ok
create.get         ok    ok      ok     ok   ok   ok     ok    ok     ok      ok   ok   ok      ok      ok        ok       ok         ok     ok     ok     ok      ok         ok     ok        ok      ok    ok        ok
create.get.later   ok    ok      ok     ok   ok   ok     ok    ok     ok      ok   ok   ok      ok      ok        ok       ok         ok     ok     ok     ok      ok         ok     ok        ok      ok    ok        ok
create.sign-in     ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   no      no      no        no       no         no     no     no     no      no         no     ok        ok      ok    ok        ok
read.get           ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no     no     gone   drop    ok         ok     ok        ok      ok    ok        ok
read.get.key       ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok      no      no        no       no         no     no     gone   drop    ok         ok     ok        ok      ok    ok        ok
read.get.token     ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   no      no      no        no       no         no     no     gone   drop    ok         ok     ok        ok      ok    ok        ok
read.list          ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no     no     no     drop    no         no     ok/no     ok/no   ok    ok        ok
read.sign-in       ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   no      no      no        no       no         no     no     no     no      no         no     ok        ok      ok    ok        ok
import.get         ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no     no     no     no      ok         ok     ok        ok      ok    ok        ok
update.patch       ok    ok      no     ok   ok   ok     ok    did    ok      ok   ok   ok/no   no      no        no       did        no     no     no     no      ok/no      ok/no  ok        ok      ok    ok        ok
update.patch.key   ok    ok      no     ok   ok   ok     ok    did    ok      ok   ok   ok      no      no        no       did        no     no     no     no      ok/no      ok/no  ok        ok      ok    ok        ok
update.list        ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no     no     no     no      no         no     ok/no     ok/no   ok    ok        ok
update.sign-in     ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   no      no      no        no       no         no     no     no     no      no         no     ok        ok      ok    ok        ok
destroy.delete     ok    ok      no     ok   ok   ok     ok    ok     ok      ok   ok   ok/no   no      no        no       did        no     ok     gone   drop    ok/no      ok/no  ok        ok      ok    ok        ok
destroy.delete.key ok    ok      no     ok   ok   ok     ok    ok     ok      ok   ok   ok      no      no        no       did        no     ok     gone   drop    ok/no      ok/no  ok        ok      ok    ok        ok
destroy.list       ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no     no     no     drop    no         no     ok/no     ok/no   ok    ok        ok
destroy.sign-in    ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   no      no      no        no       no         no     no     no     no      no         no     ok        ok      ok    ok        ok
destroy.in-use     ok    ok      no     ok   ok   ok     ok    ok     ok      ok   ok   ok/no   no      no        no       no         no     ok     gone   drop    ok/no      ok/no  ok        ok      ok    ok        ok
destroy.clusters   ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no     no     no     no      no         no     ok/no     ok/no   ok    ok        ok
destroy.schedule   ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      late      no       no         late   late   late   late    no         late   ok        ok      ok    ok        ok
destroy.disable    ok    ok      no     ok   ok   ok     ok    did    ok      ok   ok   ok/no   no      no        no       did        no     no     no     no      no         no     ok        ok      ok    ok        ok
destroy.again      ok    ok      no     ok   ok   ok     ok    ok     ok      ok   ok   ok/no   no      no        no       did        no     ok     gone   drop    ok/no      ok/no  ok        ok      ok    ok        ok
data.get           ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no     no     no     no      ok         ok     ok        ok      ok    ok        ok
data.name          ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no     no     no     no      no         no     ok/no     ok/no   ok    ok        ok
data.name.page2    ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no     no     no     no      no         no     ok/no     no      ok    ok        ok
data.plural        ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no     no     no     no      no         no     ok/no     ok/no   ok    ok        ok
data.plural.key    ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok      no      no        no       no         no     no     no     no      no         no     ok/no     ok/no   ok    ok        ok
query.list         ok    ok      no     ok   ok   ok     ok    no     ok      ok   ok   ok/no   no      no        no       no         no     no     no     no      no         no     ok/no     ok/no   ok    ok        ok
`

// exportBuckets is what the fault tests need to know of the noun.
var exportBuckets = faulttest.Noun{
	Type:   resourceType,
	Config: awsBucket,
	Limit:  5 * time.Minute,
	Table:  faultMatrix,
	Calls:  faultCalls,
	Families: []faulttest.Family{
		{
			Name: "other", About: "an answer about another bucket, with missing fields, or with a byte order mark; Atlas has acted",
			Faults: []string{"other-cloud", "bare-bucket"},
		},
		{
			Name: "role", About: "400: the cloud does not know the role or service principal yet",
			Faults: []string{
				"cannot-assume-role", "role-not-authorized", "invalid-aws-credentials", "cannot-authenticate-service-principal",
				"azure-service-principal-invalid",
			},
		},
		{Name: "in-use", About: "400: the bucket is in use, although no cluster exports to it", Faults: []string{"in-use"}},
		{Name: "gone", About: "404 `EXPORT_BUCKET_NOT_FOUND`", Faults: []string{"export-bucket-not-found"}},
	},
	Apart: []faulttest.Apart{
		{Why: "what the state shows after it has tests of its own", Faults: []string{"old-networking"}},
		{Why: "lists without an end have tests of their own", Faults: []string{"list-endless"}},
		{Why: "no call is about a snapshot or an export job", Faults: faulttest.SnapshotFaults},
		{Why: "Atlas does not list flex clusters", Faults: faulttest.FlexClusterFaults},
		{Why: "no call is about a private endpoint", Faults: faulttest.PrivateEndpointFaults},
	},

	Begin: putOther,
	Put: func(f *faulttest.Fixture) string {
		return acctest.ProjectID + "/" + f.Atlas.PutExportBucket(acctest.ProjectID, asExportBucket(f.Config)).ID
	},
	Request: func(f *faulttest.Fixture) { all(f.T, f.Provider, nil) },
	Held: func(f *faulttest.Fixture) []string {
		return append(heldBuckets(f), f.Atlas.AutoExport(acctest.ProjectID, "exports"), f.Atlas.AutoExport(acctest.ProjectID, "elsewhere"))
	},
	RequireHeld: func(f *faulttest.Fixture) {
		f.T.Helper()
		if !f.State.Exists() {
			f.T.Fatal("the bucket is not in the state")
		}
		requireHeld(f.T, f.Atlas, anyOf(append(slices.Clone(f.Others), f.State.Get(f.T, "id").(string)))...)
	},
	RequireGone: func(f *faulttest.Fixture) {
		f.T.Helper()
		requireHeld(f.T, f.Atlas, anyOf(f.Others)...)
	},

	Orphan: func(f *faulttest.Fixture) string {
		f.T.Helper()
		results := all(f.T, f.Provider, acctest.Values{"bucket_name": "snapshots"})
		if len(results) != 1 {
			f.T.Fatalf("the project has %v, want one bucket", results)
		}
		return acctest.ProjectID + "/" + idsOf(results)[0]
	},
	NotReadBack:  []string{"created, but not read back", "The export bucket is in the state."},
	MayBeCreated: []string{"Export bucket may have been created"},
	HowToFind:    []string{"terraform query", "terraform import <address> " + acctest.ProjectID + "/<id>"},
}

// heldBuckets is what Atlas has of every bucket, the oldest first.
func heldBuckets(f *faulttest.Fixture) (held []string) {
	for _, b := range f.Atlas.ExportBuckets(acctest.ProjectID) {
		held = append(held, fmt.Sprintf("%+v", b))
	}
	return held
}

func anyOf(ids []string) (values []any) {
	for _, id := range ids {
		values = append(values, id)
	}
	return values
}

// putOther gives the project a bucket that is not this state's.
func putOther(f *faulttest.Fixture) {
	b := f.Atlas.PutExportBucket(acctest.ProjectID, asExportBucket(awsBucket.With(acctest.Values{"bucket_name": "other"})))
	f.Others = append(f.Others, b.ID)
}

func TestNothingIsLostWhateverFails(t *testing.T) { faulttest.Run(t, &exportBuckets) }

func TestEveryRequestMeetsFaults(t *testing.T) {
	faulttest.RequireCallsOfEveryRequest(t, &exportBuckets)
}
