package examples_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

// TestCLIFunctionPagesShowResults evaluates the lines of each console.txt that start with a prompt. They are
// outputs, because the console of OpenTofu has no functions of providers. Both print values in one form.
func TestCLIFunctionPagesShowResults(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.Functions)
	directories, err := filepath.Glob("functions/*")
	if err != nil || len(directories) < 4 {
		t.Fatal(directories, err)
	}
	var outputs strings.Builder
	results := map[string]string{}
	for _, directory := range directories {
		text, err := os.ReadFile(filepath.Join(directory, "console.txt"))
		if err != nil {
			t.Fatal(err)
		}
		first, rest, found := strings.Cut("\n"+string(text), "\n> ")
		if first != "" || !found {
			t.Fatalf("%s/console.txt does not start with a prompt", directory)
		}
		for i, line := range strings.Split(rest, "\n> ") {
			expression, result, _ := strings.Cut(line, "\n")
			if !strings.Contains(expression, "provider::atlasbackup::"+filepath.Base(directory)+"(") {
				t.Errorf("%s does not call the function", expression)
			}
			name := fmt.Sprintf("%s_%d", filepath.Base(directory), i)
			results[name] = strings.TrimSuffix(result, "\n")
			fmt.Fprintf(&outputs, "output %q {\n  value = %s\n}\n", name, expression)
		}
	}
	w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": around("") + outputs.String()})
	w.Run(t, "apply", "-auto-approve")
	for name, want := range results {
		if got := strings.TrimSuffix(w.Run(t, "output", "-no-color", name), "\n"); got != want {
			t.Errorf("%s\ngot:\n%s\nwant:\n%s", name, got, want)
		}
	}
}
