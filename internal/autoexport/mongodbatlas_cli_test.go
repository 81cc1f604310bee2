package autoexport_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

// besideMongodbatlas is a backup schedule that the mongodbatlas provider manages, and an export
// after it. LIFECYCLE is the place for its lifecycle, RETENTION is that of its policy item.
const besideMongodbatlas = `
terraform {
  required_providers {
    atlasbackup = {
      source = "atlasbackup/atlasbackup"
    }
    mongodbatlas = {
      source = "mongodb/mongodbatlas"
    }
  }
}
` + bucketBlock + `
resource "mongodbatlas_cloud_backup_schedule" "test" {
  project_id   = "` + acctest.ProjectID + `"
  cluster_name = "` + cluster + `"

  policy_item_monthly {
    frequency_interval = 40
    retention_unit     = "months"
    retention_value    = RETENTION
  }
  LIFECYCLE
}

resource "atlasbackup_auto_export" "test" {
  project_id       = "` + acctest.ProjectID + `"
  cluster_name     = "` + cluster + `"
  export_bucket_id = atlasbackup_export_bucket.test.id
  frequency_type   = "monthly"

  depends_on = [mongodbatlas_cloud_backup_schedule.test]
}
`

const ignoreChanges = "lifecycle {\n    ignore_changes = [auto_export_enabled, export]\n  }"

// newBesideMongodbatlas is a workspace with both providers, initialized.
func newBesideMongodbatlas(t *testing.T, lifecycle string) (*acctest.Atlas, *acctest.Mirror) {
	t.Helper()
	cli := acctest.RequireCLI(t)
	atlas := startAtlas(t)
	m := acctest.NewMirror(t, cli, nil, "MONGODB_ATLAS_BASE_URL="+atlas.URL, "MONGODB_ATLAS_ACCESS_TOKEN="+acctest.AccessToken["access_token"].(string))
	m.PublishMongodbatlas(t)
	writeBesideMongodbatlas(t, m, lifecycle, "12")
	m.Run(t, "init")
	return atlas, m
}

func writeBesideMongodbatlas(t *testing.T, m *acctest.Mirror, lifecycle, retention string) {
	t.Helper()
	m.Write(t, "main.tf", strings.NewReplacer("LIFECYCLE", lifecycle, "RETENTION", retention).Replace(besideMongodbatlas))
}

func requireEmptyPlans(t *testing.T, m *acctest.Mirror) {
	t.Helper()
	m.Run(t, "plan", "-detailed-exitcode", "-refresh=false")
	m.Run(t, "plan", "-detailed-exitcode")
}

func TestCLIBackupScheduleOfMongodbatlasThatIgnoresTheExport(t *testing.T) {
	atlas, m := newBesideMongodbatlas(t, ignoreChanges)
	if out := m.Run(t, "apply", "-auto-approve", "-no-color"); strings.Contains(out, "will not export anything") {
		t.Errorf("the export came before the policy items:\n%s", out)
	}
	held := atlas.ExportBuckets(acctest.ProjectID)
	if len(held) != 1 {
		t.Fatalf("Atlas holds %+v", held)
	}
	requireExport(t, atlas, held[0].ID)
	requireEmptyPlans(t, m)

	// A change of the schedule leaves the export as it is.
	writeBesideMongodbatlas(t, m, ignoreChanges, "24")
	if out := m.Run(t, "apply", "-auto-approve", "-no-color"); !strings.Contains(out, "0 added, 1 changed, 0 destroyed") {
		t.Errorf("not only the schedule is changed:\n%s", out)
	}
	requireExport(t, atlas, held[0].ID)
	if policies := fieldsOf(t, scheduleOf(t, atlas, cluster))["policies"]; !strings.Contains(policies, `"retentionValue":24`) || strings.Contains(policies, "hourly") {
		t.Errorf("the policies are %s", policies)
	}
	requireEmptyPlans(t, m)

	m.Run(t, "destroy", "-auto-approve")
	requireExport(t, atlas, "")
	if held := atlas.ExportBuckets(acctest.ProjectID); len(held) != 0 {
		t.Errorf("Atlas holds %+v", held)
	}
	if deletes := atlas.Count(http.MethodDelete); deletes != 3 {
		t.Errorf("%d DELETEs, want two of the schedule and one of the bucket", deletes)
	}
}

// The guide warns of it.
func TestCLIBackupScheduleOfMongodbatlasSwitchesTheExportBack(t *testing.T) {
	atlas, m := newBesideMongodbatlas(t, "")
	m.Run(t, "apply", "-auto-approve")
	held := atlas.ExportBuckets(acctest.ProjectID)[0].ID
	requireExport(t, atlas, held)
	m.Run(t, "plan", "-detailed-exitcode", "-refresh=false")

	out := m.Run(t, "plan", "-no-color")
	for _, want := range []string{
		"# mongodbatlas_cloud_backup_schedule.test will be updated in-place", "- auto_export_enabled = true -> null", "- export {",
		"0 to add, 1 to change, 0 to destroy",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	m.Run(t, "apply", "-auto-approve")
	requireExport(t, atlas, "")
	if out := m.Run(t, "plan", "-no-color"); !strings.Contains(out, "# atlasbackup_auto_export.test will be created") {
		t.Errorf("the export is not created again:\n%s", out)
	}

	// With ignore_changes, both plans are empty.
	writeBesideMongodbatlas(t, m, ignoreChanges, "12")
	m.Run(t, "apply", "-auto-approve")
	requireExport(t, atlas, held)
	requireEmptyPlans(t, m)
}
