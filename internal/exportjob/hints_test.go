package exportjob_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/exportjob"
)

func TestGuideAgreesWithHints(t *testing.T) {
	acctest.RequireGuideAgrees(t, func(err error) diag.Diagnostics { return exportjob.Noun.Error("", err, nil) }, 20)
}

func TestErrorIsAtTheArgumentThatItIsAbout(t *testing.T) {
	for name, c := range map[string]struct {
		preset    string
		method    string
		path      string
		attribute string
		says      string
	}{
		"snapshot":   {"snapshot-not-found", http.MethodPost, jobsPath, "snapshot_id", "atlasbackup_snapshots"},
		"bucket":     {"export-bucket-not-found", http.MethodPost, jobsPath, "export_bucket_id", "Check export_bucket_id"},
		"flex":       {"flex-cluster", http.MethodGet, clusterPath, "cluster_name", "only dedicated clusters"},
		"role":       {"user-unauthorized", http.MethodPost, jobsPath, "", "Project Backup Export Operator to start"},
		"role, read": {"user-unauthorized", http.MethodGet, jobsPath, "", "Project Backup Manager to read"},
		"project":    {"group-not-found", http.MethodGet, clusterPath, "project_id", "Check project_id"},
		"conflict":   {"export-in-progress", http.MethodPost, jobsPath, "", "HTTP 409"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *fixture) {
				faulttest.SetFault(t, f.atlas, c.preset, c.method, c.path, 1)
				job, diags := f.p.Apply(t, f.p.None(resourceType), f.config())
				diags.RequireError(t, c.attribute, "Export job not created", c.says)
				if job.Exists() || len(f.jobs()) > 0 {
					t.Errorf("%s is in the state, and Atlas has %+v", job.Value, f.jobs())
				}
			})
		})
	}
}

func TestJobThatMayHaveBeenCreatedIsNamed(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(1000, "")
		f.addFault(emulator.Fault{Method: http.MethodPost, Path: jobsPath, Break: emulator.Reset, After: true})
		f.addFault(emulator.Fault{Method: http.MethodGet, Path: jobsPath, Skip: 1, Times: -1, Status: 403, Body: "<h1>Blocked</h1>"})
		job, diags := f.p.Apply(t, f.p.None(resourceType), f.config())
		diags.RequireError(t, "", "Export job may have been created", "atlasbackup_export_jobs", "terraform import <address> "+acctest.ProjectID+"/"+cluster+"/<id>")
		if job.Exists() {
			t.Errorf("%s is in the state", job.Value)
		}
		f.atlas.ClearFaults()
		job, diags = f.p.Apply(t, f.p.None(resourceType), f.config())
		diags.RequireWarning(t, "", "taken over")
		if job.Get(t, "id") != f.jobs()[0].ID || len(f.jobs()) != 1 {
			t.Errorf("%s is in the state, and Atlas has %+v", job.Value, f.jobs())
		}
	})
}
