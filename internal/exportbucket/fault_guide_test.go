package exportbucket_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

const reliabilityGuide = "../../templates/guides/reliability.md"

var updateGuide = flag.Bool("update", false, "write the tables of the guide on reliability")

// guideColumns are the operations of the guide's table, and the calls whose lines of the
// matrix they show.
var guideColumns = [][2]string{
	{"create", "create.post"},
	{"refresh, import", "read.get"},
	{"change", "update.patch"},
	{"destroy", "destroy.delete"},
	{"lists: data sources, query", "data.plural"},
	{"sign-in", "read.sign-in"},
}

// guideWords are those of the matrix for the guide.
var guideWords = map[string]string{
	"ok":       "passes",
	"ok/no":    "passes once",
	"ok/tried": "passes twice",
	"ok/late":  "passes in time",
	"no":       "error",
	"did":      "error",
	"gone":     "gone",
	"drop":     "gone",
}

// measured is what a page of facts has of the provider mongodb/mongodbatlas, and what this
// one does: of a call and a fault, as the matrix expects it.
var measured = []struct{ what, theirs, ours, call, fault, expected string }{
	{"one 429 on create", "the apply fails", "waits, and makes the bucket", "create.post", "429", "ok"},
	{
		"the answer to the POST is lost", "the apply fails, the bucket is an orphan, and the next apply makes a second one",
		"finds the bucket, and takes it", "create.post", "reset-after", "ok",
	},
	{"500 on the GET after the POST", "the new bucket is tainted, and the next plan replaces it", "tries again", "create.list", "500", "ok"},
	{"one 503 on refresh", "the plan fails", "tries again", "read.get", "503", "ok"},
	{"DELETE answers 404", "the destroy fails, for good", "destroyed", "destroy.delete", "export-bucket-not-found", "gone"},
	{
		"the bucket is in use", "the destroy fails; the way out is two applies by hand",
		"with `disable_auto_export_on_destroy` switches the automatic export off, and waits until Atlas notices", "destroy.again", "in-use", "ok",
	},
	{"a 502 in HTML", "`failed to decode response body: undefined response type`", "tries again; on a create, looks first", "create.post", "502-html", "ok"},
	{"an error whose text has 404 in it, in an id for example", "the resource drops out of the state", "stays in the state", "read.get", "404-html", "ok"},
}

// guideTables are what the guide has of the matrix, by the name of their place.
func guideTables(t *testing.T) map[string]string {
	t.Helper()
	var faults, others strings.Builder
	faults.WriteString("| what goes wrong |")
	rule := "|---|"
	for _, column := range guideColumns {
		fmt.Fprintf(&faults, " %s |", column[0])
		rule += "---|"
	}
	faults.WriteString("\n" + rule + "\n")
	for _, family := range families {
		fmt.Fprintf(&faults, "| %s |", family.about)
		for _, column := range guideColumns {
			word := guideWords[expectation(column[1], family.name)]
			if word == "" {
				t.Errorf("no word for %s on %s", family.name, column[1])
			}
			fmt.Fprintf(&faults, " %s |", word)
		}
		faults.WriteString("\n")
	}
	others.WriteString("| what goes wrong | `mongodb/mongodbatlas` | this provider |\n|---|---|---|\n")
	for _, m := range measured {
		if got, _ := expected(m.call, familyOf(m.fault)); got != m.expected {
			t.Errorf("%q: the matrix expects %q, the guide %q", m.what, got, m.expected)
		}
		fmt.Fprintf(&others, "| %s | %s | %s |\n", m.what, m.theirs, m.ours)
	}
	return map[string]string{"faults": faults.String(), "mongodbatlas": others.String()}
}

// TestGuideHasTheFaultMatrix holds the tables of the guide against the matrix that the
// tests run; with -update it writes them.
func TestGuideHasTheFaultMatrix(t *testing.T) {
	text, err := os.ReadFile(reliabilityGuide)
	if err != nil {
		t.Fatal(err)
	}
	guide := string(text)
	for name, table := range guideTables(t) {
		begin, end := "<!-- "+name+": begin -->\n\n", "\n<!-- "+name+": end -->"
		before, rest, found := strings.Cut(guide, begin)
		old, after, closed := strings.Cut(rest, end)
		if !found || !closed {
			t.Fatalf("%s has no place for the table %q", reliabilityGuide, name)
		}
		if old != table && !*updateGuide {
			t.Errorf("the table %q in %s is not the matrix: run this test with -update", name, reliabilityGuide)
		}
		guide = before + begin + table + end + after
	}
	if *updateGuide {
		if err := os.WriteFile(reliabilityGuide, []byte(guide), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
