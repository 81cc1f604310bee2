package exportbucket_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/exportbucket"
)

func TestHintIsAtTheArgumentThatTheCodeIsAbout(t *testing.T) {
	fields := diagnose.Fields{"bucketName": path.Root("bucket_name"), "iamRoleId": path.Root("iam_role_id"), "groupId": path.Root("project_id")}
	const role = "668c5f0ed436263134491592"
	for name, c := range map[string]struct {
		err      atlas.Error
		argument string
		said     string
		hint     string // a fragment
	}{
		"role that cannot be assumed": {
			atlas.Error{Status: 400, Code: atlas.CodeCannotAssumeRole, Detail: "Atlas cannot assume the specified role (" + role + ")."},
			"iam_role_id", "Atlas cannot assume the specified role (" + role + ").", "the AWS IAM role of " + role,
		},
		"role that is not authorized": {
			atlas.Error{Status: 400, Code: atlas.CodeRoleNotAuthorized, Detail: "The specified Cloud Provider Access role (" + role + ") has not been authorized."},
			"iam_role_id", "The specified Cloud Provider Access role (" + role + ") has not been authorized.", "Authorize " + role + " in this project",
		},
		"AWS credentials": {
			atlas.Error{Status: 400, Code: atlas.CodeInvalidAWSCredentials}, "iam_role_id", "Atlas refused the request without giving a reason.", "sts:AssumeRole",
		},
		"service principal": {
			atlas.Error{Status: 400, Code: atlas.CodeAzureServicePrincipalInvalid, Detail: "x"}, "iam_role_id", "x", "tenant id",
		},
		"service principal that cannot authenticate": {
			atlas.Error{Status: 400, Code: atlas.CodeCannotAuthenticatePrincipal, Detail: "x"}, "iam_role_id", "x", "service principal id",
		},
		"name": {
			atlas.Error{Status: 400, Code: atlas.CodeExportBucketNameInvalid, Detail: "Export Bucket name is invalid."},
			"bucket_name", "Export Bucket name is invalid.", "without a scheme",
		},
		"in use":              {atlas.Error{Status: 400, Code: atlas.CodeExportBucketInUse, Detail: "x"}, "", "x", "automatic export off"},
		"delete failed":       {atlas.Error{Status: 400, Code: atlas.CodeExportBucketDeleteFailed, Detail: "x"}, "", "x", "is running"},
		"bucket that is gone": {atlas.Error{Status: 404, Code: atlas.CodeExportBucketNotFound, Detail: "x"}, "", "x", "Plan again"},
	} {
		t.Run(name, func(t *testing.T) {
			diags := exportbucket.Noun.Error("Export bucket not created", &c.err, fields)
			if len(diags) != 1 {
				t.Fatalf("got %v", diags)
			}
			argument := ""
			if at, ok := diags[0].(diag.DiagnosticWithPath); ok {
				argument = at.Path().String()
			}
			paragraphs := strings.Split(diags[0].Detail(), "\n\n")
			if argument != c.argument || len(paragraphs) != 3 || paragraphs[0] != c.said || !strings.Contains(paragraphs[1], c.hint) {
				t.Errorf("at %q: %q", argument, paragraphs)
			}
		})
	}
}

func TestGuideAgreesWithHints(t *testing.T) {
	acctest.RequireGuideAgrees(t, func(err error) diag.Diagnostics { return exportbucket.Noun.Error("", err, nil) }, 20)
}
