package autoexport_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/autoexport"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
)

func TestEveryHintSaysWhatToDo(t *testing.T) {
	fields := diagnose.Fields{"clusterName": path.Root("cluster_name"), "export.exportBucketId": path.Root("export_bucket_id"), "groupId": path.Root("project_id")}
	for code, argument := range map[string]string{
		atlas.CodeClusterNotFound: "cluster_name", atlas.CodeFlexCluster: "cluster_name", atlas.CodeCannotUpdatePausedCluster: "cluster_name",
		atlas.CodeExportBucketNotFound: "export_bucket_id", atlas.CodeProjectNotFound: "project_id",
		atlas.CodeInvalidBackupPolicy: "", atlas.CodeBackupCompliancePolicy: "", atlas.CodeUserUnauthorized: "",
	} {
		diags := autoexport.Noun.Error("Automatic export not created", &atlas.Error{Status: 400, Code: code, Detail: "Atlas' sentence."}, fields)
		if len(diags) != 1 {
			t.Fatalf("%s: %v", code, diags)
		}
		got := ""
		if at, ok := diags[0].(diag.DiagnosticWithPath); ok {
			got = at.Path().String()
		}
		if paragraphs := strings.Split(diags[0].Detail(), "\n\n"); got != argument || len(paragraphs) != 3 || paragraphs[0] != "Atlas' sentence." {
			t.Errorf("%s: at %q: %q", code, got, paragraphs)
		}
	}
}

func TestGuideAgreesWithHints(t *testing.T) {
	acctest.RequireGuideAgrees(t, func(err error) diag.Diagnostics { return autoexport.Noun.Error("", err, nil) }, 20)
}
