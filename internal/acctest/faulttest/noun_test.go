package faulttest

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// mistakeVariable names the mistake of a noun in a test that is run in a process of its own,
// because it must fail.
const mistakeVariable = "FAULTTEST_MISTAKE"

const noLine = "a call without a line"

// mistakes are ways in which a noun can be wrong, and the cells that must fail for each.
var mistakes = map[string]struct {
	make  func(n *Noun)
	fails func(c cell) bool
}{
	"an error is expected where a retry succeeds": {
		func(n *Noun) { n.Table = replaceCell(n.Table, "data.schedule", "down", "no") },
		func(c cell) bool { return c.call.Name == "data.schedule" && c.noun.familyOf(c.fault.Name) == "down" },
	},
	"success is expected where there is an error": {
		func(n *Noun) { n.Table = replaceCell(n.Table, "data.list", "foreign404", "ok") },
		func(c cell) bool { return c.call.Name == "data.list" && c.fault.Name == "404-html" },
	},
	"success is expected where the third hit is an error": {
		func(n *Noun) { n.Table = replaceCell(n.Table, "data.schedule", "hold", "ok/ok") },
		func(c cell) bool { return c.call.Name == "data.schedule" && c.fault.Name == "hold" && c.times == 3 },
	},
	"an error is expected at the end of the time": {
		func(n *Noun) { n.Table = replaceCell(n.Table, "data.list", "hour", "late") },
		func(c cell) bool { return c.want == late },
	},
	"an error is expected at once": {
		func(n *Noun) { afterRun(n, "data.list", func(*Fixture) { time.Sleep(atOnce) }) },
		func(c cell) bool { return c.call.Name == "data.list" && c.want == no },
	},
	"a warning is expected where there is an error": {
		func(n *Noun) { n.Table = replaceCell(n.Table, "data.list", "url404", "drop") },
		func(c cell) bool { return c.call.Name == "data.list" && c.fault.Name == "resource-not-found" },
	},
	"no diagnostic is expected where there is a warning": {
		func(n *Noun) { n.Table = replaceCell(n.Table, "data.list", "nogroup", "gone") },
		func(c cell) bool { return c.call.Name == "data.list" && c.fault.Name == "group-not-found" },
	},
	"a change is expected in Atlas": {
		func(n *Noun) { n.Table = replaceCell(n.Table, "data.list", "wall-after", "did") },
		func(c cell) bool { return c.want == did },
	},
	"the state is changed": {
		func(n *Noun) {
			run := n.Calls[1].Run
			n.Calls[1].Run = func(f *Fixture) (acctest.Resource, acctest.Diagnostics) {
				_, diags := run(f)
				return acctest.Resource{Value: tftypes.NewValue(tftypes.String, "new")}, diags
			}
		},
		func(c cell) bool { return c.call.Name == "data.schedule" },
	},
	"Atlas is changed": {
		func(n *Noun) {
			afterRun(n, "data.schedule", func(f *Fixture) { f.Atlas.SetAutoExport(acctest.ProjectID, "exports", acctest.IAMRoleID) })
		},
		func(c cell) bool { return c.call.Name == "data.schedule" },
	},
	"the next run fails": {
		func(n *Noun) {
			afterRun(n, "data.schedule", func(f *Fixture) { f.Atlas.SetAutoExport(acctest.ProjectID, "new", acctest.RoleID) })
		},
		func(c cell) bool { return c.call.Name == "data.schedule" && c.want == no },
	},
	"the operation does not make the call": {
		func(n *Noun) { n.Calls[0].Method = http.MethodDelete },
		func(c cell) bool { return c.call.Name == "data.list" },
	},
}

// afterRun adds something to the operation of a call.
func afterRun(n *Noun, call string, then func(f *Fixture)) {
	i := slices.IndexFunc(n.Calls, func(c Call) bool { return c.Name == call })
	run := n.Calls[i].Run
	n.Calls[i].Run = func(f *Fixture) (acctest.Resource, acctest.Diagnostics) {
		defer then(f)
		return run(f)
	}
}

func TestNounWithoutAResource(t *testing.T) {
	n := clusters()
	switch name := os.Getenv(mistakeVariable); name {
	case "":
	case noLine:
		n.Table = strings.Replace(n.Table, "data.list", "data.other", 1)
	default:
		mistakes[name].make(n)
	}
	Run(t, n)
}

var failedCell = regexp.MustCompile(`(?m)^ +--- FAIL: TestNounWithoutAResource/(\S+/\S+) `)

func TestEveryMistakeFailsItsCellsAndNoOther(t *testing.T) {
	for name, mistake := range mistakes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := clusters()
			mistake.make(n)
			failed := map[string]bool{}
			for _, match := range failedCell.FindAllStringSubmatch(runWith(t, name), -1) {
				failed[match[1]] = true
			}
			if len(failed) == 0 {
				t.Error("no cell fails")
			}
			for _, call := range n.Calls {
				for _, c := range n.cells(call) {
					if test := call.Name + "/" + c.name; failed[test] != mistake.fails(c) {
						t.Errorf("%s, which expects %q: it failed: %v", test, c.want, failed[test])
					}
				}
			}
		})
	}
}

