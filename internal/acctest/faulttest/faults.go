package faulttest

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// Family are faults that a client should handle in the same way: a column of a table.
type Family struct {
	Name   string
	About  string // for the guide
	Faults []string
}

// Apart are faults that have no column in a noun's table.
type Apart struct {
	Why    string
	Faults []string
}

// generalFamilies have a column in the table of every noun.
func generalFamilies() []Family {
	return []Family{
		{"limit", "429 (rate limit), 405 (Atlas is being upgraded)", []string{"429", "429-retry-after", "405-upgrade"}},
		{"limit55", "429 that says only in its text to wait 55 seconds", []string{"429-parameters"}},
		{"hour", "429 that asks to wait longer than the operation's `timeouts`", []string{"429-hour"}},
		{
			"down", "408, 500, 502, 503, 504, 522, a broken connection, a proxy page with status 200; Atlas has not acted",
			[]string{"500", "502-html", "503", "503-retry-after", "504-html", "408", "522-html", "html", "reset"},
		},
		{
			"lost", "the same, or an answer that is cut off, invalid or empty; Atlas has acted",
			[]string{"500-after", "502-after", "503-after", "504-after", "reset-after", "cut-after", "html-after", "half-json-after", "empty-after"},
		},
		{"object", "an empty object; Atlas has acted", []string{"object-after"}},
		{"other", "an answer about another object, with only an id, or with a byte order mark; Atlas has acted", []string{"other-id", "id-only", "byte-order-mark"}},
		{"long", "an answer of more than 4 MiB; Atlas has acted", []string{"too-long"}},
		{"hold", "no answer; Atlas has not acted", []string{"hold"}},
		{"held", "no answer; Atlas acts, at once or 100 seconds later", []string{"hold-after", "100s-late"}},
		{"slow", "an answer that is a few seconds late", []string{"slow", "slow-after"}},
		{"401", "401: the token, or the nonce of an API key, has expired", []string{"401", "401-html"}},
		{"refused", "401 because a role is missing, 407 from a proxy", []string{"user-unauthorized", "407-html"}},
		{
			"forbidden", "403: address not on the access list, or too many tokens; 400 with an Atlas code",
			[]string{"address-not-on-access-list", "token-limit", "wrong-types", "control-characters"},
		},
		{
			"wall", "403, 400, 501, 101 or a redirect from a proxy; Atlas has not acted",
			[]string{"403-html", "400-echo", "long-title", "501-html", "redirect", "101"},
		},
		{"wall-after", "403, 501, 101 or a redirect from a proxy; Atlas has acted", []string{"403-html-after", "501-html-after", "redirect-after", "101-after"}},
		{"nogroup", "404 `GROUP_NOT_FOUND`", []string{"group-not-found"}},
		{"foreign404", "404 from a proxy", []string{"404-html"}},
		{"url404", "404 `RESOURCE_NOT_FOUND`", []string{"resource-not-found"}},
		{"elsewhere", "a list whose next page is on another host", []string{"list-next-elsewhere"}},
		{"repeats", "a list that starts again at its first page", []string{"list-repeats"}},
		{"count", "a list with a wrong count", []string{"list-counts-too-few", "list-counts-too-many"}},
		{"truncated", "an incomplete list without a sign that it is incomplete", []string{"list-truncated"}},
		{"clock", "an answer whose `Date` is three seconds in the future or an hour in the past", []string{"date-ahead", "date-behind"}},
	}
}

// families are the general ones and the noun's own.
func (n *Noun) families() []Family {
	families := generalFamilies()
	for _, own := range n.Families {
		i := slices.IndexFunc(families, func(f Family) bool { return f.Name == own.Name })
		if i < 0 {
			families = append(families, own)
			continue
		}
		families[i] = Family{own.Name, own.About, slices.Concat(families[i].Faults, own.Faults)}
	}
	return families
}

// familyOf returns the name of a fault's family; "" for none.
func (n *Noun) familyOf(fault string) string {
	for _, family := range n.families() {
		if slices.Contains(family.Faults, fault) {
			return family.Name
		}
	}
	return ""
}

// FaultsOf returns the faults of some families.
func (n *Noun) FaultsOf(names ...string) (faults []string) {
	for _, family := range n.families() {
		if slices.Contains(names, family.Name) {
			faults = append(faults, family.Faults...)
		}
	}
	return faults
}

// allFaults are the emulator's presets, and some for which it has none.
func allFaults() []emulator.Preset {
	return append(emulator.Presets(),
		emulator.Preset{Name: "429-hour", Fault: emulator.Fault{Status: http.StatusTooManyRequests, Code: "RATE_LIMITED", Detail: "Too many requests.", RetryAfter: "3600"}},
		emulator.Preset{Name: "408", Fault: emulator.Fault{Status: http.StatusRequestTimeout}},
		emulator.Preset{Name: "522-html", Fault: emulator.Fault{Status: 522, Body: "<html><h1>Connection timed out</h1></html>"}},
		emulator.Preset{Name: "401-html", Fault: emulator.Fault{Status: http.StatusUnauthorized, Body: "<html><h1>Sign in</h1></html>"}},
		emulator.Preset{Name: "object-after", Fault: emulator.Fault{After: true, Status: http.StatusOK, Body: "{}"}},
		emulator.Preset{Name: "100s-late", Fault: emulator.Fault{Delay: 100 * time.Second}},
	)
}

// FaultOn returns the fault of a name for one request of a method and a path, "" for any.
func FaultOn(t *testing.T, name, method, path string) emulator.Fault {
	t.Helper()
	for _, preset := range allFaults() {
		if preset.Name == name {
			preset.Fault.Method, preset.Fault.Path = method, path
			return preset.Fault
		}
	}
	t.Fatalf("there is no fault %q", name)
	return emulator.Fault{}
}

// SetFault makes a fault hit that many requests of a method and a path; -1 is all of them.
func SetFault(t *testing.T, atlas *acctest.Atlas, name, method, path string, times int) {
	t.Helper()
	fault := FaultOn(t, name, method, path)
	fault.Times = times
	if err := atlas.AddFault(fault); err != nil {
		t.Fatal(err)
	}
}

// Faults that only calls about a kind of object can meet. A noun without such calls sets them
// apart.
var (
	SnapshotFaults        = []string{"snapshot-not-found", "unfinished-on-demand-snapshot", "export-in-progress"}
	FlexClusterFaults     = []string{"flex-cluster"}
	PrivateEndpointFaults = []string{"private-endpoint-exists", "private-endpoint-not-found"}
)
