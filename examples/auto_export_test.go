package examples_test

import (
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const autoExportGuide = "../templates/guides/auto-export.md"

// startAtlasWithClusters starts an Atlas whose project has clusters with backup, by the name of
// their provider: AWS, or FLEX for one that cannot export.
func startAtlasWithClusters(t *testing.T, providers map[string]string) *acctest.Atlas {
	t.Helper()
	atlas := acctest.StartAtlas(t, emulator.Options{})
	for name, provider := range providers {
		atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: name, ProviderName: provider})
	}
	return atlas
}

// requireNothingLeft fails the test if Atlas has an export bucket, or one of the clusters exports.
func requireNothingLeft(t *testing.T, atlas *acctest.Atlas, clusters ...string) {
	t.Helper()
	if held := atlas.ExportBuckets(acctest.ProjectID); len(held) != 0 {
		t.Errorf("Atlas still has %+v", held)
	}
	for _, cluster := range clusters {
		if bucket := atlas.AutoExport(acctest.ProjectID, cluster); bucket != "" {
			t.Errorf("%s still exports to %s", cluster, bucket)
		}
	}
}

func TestCLIQuickstartExportsACluster(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := startAtlasWithClusters(t, map[string]string{"orders": "AWS"})
	w := workspace(t, cli, atlas, "quickstart")
	w.Write(t, "cluster.auto.tfvars", `cluster_name = "orders"`)
	w.Run(t, "apply", "-auto-approve")
	if atlas.AutoExport(acctest.ProjectID, "orders") == "" {
		t.Error("the cluster does not export")
	}
	w.Run(t, "plan", "-detailed-exitcode")
	w.Run(t, "destroy", "-auto-approve")
	requireNothingLeft(t, atlas, "orders")
}

func TestCLIFleetModuleTestsPass(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := startAtlasWithClusters(t, map[string]string{"orders": "AWS", "payments": "AWS"})
	w := workspace(t, cli, atlas, "modules/fleet")
	script(t, w, 0, "terraform get && terraform test -no-color", "6 passed, 0 failed")
	requireNothingLeft(t, atlas, "orders", "payments")
}

func TestCLIFleetLeavesOutWhatCannotExport(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := startAtlasWithClusters(t, map[string]string{"orders": "AWS", "payments": "AWS", "scratch": "FLEX"})
	bucket := atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{CloudProvider: "AWS", BucketName: "snapshots", IAMRoleID: acctest.IAMRoleID})
	w := workspace(t, cli, atlas, "modules/fleet")
	w.Write(t, "fleet.auto.tfvars", `export_bucket_id = "`+bucket.ID+`"
frequency_type = "monthly"
except         = ["payments"]
`)
	script(t, w, 0, "terraform apply -auto-approve -no-color", "1 added, 0 changed, 0 destroyed",
		`"scratch" = "it is a flex cluster, which cannot export"`, `"payments" = "it is in except"`)
	for cluster, want := range map[string]string{"orders": bucket.ID, "payments": "", "scratch": ""} {
		if got := atlas.AutoExport(acctest.ProjectID, cluster); got != want {
			t.Errorf("%s exports to %q, want %q", cluster, got, want)
		}
	}
}

// guideBlocks are the configurations of the guide on automatic exports, in its order.
type guideBlocks struct{ start, replacement, beside, importOne, importMany, find, check string }

func readGuideBlocks(t *testing.T) guideBlocks {
	t.Helper()
	b := blocks(t, autoExportGuide, "terraform", 7)
	return guideBlocks{b[0], b[1], b[2], b[3], b[4], b[5], b[6]}
}

func TestCLIGuideOnAutomaticExportsReplacesAndDestroysTheBucket(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := startAtlasWithClusters(t, map[string]string{"orders": "AWS"})
	guide := readGuideBlocks(t)
	w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": guide.start, "around.tf": around(guide.start)}, environment(atlas)...)
	script(t, w, 0, "terraform apply -auto-approve -no-color", "2 added")

	at := strings.Index(guide.start, `resource "atlasbackup_auto_export"`)
	w.Write(t, "main.tf", guide.replacement+"\n"+guide.start[at:])
	script(t, w, 0, "terraform apply -auto-approve -no-color", "1 added, 1 changed, 1 destroyed")
	held := atlas.ExportBuckets(acctest.ProjectID)
	if got := atlas.AutoExport(acctest.ProjectID, "orders"); len(held) != 1 || got != held[0].ID {
		t.Errorf("Atlas has %+v, and the cluster exports to %q", held, got)
	}
	script(t, w, 0, "terraform destroy -auto-approve -no-color", "2 destroyed")
	requireNothingLeft(t, atlas, "orders")
}

