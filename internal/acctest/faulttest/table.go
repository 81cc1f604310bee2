package faulttest

import (
	"fmt"
	"slices"
	"strings"
)

// table is a parsed Noun.Table.
type table struct {
	columns []string   // the names of the families
	lines   [][]string // the name of a call, and a cell for each column
}

func parseTable(text string) table {
	var t table
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		switch words := strings.Fields(line); {
		case len(words) == 0:
		case i == 0:
			t.columns = words[1:]
		default:
			t.lines = append(t.lines, words)
		}
	}
	return t
}

// cell is that of a call and a family; "" if there is none.
func (t table) cell(call, family string) string {
	column := slices.Index(t.columns, family)
	for _, line := range t.lines {
		if len(line) > column+1 && line[0] == call && column >= 0 {
			return line[column+1]
		}
	}
	return ""
}

// problems lists what is missing, unknown or duplicate in the families, calls and table.
func (n *Noun) problems() []string { return slices.Concat(n.faultProblems(), n.tableProblems()) }

// faultProblems is about the faults: each must be in one family, or set apart with a reason.
func (n *Noun) faultProblems() (problems []string) {
	problem := func(format string, arguments ...any) { problems = append(problems, fmt.Sprintf(format, arguments...)) }
	var placed []string
	for _, family := range n.families() {
		if placed = append(placed, family.Faults...); family.About == "" {
			problem("the family %s has no text for the guide", family.Name)
		}
	}
	for _, apart := range n.Apart {
		if placed = append(placed, apart.Faults...); apart.Why == "" {
			problem("%s: set apart without a reason", strings.Join(apart.Faults, ", "))
		}
	}
	var faults []string
	for _, fault := range allFaults() {
		faults = append(faults, fault.Name)
	}
	return append(problems, differences("fault", faults, "place in a family or in Apart", placed)...)
}

// tableProblems is about the table: it must have a line for every call, a column for every
// family, and an expectation in every cell.
func (n *Noun) tableProblems() (problems []string) {
	problem := func(format string, arguments ...any) { problems = append(problems, fmt.Sprintf(format, arguments...)) }
	t := parseTable(n.Table)
	var calls, lines, families []string
	for _, call := range n.Calls {
		calls = append(calls, call.Name)
	}
	for _, family := range n.families() {
		families = append(families, family.Name)
	}
	for _, line := range t.lines {
		lines = append(lines, line[0])
		if cells := len(line) - 1; cells != len(t.columns) {
			problem("the line of %s has %d cells, and the table has %d columns", line[0], cells, len(t.columns))
		}
		for i, cell := range line[1:] {
			one, three := parse(cell)
			for _, word := range slices.Compact([]expectation{one, three}) {
				if why := word.problem(n); why != "" {
					problem("cell %d of %s, %q: %s", i+1, line[0], word, why)
				}
			}
		}
	}
	problems = append(problems, differences("family", families, "column", t.columns)...)
	return append(problems, differences("call", calls, "line", lines)...)
}

// differences lists the names that have no place or several, and the places of no name.
func differences(kind string, names []string, place string, placed []string) (problems []string) {
	problem := func(format string, arguments ...any) { problems = append(problems, fmt.Sprintf(format, arguments...)) }
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			problem("there are two of the %s %s", kind, name)
		} else if !slices.Contains(placed, name) {
			problem("the %s %s has no %s", kind, name, place)
		}
	}
	for i, name := range placed {
		if !slices.Contains(names, name) {
			problem("there is no %s %s, but it has a %s", kind, name, place)
		} else if slices.Contains(placed[:i], name) {
			problem("the %s %s has more than one %s", kind, name, place)
		}
	}
	return problems
}
