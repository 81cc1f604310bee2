package acctest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Diagnostics of one or more calls of the protocol.
type Diagnostics []*tfprotov6.Diagnostic

// String writes a line per diagnostic: severity, attribute, summary and detail.
func (d Diagnostics) String() string {
	var lines []string
	for _, one := range d {
		lines = append(lines, fmt.Sprintf("%s at %s: %s: %s", one.Severity, attributePath(one), one.Summary, strings.ReplaceAll(one.Detail, "\n\n", " | ")))
	}
	return strings.Join(lines, "\n")
}

// HasError tells whether one of them is an error.
func (d Diagnostics) HasError() bool {
	for _, one := range d {
		if one.Severity == tfprotov6.DiagnosticSeverityError {
			return true
		}
	}
	return false
}

// RequireNone fails the test unless there is nothing to report.
func (d Diagnostics) RequireNone(t *testing.T) {
	t.Helper()
	if len(d) > 0 {
		t.Fatalf("unexpected diagnostics:\n%s", d)
	}
}

// RequireOne fails the test unless there is exactly one diagnostic, of that severity and
// at that attribute ("" for none), whose text has every fragment.
func (d Diagnostics) RequireOne(t *testing.T, severity tfprotov6.DiagnosticSeverity, attribute string, fragments ...string) {
	t.Helper()
	if len(d) != 1 || d[0].Severity != severity || attributePath(d[0]) != attribute {
		t.Fatalf("want one %s at %q, got:\n%s", severity, attribute, d)
	}
	for _, fragment := range fragments {
		if !strings.Contains(d[0].Summary+"\n"+d[0].Detail, fragment) {
			t.Errorf("no %q in:\n%s\n%s", fragment, d[0].Summary, d[0].Detail)
		}
	}
}

// RequireError is RequireOne for an error.
func (d Diagnostics) RequireError(t *testing.T, attribute string, fragments ...string) {
	t.Helper()
	d.RequireOne(t, tfprotov6.DiagnosticSeverityError, attribute, fragments...)
}

// RequireWarning is RequireOne for a warning.
func (d Diagnostics) RequireWarning(t *testing.T, attribute string, fragments ...string) {
	t.Helper()
	d.RequireOne(t, tfprotov6.DiagnosticSeverityWarning, attribute, fragments...)
}

func attributePath(d *tfprotov6.Diagnostic) string {
	if d.Attribute == nil {
		return ""
	}
	return strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(d.Attribute.String(), `AttributeName("`), `")`), `").AttributeName("`, ".")
}
