package diagnose_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
)

// codes returns Atlas' codes as the client declares them.
func codes(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../atlas/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if spec, ok := node.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Code") && len(spec.Values) == 1 {
				if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
					code, _ := strconv.Unquote(literal.Value)
					codes = append(codes, code)
				}
			}
			return true
		})
	}
	return codes
}

func TestGuideHasEveryCode(t *testing.T) {
	sections, known := acctest.ErrorGuide(t), codes(t)
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

func TestGuideAgreesWithGeneralHints(t *testing.T) {
	acctest.RequireGuideAgrees(t, func(err error) diag.Diagnostics { return diagnose.Error("", err, nil, nil) }, 15)
}
