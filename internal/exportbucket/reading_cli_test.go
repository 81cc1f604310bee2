package exportbucket_test

import (
	"maps"
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
	maps.Copy(files, more)
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

func TestCLIQueryGeneratesConfigurationThatPlansEmpty(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.Query)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	for _, b := range []emulator.ExportBucket{
		{CloudProvider: "AWS", BucketName: "without-a-region", IAMRoleID: acctest.IAMRoleID},
		{CloudProvider: "AWS", BucketName: "private", IAMRoleID: acctest.IAMRoleID, Region: "us-east-1", RequirePrivateNetworking: true},
		{CloudProvider: "AZURE", BucketName: "container", RoleID: acctest.RoleID, ServiceURL: "https://acmebackups.blob.core.windows.net", TenantID: "00000000-aaaa-4bbb-8ccc-0123456789ab"},
		{CloudProvider: "AZURE", BucketName: "in-the-url", RoleID: acctest.RoleID, ServiceURL: "https://acmebackups.blob.core.windows.net/in-the-url/", TenantID: "00000000-aaaa-4bbb-8ccc-0123456789ab"},
		{CloudProvider: "GCP", BucketName: "snap_shots", RoleID: acctest.RoleID},
	} {
		atlas.PutExportBucket(acctest.ProjectID, b)
	}
	w := workspace(t, cli, atlas, "list-resources/atlasbackup_export_bucket/*_all.tfquery.hcl", nil)
	w.Run(t, "query", "-generate-config-out=generated.tf")
	if out := w.Run(t, "apply", "-auto-approve", "-no-color"); !strings.Contains(out, "5 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("the import changes something:\n%s", out)
	}
	w.Run(t, "plan", "-detailed-exitcode")
}

func TestCLIQueryFiltersAndLimits(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.Query)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	put(atlas, 5)
	atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{CloudProvider: "AWS", BucketName: "acme-atlas-snapshots", IAMRoleID: acctest.IAMRoleID})
	w := workspace(t, cli, atlas, "list-resources/atlasbackup_export_bucket/*.tfquery.hcl", map[string]string{"limited.tfquery.hcl": `list "atlasbackup_export_bucket" "limited" {
  provider = atlasbackup
  limit    = 2
  config {
    project_id = var.project_id
    timeouts   = { list = "1m" }
  }
}
`})
	out := w.Run(t, "query", "-no-color")
	for name, want := range map[string]int{"all": 6, "snapshots": 1, "limited": 2} {
		if got := strings.Count(out, "list.atlasbackup_export_bucket."+name+" "); got != want {
			t.Errorf("%s has %d results, want %d:\n%s", name, got, want, out)
		}
	}
	if !strings.Contains(out, "AWS acme-atlas-snapshots") {
		t.Errorf("it does not name the bucket:\n%s", out)
	}
}
