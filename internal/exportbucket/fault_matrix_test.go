package exportbucket_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// faultMatrix says what must become of an operation when one of its calls, a line, meets a
// fault of a family, a column: once, and after a slash three times, where that differs.
//
//	ok    as if nothing had been, without a diagnostic
//	warn  the new bucket is in the state, and a warning says that it was not read back
//	no    an error at once: no wait, nothing changed, and the next run comes through
//	did   the same, but Atlas has acted; the next run sees it
//	late  an error when the time of the operation is over, and nothing changed
//	ask   an error that says how to find and import the bucket that Atlas may have made
//	pick  an error that lists the bucket that Atlas has made with its import command
//	tried an error after three attempts, and nothing changed
//	gone  the bucket leaves the state, without a diagnostic
//	drop  the same, with a warning that the project is not found
const faultMatrix = `
call               limit limit55 hour   down hold    held slow lost object other long   401     refused forbidden wall     wall-after role   in-use gone   nogroup foreign404 url404 elsewhere repeats count truncated clock
create.post        ok    ok      no     ok   ok/late ok   ok   ok   ok     ok    ok     ok/no   no      no        ok/tried ok         ok     no     no     no      ok/tried   no     ok        ok      ok    ok        ok
create.post.key    ok    ok      no     ok   ok/late ok   ok   ok   ok     ok    ok     ok      no      no        ok       ok         ok     no     no     no      ok         no     ok        ok      ok    ok        ok
create.search      ok    ok      ok/ask ok   ok      ok   ok   ok   ok     ok    ok/ask ok      ok/ask  ok/ask    ok/ask   ok/ask     ok/ask ok/ask ok/ask ok/ask  ok/ask     ok/ask ok        ok      ok    ok        pick
create.list        ok    ok/warn warn   ok   warn    warn ok   ok   ok     ok    warn   ok/warn warn    warn      warn     warn       warn   warn   ok     ok      ok         ok     ok/warn   ok/warn ok    ok        ok
create.get         ok    ok      ok     ok   ok      ok   ok   ok   ok     ok    ok     ok      ok      ok        ok       ok         ok     ok     ok     ok      ok         ok     ok        ok      ok    ok        ok
create.get.later   ok    ok      ok     ok   ok      ok   ok   ok   ok     ok    ok     ok      ok      ok        ok       ok         ok     ok     ok     ok      ok         ok     ok        ok      ok    ok        ok
create.sign-in     ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     no      no      no        no       no         no     no     no     no      no         no     ok        ok      ok    ok        ok
read.get           ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     ok/no   no      no        no       no         no     no     gone   drop    ok         ok     ok        ok      ok    ok        ok
read.get.key       ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     ok      no      no        no       no         no     no     gone   drop    ok         ok     ok        ok      ok    ok        ok
read.get.token     ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     no      no      no        no       no         no     no     gone   drop    ok         ok     ok        ok      ok    ok        ok
read.list          ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     ok/no   no      no        no       no         no     no     no     drop    no         no     ok/no     ok/no   ok    ok        ok
read.sign-in       ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     no      no      no        no       no         no     no     no     no      no         no     ok        ok      ok    ok        ok
import.get         ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     ok/no   no      no        no       no         no     no     gone   drop    ok         ok     ok        ok      ok    ok        ok
update.patch       ok    ok      no     ok   ok      ok   ok   ok   ok     ok    did    ok/no   no      no        no       did        no     no     no     no      ok/no      ok/no  ok        ok      ok    ok        ok
update.patch.key   ok    ok      no     ok   ok      ok   ok   ok   ok     ok    did    ok      no      no        no       did        no     no     no     no      ok/no      ok/no  ok        ok      ok    ok        ok
update.list        ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     ok/no   no      no        no       no         no     no     no     no      no         no     ok/no     ok/no   ok    ok        ok
update.sign-in     ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     no      no      no        no       no         no     no     no     no      no         no     ok        ok      ok    ok        ok
destroy.delete     ok    ok      no     ok   ok      ok   ok   ok   ok     ok    ok     ok/no   no      no        no       did        no     ok     gone   drop    ok/no      ok/no  ok        ok      ok    ok        ok
destroy.delete.key ok    ok      no     ok   ok      ok   ok   ok   ok     ok    ok     ok      no      no        no       did        no     ok     gone   drop    ok/no      ok/no  ok        ok      ok    ok        ok
destroy.list       ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     ok/no   no      no        no       no         no     no     no     drop    no         no     ok/no     ok/no   ok    ok        ok
destroy.sign-in    ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     no      no      no        no       no         no     no     no     no      no         no     ok        ok      ok    ok        ok
destroy.in-use     ok    ok      no     ok   ok      ok   ok   ok   ok     ok    ok     ok/no   no      no        no       no         no     ok     gone   drop    ok/no      ok/no  ok        ok      ok    ok        ok
destroy.clusters   ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     ok/no   no      no        no       no         no     no     no     no      no         no     ok/no     ok/no   ok    ok        ok
destroy.schedule   ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     ok/no   no      late      no       no         late   late   late   late    no         late   ok        ok      ok    ok        ok
destroy.disable    ok    ok      no     ok   ok      ok   ok   ok   ok     ok    did    ok/no   no      no        no       did        no     no     no     no      no         no     ok        ok      ok    ok        ok
destroy.again      ok    ok      no     ok   ok      ok   ok   ok   ok     ok    ok     ok/no   no      no        no       did        no     ok     gone   drop    ok/no      ok/no  ok        ok      ok    ok        ok
data.get           ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     ok/no   no      no        no       no         no     no     no     no      ok         ok     ok        ok      ok    ok        ok
data.name          ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     ok/no   no      no        no       no         no     no     no     no      no         no     ok/no     ok/no   ok    ok        ok
data.name.page2    ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     ok/no   no      no        no       no         no     no     no     no      no         no     ok/no     no      ok    ok        ok
data.plural        ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     ok/no   no      no        no       no         no     no     no     no      no         no     ok/no     ok/no   ok    ok        ok
data.plural.key    ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     ok      no      no        no       no         no     no     no     no      no         no     ok/no     ok/no   ok    ok        ok
query.list         ok    ok      no     ok   ok      ok   ok   ok   ok     ok    no     ok/no   no      no        no       no         no     no     no     no      no         no     ok/no     ok/no   ok    ok        ok
`

