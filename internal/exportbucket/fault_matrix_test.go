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
//	gone  the bucket leaves the state, without a diagnostic
const faultMatrix = `
call               limit limit55 hour   down hold    held slow lost object 401     refused forbidden wall   wall-after role   in-use gone   nogroup foreign404 url404 elsewhere repeats count
create.post        ok    ok      no     ok   ok/late ok   ok   ok   ok     ok/no   no      no        ok     ok         ok     no     no     no      ok         no     ok        ok      ok
create.post.key    ok    ok      no     ok   ok/late ok   ok   ok   ok     ok      no      no        ok     ok         ok     no     no     no      ok         no     ok        ok      ok
create.search      ok    ok      ok/ask ok   ok      ok   ok   ok   ok     ok      ok/ask  ok/ask    ok/ask ok/ask     ok/ask ok/ask ok/ask ok/ask  ok/ask     ok/ask ok        ok      ok
create.list        ok    ok/warn warn   ok   warn    warn ok   ok   ok     ok/warn warn    warn      warn   warn       warn   warn   ok     ok      ok         ok     ok/warn   ok/warn ok
create.get         ok    ok      ok     ok   ok      ok   ok   ok   ok     ok      ok      ok        ok     ok         ok     ok     ok     ok      ok         ok     ok        ok      ok
create.get.later   ok    ok      ok     ok   ok      ok   ok   ok   ok     ok      ok      ok        ok     ok         ok     ok     ok     ok      ok         ok     ok        ok      ok
create.sign-in     ok    ok      no     ok   ok      ok   ok   ok   ok     no      no      no        no     no         no     no     no     no      no         no     ok        ok      ok
read.get           ok    ok      no     ok   ok      ok   ok   ok   ok     ok/no   no      no        no     no         no     no     gone   gone    ok         ok     ok        ok      ok
read.get.key       ok    ok      no     ok   ok      ok   ok   ok   ok     ok      no      no        no     no         no     no     gone   gone    ok         ok     ok        ok      ok
read.get.token     ok    ok      no     ok   ok      ok   ok   ok   ok     no      no      no        no     no         no     no     gone   gone    ok         ok     ok        ok      ok
read.list          ok    ok      no     ok   ok      ok   ok   ok   ok     ok/no   no      no        no     no         no     no     no     gone    no         no     ok/no     ok/no   ok
read.sign-in       ok    ok      no     ok   ok      ok   ok   ok   ok     no      no      no        no     no         no     no     no     no      no         no     ok        ok      ok
import.get         ok    ok      no     ok   ok      ok   ok   ok   ok     ok/no   no      no        no     no         no     no     gone   gone    ok         ok     ok        ok      ok
update.patch       ok    ok      no     ok   ok      ok   ok   ok   ok     ok/no   no      no        no     did        no     no     no     no      ok/no      ok/no  ok        ok      ok
update.patch.key   ok    ok      no     ok   ok      ok   ok   ok   ok     ok      no      no        no     did        no     no     no     no      ok/no      ok/no  ok        ok      ok
update.list        ok    ok      no     ok   ok      ok   ok   ok   ok     ok/no   no      no        no     no         no     no     no     no      no         no     ok/no     ok/no   ok
update.sign-in     ok    ok      no     ok   ok      ok   ok   ok   ok     no      no      no        no     no         no     no     no     no      no         no     ok        ok      ok
destroy.delete     ok    ok      no     ok   ok      ok   ok   ok   ok     ok/no   no      no        no     did        no     ok     gone   gone    ok/no      ok/no  ok        ok      ok
destroy.delete.key ok    ok      no     ok   ok      ok   ok   ok   ok     ok      no      no        no     did        no     ok     gone   gone    ok/no      ok/no  ok        ok      ok
destroy.list       ok    ok      no     ok   ok      ok   ok   ok   ok     ok/no   no      no        no     no         no     no     no     gone    no         no     ok/no     ok/no   ok
destroy.sign-in    ok    ok      no     ok   ok      ok   ok   ok   ok     no      no      no        no     no         no     no     no     no      no         no     ok        ok      ok
destroy.in-use     ok    ok      no     ok   ok      ok   ok   ok   ok     ok/no   no      no        no     no         no     ok     gone   gone    ok/no      ok/no  ok        ok      ok
destroy.clusters   ok    ok      no     ok   ok      ok   ok   ok   ok     ok/no   no      no        no     no         no     no     no     no      no         no     ok/no     ok/no   ok
destroy.schedule   ok    ok      no     ok   ok      ok   ok   ok   late   ok/no   no      late      no     no         late   late   late   late    no         late   ok        ok      ok
destroy.disable    ok    ok      no     ok   ok      ok   ok   ok   ok     ok/no   no      no        no     did        no     no     no     no      no         no     ok        ok      ok
destroy.again      ok    ok      no     ok   ok      ok   ok   ok   ok     ok/no   no      no        no     did        no     ok     gone   gone    ok/no      ok/no  ok        ok      ok
data.get           ok    ok      no     ok   ok      ok   ok   ok   ok     ok/no   no      no        no     no         no     no     no     no      ok         ok     ok        ok      ok
data.name          ok    ok      no     ok   ok      ok   ok   ok   ok     ok/no   no      no        no     no         no     no     no     no      no         no     ok/no     ok/no   ok
data.name.page2    ok    ok      no     ok   ok      ok   ok   ok   ok     ok/no   no      no        no     no         no     no     no     no      no         no     ok/no     no      ok
data.plural        ok    ok      no     ok   ok      ok   ok   ok   ok     ok/no   no      no        no     no         no     no     no     no      no         no     ok/no     ok/no   ok
data.plural.key    ok    ok      no     ok   ok      ok   ok   ok   ok     ok      no      no        no     no         no     no     no     no      no         no     ok/no     ok/no   ok
query.list         ok    ok      no     ok   ok      ok   ok   ok   ok     ok/no   no      no        no     no         no     no     no     no      no         no     ok/no     ok/no   ok
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
	{"hold", "no answer; Atlas has not acted", []string{"hold"}},
	{"held", "no answer; Atlas has acted, or acts 100 seconds late", []string{"hold-after", "100s-late"}},
	{"slow", "an answer that is seconds late", []string{"slow", "slow-after"}},
	{"401", "401: the token, or the nonce of an API key, has ended", []string{"401", "401-html"}},
	{"refused", "401 on a missing role, 501, a redirect", []string{"user-unauthorized", "redirect", "501"}},
	{"forbidden", "403: not on the access list, too many tokens", []string{"address-not-on-access-list", "token-limit"}},
	{"wall", "403 of a proxy; Atlas has not acted", []string{"403-html"}},
	{"wall-after", "403 of a proxy; Atlas has acted", []string{"403-html-after"}},
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
}

// moreFaults are those that the emulator has no preset for.
var moreFaults = []emulator.Preset{
	{Name: "429-hour", Fault: emulator.Fault{Status: http.StatusTooManyRequests, Code: "RATE_LIMITED", Detail: "Too many requests.", RetryAfter: "3600"}},
	{Name: "408", Fault: emulator.Fault{Status: http.StatusRequestTimeout}},
	{Name: "501", Fault: emulator.Fault{Status: http.StatusNotImplemented, Body: "<html><h1>501 Not Implemented</h1></html>"}},
	{Name: "522-html", Fault: emulator.Fault{Status: 522, Body: "<html><h1>Connection timed out</h1></html>"}},
	{Name: "401-html", Fault: emulator.Fault{Status: http.StatusUnauthorized, Body: "<html><h1>Sign in</h1></html>"}},
	{Name: "403-html", Fault: emulator.Fault{Status: http.StatusForbidden, Body: "<html><h1>Blocked</h1></html>"}},
	{Name: "403-html-after", Fault: emulator.Fault{After: true, Status: http.StatusForbidden, Body: "<html><h1>Blocked</h1></html>"}},
	{Name: "object-after", Fault: emulator.Fault{After: true, Status: http.StatusOK, Body: "{}"}},
	{Name: "100s-late", Fault: emulator.Fault{Delay: 100 * time.Second}},
}

func allFaults() []emulator.Preset { return append(emulator.Presets(), moreFaults...) }

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
