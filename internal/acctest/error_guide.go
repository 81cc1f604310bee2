package acctest

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// ErrorGuide returns the sections of the guide on errors, by the code in their heading.
func ErrorGuide(t *testing.T) map[string]string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	text, err := os.ReadFile(filepath.Join(filepath.Dir(here), "../../templates/guides/errors.md"))
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, section := range strings.Split(string(text), "\n### ")[1:] {
		code, body, _ := strings.Cut(section, "\n")
		body, _, _ = strings.Cut(body, "\n## ")
		sections[code] = strings.Join(strings.Fields(body), " ")
	}
	return sections
}

// hintTerm is what a hint and the guide must have in common: arguments, variables, flags,
// roles and places in Atlas.
var hintTerm = regexp.MustCompile(`\b[a-z]+(?:_[a-z]+)+|\b[A-Z]+(?:_[A-Z]+)+|-parallelism|sts:\w+|` +
	`Project (?:Read Only|Backup Manager|Backup Export Operator|Backup Creator|Owner|Settings)|Organization Access Manager|Backup Compliance Policy`)

// RequireGuideAgrees fails the test unless the guide on errors names for every code what the
// diagnostics name in their hints, and at least atLeast such terms were compared.
func RequireGuideAgrees(t *testing.T, diagnose func(error) diag.Diagnostics, atLeast int) {
	t.Helper()
	compared := 0
	for code, section := range ErrorGuide(t) {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			e := &atlas.Error{Method: method, Path: "/", Status: http.StatusBadRequest, Code: code, Detail: "Atlas' sentence."}
			paragraphs := strings.Split(diagnose(e)[0].Detail(), "\n\n")
			if len(paragraphs) != 3 {
				continue // there is no hint
			}
			for _, name := range hintTerm.FindAllString(paragraphs[1], -1) {
				compared++
				if !strings.Contains(section, name) {
					t.Errorf("templates/guides/errors.md on %s leaves out %s, which the error has: %s", code, name, paragraphs[1])
				}
			}
		}
	}
	if compared < atLeast {
		t.Errorf("only %d terms were compared", compared)
	}
}