// faultFamily are faults that the provider meets in the same way.
type faultFamily struct {
	name   string // a column of the matrix
	about  string // for the guide
	faults []string
}

// families have every preset of the emulator, and moreFaults.
var families = []faultFamily{
	{"limit", "429 (rate limit), 405 (Atlas is being upgraded)", []string{"429", "429-retry-after", "405-upgrade"}},
	{"limit55", "429 that asks for 55 seconds in its text alone", []string{"429-parameters"}},
	{"hour", "429 that asks for more time than the operation has", []string{"429-hour"}},
	{
		"down", "408, 500, 502, 503, 504, 522, a broken connection, a proxy's page as a 200; Atlas has not acted",
		[]string{"500", "502-html", "503", "503-retry-after", "504-html", "408", "522-html", "html", "reset"},
	},
	{
		"lost", "the same, or an answer that is cut, half or empty; Atlas has acted",
		[]string{"500-after", "502-after", "503-after", "504-after", "reset-after", "cut-after", "html-after", "half-json-after", "empty-after"},
	},
	{"object", "an object with nothing in it; Atlas has acted", []string{"object-after"}},
	{
		"other", "an answer about another bucket, or without what a bucket has, or after a byte order mark; Atlas has acted",
		[]string{"other-id", "other-cloud", "id-only", "bare-bucket", "byte-order-mark"},
	},
	{"long", "an answer of more than 4 MiB; Atlas has acted", []string{"too-long"}},
	{"hold", "no answer; Atlas has not acted", []string{"hold"}},
	{"held", "no answer; Atlas has acted, or acts 100 seconds late", []string{"hold-after", "100s-late"}},
	{"slow", "an answer that is seconds late", []string{"slow", "slow-after"}},
	{"401", "401: the token, or the nonce of an API key, has ended", []string{"401", "401-html"}},
	{"refused", "401 on a missing role, 407 of a proxy", []string{"user-unauthorized", "407-html"}},
	{
		"forbidden", "403: not on the access list, too many tokens; 400 with a code",
		[]string{"address-not-on-access-list", "token-limit", "wrong-types", "control-characters"},
	},
	{
		"wall", "403, 400, 501, a redirect or 101 of a proxy; Atlas has not acted",
		[]string{"403-html", "400-echo", "long-title", "501-html", "redirect", "101"},
	},
	{"wall-after", "the same; Atlas has acted", []string{"403-html-after", "501-html-after", "redirect-after", "101-after"}},
	{
		"role", "400: a role, or a service principal, that its cloud does not know yet",
		[]string{
			"cannot-assume-role", "role-not-authorized", "invalid-aws-credentials", "cannot-authenticate-service-principal",
			"azure-service-principal-invalid",
		},
	},
	{"in-use", "400: the bucket is in use, though no cluster exports to it", []string{"in-use"}},
	{"gone", "404 `EXPORT_BUCKET_NOT_FOUND`", []string{"export-bucket-not-found"}},
	{"nogroup", "404 `GROUP_NOT_FOUND`", []string{"group-not-found"}},
	{"foreign404", "404 of a proxy", []string{"404-html"}},
	{"url404", "404 `RESOURCE_NOT_FOUND`", []string{"resource-not-found"}},
	{"elsewhere", "a list whose next page is on another host", []string{"list-next-elsewhere"}},
	{"repeats", "a list that begins again", []string{"list-repeats"}},
	{"count", "a list with a wrong count", []string{"list-counts-too-few", "list-counts-too-many"}},
	{"truncated", "a list that is cut, and does not say so", []string{"list-truncated"}},
	{"clock", "an answer with a wrong `Date`, three seconds ahead or an hour behind", []string{"date-ahead", "date-behind"}},
}