// runWith returns the output of TestNounWithoutAResource with a mistake, which must fail.
func runWith(t *testing.T, mistake string) string {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run", "^TestNounWithoutAResource$", "-test.v")
	child.Env = append(os.Environ(), mistakeVariable+"="+mistake)
	out, err := child.CombinedOutput()
	if err == nil {
		t.Errorf("it succeeds:\n%s", out)
	}
	return string(out)
}

func TestNoCellOfAnIncompleteTableIsRun(t *testing.T) {
	out := runWith(t, noLine)
	if !strings.Contains(out, "the call data.list has no line") || strings.Contains(out, "TestNounWithoutAResource/") {
		t.Error(out)
	}
}

// replaceCell writes another expectation into a table.
func replaceCell(text, call, family, cell string) string {
	table := parseTable(text)
	lines := []string{"call " + strings.Join(table.columns, " ")}
	for _, line := range table.lines {
		if line[0] == call {
			line[1+slices.Index(table.columns, family)] = cell
		}
		lines = append(lines, strings.Join(line, " "))
	}
	return strings.Join(lines, "\n")
}

func TestCompleteNounHasNoProblems(t *testing.T) {
	if problems := clusters().problems(); len(problems) > 0 {
		t.Error(strings.Join(problems, "\n"))
	}
}

func TestWhatIsForgottenIsFound(t *testing.T) {
	withoutLast := func(text string) string { return text[:strings.LastIndex(strings.TrimSpace(text), " ")] }
	for name, c := range map[string]struct {
		change func(n *Noun)
		want   []string
	}{
		"no table": {func(n *Noun) { n.Table, n.Calls = "", n.Calls[:1] }, slices.Concat(
			each("the family %s has no column", familyNames(clusters())), []string{"the call data.list has no line"})},
		"a cell": {func(n *Noun) { n.Table = withoutLast(n.Table) },
			[]string{"the line of data.schedule has 24 cells, and the table has 25 columns"}},
		"a line": {func(n *Noun) { n.Table, _, _ = strings.Cut(n.Table, "data.schedule") },
			[]string{"the call data.schedule has no line"}},
		"a call": {func(n *Noun) { n.Calls = n.Calls[1:] },
			[]string{"there is no call data.list, but it has a line"}},
		"a call twice": {func(n *Noun) { n.Calls = append(n.Calls, n.Calls[0]) },
			[]string{"there are two of the call data.list"}},
		"a line twice": {func(n *Noun) { n.Table += strings.Split(n.Table, "\n")[2] },
			[]string{"the call data.list has more than one line"}},
		"a column": {func(n *Noun) { n.Table = strings.Replace(n.Table, "limit55", "limit56", 1) },
			[]string{"the family limit55 has no column", "there is no family limit56, but it has a column"}},
		"a fault": {func(n *Noun) { n.Apart = n.Apart[:2] },
			[]string{"the fault list-endless has no place in a family or in Apart"}},
		"a fault of a family": {func(n *Noun) { n.Families[1].Faults = n.Families[1].Faults[:1] },
			[]string{"the fault export-bucket-not-found has no place in a family or in Apart"}},
		"a family without a column": {func(n *Noun) { n.Families = append(n.Families, Family{"new", "New.", nil}) },
			[]string{"the family new has no column"}},
		"a family without a text": {func(n *Noun) { n.Families[1].About = "" },
			[]string{"the family use has no text for the guide"}},
		"a fault in a family and set apart": {func(n *Noun) { n.Apart[2].Faults = append(n.Apart[2].Faults, "429") },
			[]string{"the fault 429 has more than one place in a family or in Apart"}},
		"a fault that does not exist": {func(n *Noun) { n.Families[1].Faults = append(n.Families[1].Faults, "499") },
			[]string{"there is no fault 499, but it has a place in a family or in Apart"}},
		"a reason": {func(n *Noun) { n.Apart[1].Why = "" },
			[]string{"bare-bucket, old-networking: set apart without a reason"}},
		"a word": {func(n *Noun) { n.Table = replaceCell(n.Table, "data.list", "down", "ok/maybe") },
			[]string{`cell 4 of data.list, "maybe": not an expectation`}},
		"the orphan": {func(n *Noun) { n.Table = replaceCell(n.Table, "data.list", "limit", "ok/ask") },
			[]string{`cell 1 of data.list, "ask": the noun lacks one of Orphan, MayBeCreated and HowToFind`}},
		"the warning": {func(n *Noun) { n.Table = replaceCell(n.Table, "data.list", "limit", "warn") },
			[]string{`cell 1 of data.list, "warn": the noun has no NotReadBack`}},
	} {
		n := clusters()
		c.change(n)
		got := strings.Join(n.problems(), "\n")
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in:\n%s", name, want, got)
			}
		}
		if lines := strings.Count(got, "\n") + 1; lines != len(c.want) {
			t.Errorf("%s: %d problems, want %d:\n%s", name, lines, len(c.want), got)
		}
	}
}

