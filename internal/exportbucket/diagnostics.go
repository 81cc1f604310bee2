package exportbucket

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// noun is the export bucket in messages.
var noun = diagnose.Noun{
	Name:     "export bucket",
	Plural:   "export buckets",
	ImportID: "<project_id>/<id>",
	Example:  "32b6e34b3d91647abb20e7b8/65b2f1d09b3d0e4c5a6f7081",
	Find:     "with `terraform query`, the data source atlasbackup_export_buckets, or in Atlas",
	Hints: diagnose.Hints{
		atlas.CodeCannotAssumeRole:      roleCannotBeAssumed,
		atlas.CodeInvalidAWSCredentials: roleCannotBeAssumed,
		atlas.CodeRoleNotAuthorized: {
			Text: "Authorize %s in this project: in Atlas under Project Settings, Integrations (AWS IAM Role Access, " +
				"Azure Service Principal or Google Cloud service account), or with mongodbatlas_cloud_provider_access_authorization, " +
				"and write its role_id here. The creation of an export bucket retries until a new authorization is active (timeouts.create).",
			Subject: "this Atlas role id",
			Fields:  roleFields,
		},
		atlas.CodeCannotAuthenticatePrincipal:  principalIsInvalid,
		atlas.CodeAzureServicePrincipalInvalid: principalIsInvalid,
		atlas.CodeExportBucketInUse: {
			Text: "A cluster of the project exports its snapshots to this bucket. Switch its automatic export off first.",
		},
		atlas.CodeExportBucketDeleteFailed: {
			Text: "Check in Atlas whether an export to the bucket is running, and destroy again when it has ended.",
		},
		atlas.CodeExportBucketNameInvalid: {
			Text:   "Write the name of the bucket or container alone, as its cloud shows it, without a scheme, a path or an ARN.",
			Fields: []string{"bucketName"},
		},
		atlas.CodeExportBucketNotFound: {
			Text: "It was deleted outside of Terraform. Plan again: a refresh removes it from the state, and the plan creates a new one.",
		},
	},
}

// roleFields are the fields that have the role, on one cloud or the other.
var roleFields = []string{"iamRoleId", "roleId"}

var roleCannotBeAssumed = diagnose.Hint{
	Text: "Atlas could not assume the AWS IAM role of %s. Its trust policy must allow sts:AssumeRole to " +
		"the Atlas AWS account with the external id of this project; both are shown in Atlas under Project Settings, " +
		"Integrations, AWS IAM Role Access. AWS needs about a minute until a change of a trust policy is active: the creation of an export " +
		"bucket retries meanwhile (timeouts.create).",
	Subject: "this Atlas role id",
	Fields:  roleFields,
}

var principalIsInvalid = diagnose.Hint{
	Text: "Check the tenant id and service principal id with which %s is authorized in this project (in Atlas " +
		"under Project Settings, Integrations, Azure Service Principal). Azure needs about a minute until a new service principal is active: " +
		"the creation of an export bucket retries meanwhile (timeouts.create).",
	Subject: "this Azure role",
	Fields:  roleFields,
}

// twinsOf warns of buckets that are the same as a new one: a run that was killed before it
// had Atlas' answer leaves one behind. Its summary has their ids, because Terraform shows only
// the first of several warnings with the same summary.
func twinsOf(bucket model, twins []atlas.ExportBucket) diag.Diagnostics {
	if len(twins) == 0 {
		return nil
	}
	var ids []string
	for _, twin := range twins {
		ids = append(ids, twin.ID)
	}
	summary := "Identical export bucket found: " + strings.Join(argument.FirstOf(ids, diagnose.MaxCommands, ""), ", ")
	return diag.Diagnostics{diag.NewWarningDiagnostic(summary, fmt.Sprintf(
		"%s was created, and the project already has the same export bucket. If this run replaces that one, there is nothing to do. Otherwise an "+
			"earlier run may have been interrupted before it could store it: delete the one that is not used, or keep the older one instead and "+
			"import it:\n\n%s", bucket.ID.ValueString(), diagnose.ImportCommands(ids, importIDs(bucket.ProjectID))))}
}

// notChanged reports a change that failed.
func notChanged(err error, bucket model) diag.Diagnostics {
	const summary = "Export bucket not changed"
	if operation.IsGone(err) && !atlas.HasCode(err, atlas.CodeExportBucketNotFound, atlas.CodeProjectNotFound) {
		return diagnose.ErrorWithHint(summary, err, "The answer does not come from Atlas, but Atlas' list of the project no longer has this export "+
			"bucket. Plan again: a refresh removes it from the state, and the plan creates a new one.")
	}
	return noun.Error(summary, err, bucket.fields())
}

// notDeleted reports a deletion that failed, and which clusters use the bucket.
func notDeleted(err error) diag.Diagnostics {
	const summary = "Export bucket not deleted"
	if inUse, ok := errors.AsType[*inUseError](err); ok {
		return diagnose.ErrorWithHint(summary, err, inUse.hint())
	}
	return noun.Error(summary, err, nil)
}
