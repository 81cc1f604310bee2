package autoexport_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const address = resourceType + ".test"

// hcl writes an export bucket and an automatic export to it.
func hcl(atlas *acctest.Atlas, config acctest.Values) string {
	return atlas.ProviderBlock(acctest.ServiceAccount) + bucketBlock + exportBlock("test", config)
}

const bucketBlock = `resource "atlasbackup_export_bucket" "test" {
  project_id     = "` + acctest.ProjectID + `"
  cloud_provider = "AWS"
  bucket_name    = "archive"
  iam_role_id    = "` + acctest.IAMRoleID + `"
}
`

func exportBlock(name string, config acctest.Values) string {
	text := "resource \"" + resourceType + "\" \"" + name + "\" {\n  export_bucket_id = atlasbackup_export_bucket.test.id\n"
	rest := config.Without("export_bucket_id")
	for _, argument := range slices.Sorted(maps.Keys(rest)) {
		text += fmt.Sprintf("  %s = %#v\n", argument, rest[argument])
	}
	return text + "}\n"
}

// startAtlas returns an Atlas that has the cluster.
func startAtlas(t *testing.T) *acctest.Atlas {
	t.Helper()
	atlas := acctest.StartAtlas(t, emulator.Options{})
	atlas.AddCluster(acctest.ProjectID, cluster)
	return atlas
}

// settings are a cluster's schedule without what changes with the time.
func settings(t *testing.T, atlas *acctest.Atlas) map[string]string {
	t.Helper()
	fields := fieldsOf(t, scheduleOf(t, atlas, cluster))
	delete(fields, "nextSnapshot")
	return fields
}

func action(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, a)}}
}

func TestCLILifeCycleWithABucket(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := startAtlas(t)
	send(t, atlas, http.MethodPatch, cluster, somebodysSchedule)
	before := settings(t, atlas)
	setFault(t, atlas, "in-use", http.MethodDelete, bucketPath, 3) // Atlas knows late that the export is off
	daily := monthly.With(acctest.Values{"frequency_type": "daily"})
	byID := func(id string) resource.TestStep {
		return resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "cluster_name", ImportStateId: id,
		}
	}
	cli.Test(t, atlas,
		// Each step ends with an empty plan, with and without a refresh.
		resource.TestStep{
			Config:           hcl(atlas, monthly),
			ConfigPlanChecks: action(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("use_org_and_group_names_in_export_prefix"), knownvalue.Bool(false)),
			},
		},
		byID(importID),
		byID(acctest.ProjectID+"-"+cluster),
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: importID},
		resource.TestStep{Config: hcl(atlas, daily), ConfigPlanChecks: action(plancheck.ResourceActionUpdate)},
		resource.TestStep{Config: hcl(atlas, daily.With(withNames)), ConfigPlanChecks: action(plancheck.ResourceActionUpdate)},
		resource.TestStep{Config: hcl(atlas, daily), ConfigPlanChecks: action(plancheck.ResourceActionNoop)},
		resource.TestStep{Config: hcl(atlas, daily.With(withoutNames)), ConfigPlanChecks: action(plancheck.ResourceActionUpdate)},
		resource.TestStep{
			PreConfig:        func() { atlas.SetAutoExport(acctest.ProjectID, cluster, "") },
			Config:           hcl(atlas, monthly),
			ConfigPlanChecks: action(plancheck.ResourceActionCreate),
		},
	)
	if after := settings(t, atlas); !maps.Equal(after, before) {
		t.Errorf("the schedule was\n%v\nand is\n%v", before, after)
	}
	if deletes := atlas.Count(http.MethodDelete); deletes != 4 {
		t.Errorf("%d DELETEs, want 4", deletes)
	}
	var writes []string
	for _, r := range atlas.Requests() {
		if r.Method == http.MethodPatch || r.Method == http.MethodDelete {
			writes = append(writes, r.Method)
		}
	}
	if i := slices.Index(writes, http.MethodDelete); i < 1 || slices.Contains(writes[i:], http.MethodPatch) {
		t.Errorf("the requests %v switch the export off after the DELETE of its bucket", writes)
	}
}