func each(format string, names []string) (texts []string) {
	for _, name := range names {
		texts = append(texts, strings.ReplaceAll(format, "%s", name))
	}
	return texts
}

func familyNames(n *Noun) (names []string) {
	for _, family := range n.families() {
		names = append(names, family.Name)
	}
	return names
}

func TestCellsAreEveryFaultOnceAndThreeTimes(t *testing.T) {
	n := clusters()
	n.Calls[1].Variants = []Variant{{Name: "other", Config: acctest.Values{}}}
	var names []string
	for _, c := range n.cells(n.Calls[1]) {
		names = append(names, c.name+" "+string(c.want))
	}
	for _, want := range []string{
		"503,1 ok", "503,3 no", // it differs
		"slow,1 ok", "list-truncated,1 ok", "list-truncated,3 ok", // the operation goes on
		"group-not-found,1 drop", // and does not
		"408,1 ok",               // no preset of the emulator
		"other,503,1 ok",         // of the variant
	} {
		if !slices.Contains(names, want) {
			t.Errorf("no %q in %v", want, names)
		}
	}
	apart := len(n.Apart[0].Faults) + len(n.Apart[1].Faults) + len(n.Apart[2].Faults)
	faults := len(allFaults()) - apart
	if want := 3*faults - 1; len(names) != want { // group-not-found is the only one that always ends it
		t.Errorf("%d cells, want %d", len(names), want)
	}
	n.Calls[1].Once, n.Calls[1].Variants = true, nil
	if cells := n.cells(n.Calls[1]); len(cells) != faults {
		t.Errorf("%d cells of a call that is tested once, want %d", len(cells), faults)
	}
}

func TestARequestThatIsNoCallIsFound(t *testing.T) {
	n := clusters()
	n.Calls[1].Path, n.Calls[1].Represents = "/schedules/exports", "/schedules/*"
	n.Calls = append(n.Calls, Call{Name: "query.list", Method: http.MethodPost, Path: "/query"})
	got := n.unknown(n.Calls[0], []emulator.Request{
		{Method: http.MethodGet, Path: clustersPath},
		{Method: http.MethodGet, Path: "/schedules/exports"},
		{Method: http.MethodGet, Path: "/schedules/idle"}, // represented
		{Method: http.MethodDelete, Path: "/schedules/exports"},
		{Method: http.MethodPost, Path: "/query"}, // of another operation
	})
	if want := []string{"DELETE /schedules/exports", "POST /query"}; !slices.Equal(got, want) {
		t.Errorf("%v are no calls, want %v", got, want)
	}
	RequireCallsOfEveryRequest(t, clusters())
}

func TestGuideTableHasARowForEachColumn(t *testing.T) {
	n := clusters()
	rows := strings.Split(n.GuideTable(t, Column{"list", "data.list"}, Column{"schedule", "data.schedule"}), "\n")
	for i, want := range []string{
		"| what goes wrong | list | schedule |",
		"|---|---|---|",
		"| 429 (rate limit), 405 (Atlas is being upgraded) | error | passes once |",
	} {
		if rows[i] != want {
			t.Errorf("row %d is %q, want %q", i, rows[i], want)
		}
	}
	if last := rows[len(rows)-2]; last != "| an error code of another noun | error | passes once |" {
		t.Errorf("the last row is %q", last)
	}
	if want := "| an answer about another object; Atlas has acted | passes | passes |"; !slices.Contains(rows, want) {
		t.Errorf("no row %q, with the noun's own text", want)
	}
}

func TestTableIsWrittenIntoTheGuide(t *testing.T) {
	guide := filepath.Join(t.TempDir(), "guide.md")
	if err := os.WriteFile(guide, []byte("Before\n<!-- faults: begin -->\n\nold\n\n<!-- faults: end -->\nAfter\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	*update = true
	RequireInGuide(t, guide, "faults", "| new |\n")
	*update = false
	RequireInGuide(t, guide, "faults", "| new |\n")
	got, err := os.ReadFile(guide)
	if want := "Before\n<!-- faults: begin -->\n\n| new |\n\n<!-- faults: end -->\nAfter\n"; err != nil || string(got) != want {
		t.Errorf("%v: the guide is %q, want %q", err, got, want)
	}
}

func TestSequencesRunEverySeedAndRepeatOne(t *testing.T) {
	var mu sync.Mutex
	run := func(name string) (first []uint64) {
		t.Run(name, func(t *testing.T) {
			RunSequences(t, func(s *Sequence) {
				mu.Lock()
				defer mu.Unlock()
				first = append(first, s.Rand.Uint64())
			})
		})
		return first
	}
	all := run("all")
	*faultSeed = 7
	one := run("one")
	*faultSeed = 0
	if slices.Sort(all); len(slices.Compact(all)) != seeds || len(one) != 1 || !slices.Contains(all, one[0]) {
		t.Errorf("%d sequences, and %v again, want %d, and one of them again", len(all), one, seeds)
	}
}