// moreFaults are those that the emulator has no preset for.
var moreFaults = []emulator.Preset{
	{Name: "429-hour", Fault: emulator.Fault{Status: http.StatusTooManyRequests, Code: "RATE_LIMITED", Detail: "Too many requests.", RetryAfter: "3600"}},
	{Name: "408", Fault: emulator.Fault{Status: http.StatusRequestTimeout}},
	{Name: "522-html", Fault: emulator.Fault{Status: 522, Body: "<html><h1>Connection timed out</h1></html>"}},
	{Name: "401-html", Fault: emulator.Fault{Status: http.StatusUnauthorized, Body: "<html><h1>Sign in</h1></html>"}},
	{Name: "object-after", Fault: emulator.Fault{After: true, Status: http.StatusOK, Body: "{}"}},
	{Name: "100s-late", Fault: emulator.Fault{Delay: 100 * time.Second}},
}

// apart are presets whose effect is no matter of a single call: what the state shows of
// oldNetworking, and lists without an end, have tests of their own.
var apart = []string{"old-networking", "list-endless"}

func allFaults() []emulator.Preset {
	return slices.DeleteFunc(append(emulator.Presets(), moreFaults...), func(p emulator.Preset) bool { return slices.Contains(apart, p.Name) })
}

// expectation is what faultMatrix has of a call and a family; "" for nothing.
func expectation(call, family string) string {
	lines := strings.Split(strings.TrimSpace(faultMatrix), "\n")
	column := slices.Index(strings.Fields(lines[0]), family)
	for _, line := range lines[1:] {
		if cells := strings.Fields(line); cells[0] == call && column > 0 && column < len(cells) {
			return cells[column]
		}
	}
	return ""
}

// expected is what becomes of the operation when the fault hits once, and when it hits
// three times.
func expected(call, family string) (one, three string) {
	one, three, differs := strings.Cut(expectation(call, family), "/")
	if !differs {
		three = one
	}
	return one, three
}

// familyOf returns the name of a fault's family; "" for none.
func familyOf(fault string) string {
	for _, family := range families {
		if slices.Contains(family.faults, fault) {
			return family.name
		}
	}
	return ""
}

// faultsOf are those of some families.
func faultsOf(names ...string) (faults []string) {
	for _, family := range families {
		if slices.Contains(names, family.name) {
			faults = append(faults, family.faults...)
		}
	}
	return faults
}

func TestFaultMatrixForgetsNothing(t *testing.T) {
	known, inFamilies, calls := map[string]bool{}, map[string]int{}, map[string]bool{}
	for _, fault := range allFaults() {
		known[fault.Name] = true
	}
	for _, call := range faultCalls {
		calls[call.name] = true
	}
	for _, family := range families {
		for _, fault := range family.faults {
			inFamilies[fault]++
			if !known[fault] {
				t.Errorf("%s of the family %s is no fault", fault, family.name)
			}
		}
		for call := range calls {
			if one, _ := expected(call, family.name); one == "" {
				t.Errorf("nothing is expected of %s on %s", family.name, call)
			}
		}
	}
	for fault := range known {
		if inFamilies[fault] != 1 {
			t.Errorf("%s is in %d families, want one", fault, inFamilies[fault])
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(faultMatrix), "\n")[1:] {
		if cells := strings.Fields(line); len(cells) != len(families)+1 || !calls[cells[0]] {
			t.Errorf("it is of no call, or has not a cell for each of the %d families: %s", len(families), line)
		}
	}
}

func TestNothingIsLostWhateverFails(t *testing.T) {
	for _, call := range faultCalls {
		t.Run(call.name, func(t *testing.T) {
			t.Parallel()
			for _, v := range append([]variant{onAWS}, call.more...) {
				for _, fault := range allFaults() {
					one, three := expected(call.name, familyOf(fault.Name))
					for times, want := range map[int]string{1: one, 3: three} {
						ended := one == three && one != "ok" && one != "warn" // by the first
						if times == 3 && (call.once || v.name != "" || ended) {
							continue
						}
						cell := faultCell{call, v, fault.Fault, times, want}
						t.Run(fmt.Sprintf("%s%s,%d", v.name, fault.Name, times), func(t *testing.T) { synctest.Test(t, cell.test) })
					}
				}
			}
		})
	}
}