func TestCLIImportByIdentity(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.Identity)
	atlas := startAtlas(t)
	cli.Test(t, atlas,
		resource.TestStep{
			Config: hcl(atlas, monthly),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectIdentityValue(address, tfjsonpath.New("project_id"), knownvalue.StringExact(acctest.ProjectID)),
				statecheck.ExpectIdentityValue(address, tfjsonpath.New("cluster_name"), knownvalue.StringExact(cluster)),
			},
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
	)
}

const requiredProviders = `
terraform {
  required_providers {
    atlasbackup = {
      source = "atlasbackup/atlasbackup"
    }
  }
}
`

func TestCLIEachClusterThatExportsNothingIsReported(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := startAtlas(t)
	main := requiredProviders + atlas.ProviderBlock(acctest.ServiceAccount) + bucketBlock
	for _, name := range []string{cluster, "payments"} {
		atlas.AddCluster(acctest.ProjectID, name)
		send(t, atlas, http.MethodPatch, name, only("daily"))
		main += exportBlock(name, monthly.With(acctest.Values{"cluster_name": name}))
	}
	w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": main})
	out := w.Run(t, "apply", "-auto-approve", "-no-color")
	for _, name := range []string{cluster, "payments"} {
		if !strings.Contains(out, "Cluster "+name+" will not export anything") {
			t.Errorf("no warning of %s in:\n%s", name, out)
		}
	}
	w.Run(t, "plan", "-detailed-exitcode")
	w.Run(t, "destroy", "-auto-approve")
}

func TestCLIQueryGeneratesConfigurationThatPlansEmpty(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.Query)
	atlas := startAtlas(t)
	for _, id := range []string{bucketID, otherBucketID} {
		atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{ID: id, CloudProvider: "AWS", BucketName: "snapshots", IAMRoleID: acctest.IAMRoleID})
	}
	exporting(atlas, map[string]string{"a": bucketID, "b": otherBucketID, "c-d": bucketID, "e": bucketID})
	send(t, atlas, http.MethodPatch, "a", `{"useOrgAndGroupNamesInExportPrefix":true}`)
	lists := ""
	for name, config := range map[string]string{"all": "", "filtered": `export_bucket_id = "` + bucketID + `"`, "limited": `timeouts = { list = "1m" }`} {
		limit := ""
		if name == "limited" {
			limit = "limit = 2"
		}
		lists += fmt.Sprintf("list %q %q {\n  provider = atlasbackup\n  %s\n  config {\n    project_id = %q\n    %s\n  }\n}\n", resourceType, name, limit, acctest.ProjectID, config)
	}
	files := map[string]string{"main.tf": requiredProviders + atlas.ProviderBlock(acctest.ServiceAccount), "find.tfquery.hcl": lists}
	w := acctest.NewWorkspace(t, cli, files)
	out := w.Run(t, "query", "-no-color")
	for name, want := range map[string]int{"all": 4, "filtered": 3, "limited": 2} {
		if got := strings.Count(out, "list."+resourceType+"."+name+" "); got != want {
			t.Errorf("%s has %d results, want %d:\n%s", name, got, want, out)
		}
	}

	w.Write(t, "find.tfquery.hcl", fmt.Sprintf("list %q \"all\" {\n  provider = atlasbackup\n  config {\n    project_id = %q\n  }\n}\n", resourceType, acctest.ProjectID))
	w.Run(t, "query", "-generate-config-out=generated.tf")
	if out := w.Run(t, "apply", "-auto-approve", "-no-color"); !strings.Contains(out, "4 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("the import changes something:\n%s", out)
	}
	w.Run(t, "plan", "-detailed-exitcode")

	// A schedule that Atlas does not show is a warning beside the results.
	f := emulator.Fault{Method: http.MethodGet, Path: clustersPath + "/e/backup/schedule", Times: -1, Status: 400, Code: "BACKUP_NOT_ENABLED", Detail: "It has no backup"}
	if err := atlas.AddFault(f); err != nil {
		t.Fatal(err)
	}
	out = w.Run(t, "query", "-no-color")
	warning := "Automatic exports of project " + acctest.ProjectID + " may be missing"
	if got := strings.Count(out, "list."+resourceType+".all "); got != 3 || !strings.Contains(out, warning) || !strings.Contains(out, "e: It has no backup") {
		t.Errorf("%d results, want 3 and a warning:\n%s", got, out)
	}
}
