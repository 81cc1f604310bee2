package faulttest

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of the guides")

// Column is one of a guide's table: a title, and the call whose line it shows.
type Column struct{ Title, Call string }

// GuideTable is the part of the noun's table that users need, in Markdown: a row for each
// family, in the order of the table's columns, and a column for some of the calls.
func (n *Noun) GuideTable(t *testing.T, columns ...Column) string {
	t.Helper()
	head, rule := "| what goes wrong |", "|---|"
	for _, column := range columns {
		head += " " + column.Title + " |"
		rule += "---|"
	}
	rows := []string{head, rule}
	table := parseTable(n.Table)
	about := map[string]string{}
	for _, family := range n.families() {
		about[family.Name] = family.About
	}
	for _, family := range table.columns {
		row := "| " + about[family] + " |"
		for _, column := range columns {
			cell := table.cell(column.Call, family)
			word := guideWords[cell]
			if word == "" {
				t.Errorf("the guide has no word for %q, the cell of %s and %s", cell, column.Call, family)
			}
			row += " " + word + " |"
		}
		rows = append(rows, row)
	}
	return strings.Join(rows, "\n") + "\n"
}

// Expected returns the word for a call and a fault that hits one request.
func (n *Noun) Expected(call, fault string) string {
	one, _ := parse(parseTable(n.Table).cell(call, n.familyOf(fault)))
	return string(one)
}

// RequireInGuide fails the test unless a file has this text between its two comments of this
// name. With -update it writes the text.
func RequireInGuide(t *testing.T, file, name, text string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := fmt.Sprintf("<!-- %s: begin -->\n\n", name), fmt.Sprintf("\n<!-- %s: end -->", name)
	before, rest, begins := strings.Cut(string(content), begin)
	old, after, ends := strings.Cut(rest, end)
	switch {
	case !begins || !ends:
		t.Fatalf("%s has no place for %q", file, name)
	case old == text:
	case !*update:
		t.Errorf("%q in %s is not what the tests expect: run this test with -update", name, file)
	default:
		if err := os.WriteFile(file, []byte(before+begin+text+end+after), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
