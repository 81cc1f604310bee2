package diagnose_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
)

// codes returns Atlas' codes as the client declares them.
func codes(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../atlas/errors.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Code") && len(spec.Values) == 1 {
			if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
				code, _ := strconv.Unquote(literal.Value)
				codes = append(codes, code)
			}
		}
		return true
	})
	return codes
}

// guide returns the sections of the guide on errors that have a code for their heading.
func guide(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../templates/guides/errors.md")
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

func TestGuideHasEveryCode(t *testing.T) {
	sections, known := guide(t), codes(t)
	if len(known) < 20 {
		t.Fatalf("only the codes %q", known)
	}
	for _, code := range known {
		if sections[code] == "" {
			t.Errorf("templates/guides/errors.md has no section on %s", code)
		}
	}
	for code := range sections {
		if !slices.Contains(known, code) {
			t.Errorf("templates/guides/errors.md has a section on %s, which the client does not know", code)
		}
	}
}

// term is what a way out and the guide must have in common: arguments, variables, flags,
// roles and places in Atlas.
var term = regexp.MustCompile(`\b[a-z]+(?:_[a-z]+)+|\b[A-Z]+(?:_[A-Z]+)+|-parallelism|sts:\w+|` +
	`Project (?:Read Only|Backup Manager|Owner|Settings)|Organization Access Manager|Backup Compliance Policy`)

func TestGuideAgreesWithTheWayOut(t *testing.T) {
	compared := 0
	for code, section := range guide(t) {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			e := &atlas.Error{Method: method, Path: "/", Status: http.StatusBadRequest, Code: code, Detail: "Atlas' sentence."}
			_, paragraphs := lines(diagnose.Error("", e, nil)[0])
			if len(paragraphs) != 3 {
				continue // Atlas' sentence is all that helps
			}
			for _, name := range term.FindAllString(paragraphs[1], -1) {
				compared++
				if !strings.Contains(section, name) {
					t.Errorf("templates/guides/errors.md on %s leaves out %s, which the error has: %s", code, name, paragraphs[1])
				}
			}
		}
	}
	if compared < 20 {
		t.Errorf("only %d terms were compared", compared)
	}
}
