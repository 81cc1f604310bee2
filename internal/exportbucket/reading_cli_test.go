package exportbucket_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestCLIDataSourcesReadWhatTheResourceMade(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	config := hcl(atlas, azureBucket) + strings.NewReplacer("PROJECT", acctest.ProjectID, "ADDRESS", address).Replace(`
data "atlasbackup_export_bucket" "by_id" {
  project_id = "PROJECT"
  id         = ADDRESS.id
}
data "atlasbackup_export_bucket" "by_name" {
  project_id  = "PROJECT"
  bucket_name = "snapshots"
  depends_on  = [ADDRESS]
}
data "atlasbackup_export_buckets" "all" {
  project_id = "PROJECT"
  depends_on = [ADDRESS]
}
data "atlasbackup_export_buckets" "none" {
  project_id     = "PROJECT"
  cloud_provider = "AWS"
}
output "none" {
  value = data.atlasbackup_export_buckets.none.results
}
`)
	var checks []statecheck.StateCheck
	for _, name := range []string{"id", "bucket_name", "cloud_provider", "role_id", "service_url", "require_private_networking", "tenant_id"} {
		attribute := tfjsonpath.New(name)
		checks = append(checks,
			statecheck.CompareValuePairs(address, attribute, "data.atlasbackup_export_bucket.by_id", attribute, compare.ValuesSame()),
			statecheck.CompareValuePairs(address, attribute, "data.atlasbackup_export_bucket.by_name", attribute, compare.ValuesSame()),
			statecheck.CompareValuePairs(address, attribute, "data.atlasbackup_export_buckets.all",
				tfjsonpath.New("results").AtSliceIndex(0).AtMapKey(name), compare.ValuesSame()),
		)
	}
	checks = append(checks, statecheck.ExpectKnownOutputValue("none", knownvalue.ListSizeExact(0)))
	cli.Test(t, atlas, resource.TestStep{Config: config, ConfigStateChecks: checks})
}

func TestCLIADataSourceThatFindsNothingSaysSoAtItsArgument(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	cli.Test(t, atlas, resource.TestStep{
		Config: atlas.ProviderBlock(acctest.ServiceAccount) +
			"data \"" + resourceType + "\" \"test\" {\n  project_id = \"" + acctest.ProjectID + "\"\n  bucket_name = \"snapshots\"\n}\n",
		ExpectError: regexp.MustCompile(`(?s)Export bucket not found.*bucket_name = "snapshots"`),
	})
}

// workspace has the examples of those names, what they refer to, and more files.
func workspace(t *testing.T, cli acctest.CLI, atlas *acctest.Atlas, examples string, more map[string]string) *acctest.Workspace {
	t.Helper()
	files := map[string]string{
		"main.tf": `terraform {
  required_providers {
    atlasbackup = {
      source = "atlasbackup/atlasbackup"
    }
  }
}

variable "project_id" {
  type = string
}
` + atlas.ProviderBlock(acctest.ServiceAccount),
	}
	for name, text := range more {
		files[name] = text
	}
	found, err := filepath.Glob(filepath.Join("..", "..", "examples", examples))
	if err != nil || len(found) == 0 {
		t.Fatalf("there is no example %s: %v", examples, err)
	}
	for _, path := range found {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(path)] = string(text)
	}
	return acctest.NewWorkspace(t, cli, files, "TF_VAR_project_id="+acctest.ProjectID)
}

func TestCLIDataSourceExamplesAreValid(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	workspace(t, cli, atlas, "data-sources/*/*.tf", nil).Run(t, "validate")
}