func TestCLIGuideOnAutomaticExportsImports(t *testing.T) {
	cli := acctest.RequireCLI(t)
	guide := readGuideBlocks(t)
	for name, c := range map[string]struct{ configuration, imports string }{
		"one":  {guide.importOne + strings.Replace(guide.start, "atlasbackup_export_bucket.snapshots.id", `"65b2f1d09b3d0e4c5a6f7081"`, 1), "1 to import, 1 to add"},
		"many": {guide.importMany, "3 to import, 0 to add"},
	} {
		t.Run(name, func(t *testing.T) {
			atlas := startAtlasWithClusters(t, map[string]string{"orders": "AWS", "payments": "AWS", "search": "AWS"})
			bucket := atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{
				ID: "65b2f1d09b3d0e4c5a6f7081", CloudProvider: "AWS", BucketName: "snapshots", IAMRoleID: acctest.IAMRoleID,
			})
			for _, cluster := range []string{"orders", "payments", "search"} {
				atlas.SetAutoExport(acctest.ProjectID, cluster, bucket.ID)
			}
			w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": c.configuration, "around.tf": around(c.configuration)}, environment(atlas)...)
			script(t, w, 0, "terraform plan -no-color", c.imports+", 0 to change, 0 to destroy")
			w.Run(t, "apply", "-auto-approve")
			w.Run(t, "plan", "-detailed-exitcode")
		})
	}
}

func TestCLIGuideOnAutomaticExportsBesideMongodbatlas(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := startAtlasWithClusters(t, map[string]string{"orders": "AWS", "payments": "AWS"})
	guide := readGuideBlocks(t)
	configuration := `terraform {
  required_providers {
    atlasbackup = {
      source = "atlasbackup/atlasbackup"
    }
    mongodbatlas = {
      source = "mongodb/mongodbatlas"
    }
  }
}
` + guide.start + guide.beside
	env := append(environment(atlas), "MONGODB_ATLAS_ACCESS_TOKEN="+acctest.AccessToken["access_token"].(string)) // of mongodbatlas
	w := acctest.NewMirror(t, cli, map[string]string{"main.tf": configuration, "around.tf": around(configuration)}, env...)
	w.PublishMongodbatlas(t)
	w.Run(t, "init")
	script(t, w.Workspace, 0, "terraform plan -no-color", "1 to import, 3 to add, 0 to change, 0 to destroy")
	w.Run(t, "apply", "-auto-approve")
	held := atlas.ExportBuckets(acctest.ProjectID)
	for _, cluster := range []string{"orders", "payments"} {
		if got := atlas.AutoExport(acctest.ProjectID, cluster); len(held) != 1 || got != held[0].ID {
			t.Errorf("Atlas has %+v, and %s exports to %q", held, cluster, got)
		}
	}
	w.Run(t, "plan", "-detailed-exitcode", "-refresh=false")
	w.Run(t, "plan", "-detailed-exitcode")
	script(t, w.Workspace, 0, "terraform destroy -auto-approve -no-color", "4 destroyed")
	requireNothingLeft(t, atlas, "orders", "payments")
}

// The clusters were never exported.
func TestCLIChecksReportClustersWithoutExport(t *testing.T) {
	cli := acctest.RequireCLI(t)
	guide := readGuideBlocks(t)
	const maxAge = "export TF_VAR_max_export_age=768h\n"
	for provider, reported := range map[string]bool{"AWS": true, "FLEX": false} {
		t.Run(provider, func(t *testing.T) {
			atlas := startAtlasWithClusters(t, map[string]string{"orders": provider})
			w := acctest.NewWorkspace(t, cli, map[string]string{"check.tf": guide.check, "find.tf": guide.find, "around.tf": around(guide.check)}, environment(atlas)...)
			if out := w.Run(t, "plan", "-no-color"); strings.Contains(out, "Check block assertion failed") != reported {
				t.Errorf("the check must report the cluster: %t\n%s", reported, out)
			}

			gitops := workspace(t, cli, atlas, "gitops")
			script(t, gitops, 2, "bash ci/plan")
			if reported {
				script(t, gitops, 1, maxAge+"bash ci/plan", "The plan fails check.exports")
			} else {
				script(t, gitops, 2, maxAge+"bash ci/plan")
			}
		})
	}
}

// Project Read Only must not read export jobs, so the status of the cluster is unknown.
func TestCLIChecksOfOneClusterReportUnreadableExports(t *testing.T) {
	cli := acctest.RequireCLI(t)
	for name, files := range map[string]map[string]string{
		"example": read(t, "complete"),
		"guide":   {"main.tf": blocks(t, filesGuide, "terraform", 5)[4]},
	} {
		t.Run(name, func(t *testing.T) {
			atlas := acctest.StartAtlas(t, emulator.Options{Paces: &emulator.Paces{}})
			atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: "orders"})
			atlas.AddSnapshot(acctest.ProjectID, "orders", emulator.Snapshot{})
			w := acctest.NewWorkspace(t, cli, files, environment(atlas)...)
			const reported = "has no export of the last 32 days, or its exports could not be read."
			if out := w.Run(t, "apply", "-auto-approve", "-no-color"); strings.Contains(out, "Check block assertion failed") {
				t.Errorf("the check does not see the export:\n%s", out)
			}
			script(t, w, 0, "export MONGODB_ATLAS_CLIENT_ID="+acctest.ReadOnly["client_id"].(string)+
				" MONGODB_ATLAS_CLIENT_SECRET="+acctest.ReadOnly["client_secret"].(string)+"\nterraform plan -no-color", reported)
		})
	}
}
