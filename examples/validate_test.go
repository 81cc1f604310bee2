package examples_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

// otherProviders are the examples that need more than this provider, which is all that a
// test has. One that validates without must not be here.
var otherProviders = map[string]string{
	"functions/assume_role_policy/function.tf":              "hashicorp/aws, mongodb/mongodbatlas",
	"functions/azure_service_url/function.tf":               "hashicorp/azurerm, mongodb/mongodbatlas",
	"functions/export_prefix/function.tf":                   "hashicorp/aws",
	"functions/kms_key_policy/function.tf":                  "hashicorp/aws",
	"functions/s3_access_policy/function.tf":                "hashicorp/aws",
	"functions/s3_bucket_policy/function.tf":                "hashicorp/aws",
	"modules/aws":                                           "hashicorp/aws, mongodb/mongodbatlas",
	"modules/azure":                                         "hashicorp/azurerm, mongodb/mongodbatlas",
	"modules/gcp":                                           "hashicorp/google, mongodb/mongodbatlas",
	"resources/atlasbackup_export_bucket/resource_aws.tf":   "mongodb/mongodbatlas",
	"resources/atlasbackup_export_bucket/resource_azure.tf": "hashicorp/azurerm, mongodb/mongodbatlas",
	"resources/atlasbackup_export_bucket/resource_gcp.tf":   "hashicorp/google, mongodb/mongodbatlas",
}

// pages are the directories whose files are examples of their own, each for a page of the
// documents. Of the others each directory with a configuration is one example.
var pages = []string{"provider", "resources", "data-sources", "functions", "list-resources", "actions"}

// query ends the name of a file of terraform query.
const query = ".tfquery.hcl"

// configurations returns the examples: a directory's files, or a page's file with what
// its reader has around it.
func configurations(t *testing.T) map[string]map[string]string {
	t.Helper()
	examples := map[string]map[string]string{}
	for name, text := range read(t, ".") {
		dir, file := filepath.Split(name)
		dir = filepath.Clean(dir)
		first, _, _ := strings.Cut(name, "/")
		switch {
		case !strings.HasSuffix(file, ".tf") && !strings.HasSuffix(file, query):
		case slices.Contains(pages, first):
			examples[name] = map[string]string{file: text, "around.tf": around(text)}
		default:
			if examples[dir] == nil {
				examples[dir] = map[string]string{}
			}
			examples[dir][file] = text
		}
	}
	return examples
}

var (
	usedVariable = regexp.MustCompile(`\bvar\.(\w+)`)
	importTarget = regexp.MustCompile(`\bto\s*=\s*(atlasbackup_\w+)\.(\w+)`)
)

// importedArguments are the arguments that a resource of an import example needs besides
// project_id, by its type.
var importedArguments = map[string]string{
	"atlasbackup_auto_export":      "  cluster_name = \"orders\"\n  export_bucket_id = \"65b2f1d09b3d0e4c5a6f7081\"\n  frequency_type = \"monthly\"\n",
	"atlasbackup_export_job":       "  cluster_name = \"orders\"\n  export_bucket_id = \"65b2f1d09b3d0e4c5a6f7081\"\n",
	"atlasbackup_private_endpoint": "  cloud_provider = \"AWS\"\n  region_name = \"us-east-1\"\n",
	"atlasbackup_export_bucket":    "  cloud_provider = \"GCP\"\n  bucket_name = \"snapshots\"\n  role_id = \"" + acctest.RoleID + "\"\n",
}

// around is what a part of a configuration leaves out.
func around(text string) string {
	var rest strings.Builder
	add := func(have, block string) {
		if !strings.Contains(text, have) {
			rest.WriteString(block + "\n")
		}
	}
	add("required_providers", "terraform {\n  required_providers {\n    atlasbackup = {\n      source = \"atlasbackup/atlasbackup\"\n    }\n  }\n}")
	add(`provider "atlasbackup"`, `provider "atlasbackup" {}`)
	used := names(usedVariable, text)
	slices.Sort(used)
	for _, name := range slices.Compact(used) {
		add(`variable "`+name+`"`, `variable "`+name+`" {}`)
	}
	for _, target := range importTarget.FindAllStringSubmatch(text, -1) {
		resource := `resource "` + target[1] + `" "` + target[2] + `" {`
		add(resource, resource+"\n  project_id = \""+acctest.ProjectID+"\"\n"+importedArguments[target[1]]+"}")
	}
	return rest.String()
}

func TestCLIExamplesAreValid(t *testing.T) {
	cli := acctest.RequireCLI(t)
	examples := configurations(t)
	files := map[string]string{}
	for example, parts := range examples {
		for name, text := range parts {
			files[filepath.Join(example, name)] = text
		}
	}
	w := acctest.NewWorkspace(t, cli, files)
	for _, example := range slices.Sorted(maps.Keys(examples)) {
		t.Run(example, func(t *testing.T) {
			if strings.HasSuffix(example, "by-identity.tf") {
				acctest.RequireCLI(t, acctest.Identity)
			}
			if strings.HasPrefix(example, "actions/") {
				acctest.RequireCLI(t, acctest.Actions)
			}
			if strings.HasSuffix(example, "before_destroy.tf") {
				acctest.RequireCLI(t, acctest.DestroyActions)
			}
			validate := "terraform validate -no-color"
			if strings.HasSuffix(example, query) {
				acctest.RequireCLI(t, acctest.Query)
				validate += " -query"
			}
			// get finds modules, and downloads no provider.
			status, out := w.Script(t, "cd "+example+" && terraform get && "+validate)
			switch needs := otherProviders[example]; {
			case needs == "" && status != 0:
				t.Errorf("exit status %d:\n%s", status, out)
			case needs != "" && status == 0:
				t.Errorf("it is valid without %s: take it off the list", needs)
			}
		})
	}
	for example := range otherProviders {
		if examples[example] == nil {
			t.Errorf("the list has %s, which is not there", example)
		}
	}
}

var configurationBlock = regexp.MustCompile("(?ms)^```(?:terraform|hcl)\n(.*?)^```$")

func TestCLIExamplesAreFormatted(t *testing.T) {
	cli := acctest.RequireCLI(t)
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string]string{}
	for _, documents := range []string{".", "../docs", "../templates", "../README.md"} {
		for name, text := range read(t, documents) {
			for i, block := range names(configurationBlock, text) {
				blocks[fmt.Sprintf("%s/%s/%d.tf", filepath.Base(documents), name, i)] = block
			}
		}
	}
	if len(blocks) < 20 {
		t.Errorf("only %d blocks in the documents", len(blocks))
	}
	w := acctest.NewWorkspace(t, cli, blocks)
	w.Run(t, "fmt", "-check", "-diff", "-recursive")
	w.Run(t, "fmt", "-check", "-diff", "-recursive", here)
}
