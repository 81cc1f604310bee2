package exportbucket

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
)

// filter says which export buckets of a project a list has: those that match every
// argument that is not null.
type filter struct {
	ProjectID     types.String `tfsdk:"project_id"`
	CloudProvider types.String `tfsdk:"cloud_provider"`
	BucketName    types.String `tfsdk:"bucket_name"`
	IAMRoleID     types.String `tfsdk:"iam_role_id"`
	RoleID        types.String `tfsdk:"role_id"`
}

// aboutFilters describes the optional arguments of a filter.
var aboutFilters = map[string]string{
	"cloud_provider": "Only export buckets on this cloud: `AWS`, `AZURE` or `GCP`.",
	"bucket_name":    "Only export buckets with exactly this name: the name of the S3 bucket, the Azure container or the Google Cloud bucket.",
	"iam_role_id":    "Only export buckets with this Atlas id of an AWS IAM role, 24 hexadecimal digits; not the ARN.",
	"role_id":        "Only export buckets with this Atlas id of an Azure service principal or Google Cloud service account, 24 hexadecimal digits.",
}

// readFields are the fields of the calls that read, and the arguments that they come from.
var readFields = fieldsOf("project_id")

func (f filter) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	argument.Check(&diags, "project_id", f.ProjectID, argument.IsProjectID)
	argument.Check(&diags, "cloud_provider", f.CloudProvider, isCloud)
	argument.Check(&diags, "bucket_name", f.BucketName, checkAnyName)
	argument.Check(&diags, "iam_role_id", f.IAMRoleID, isRoleID)
	argument.Check(&diags, "role_id", f.RoleID, isRoleID)
	return diags
}

// matches tells whether a bucket belongs to the list.
func (f filter) matches(b atlas.ExportBucket) bool {
	return argument.Matches(f.CloudProvider, b.CloudProvider) && argument.Matches(f.BucketName, b.BucketName) &&
		argument.Matches(f.IAMRoleID, b.IAMRoleID) && argument.Matches(f.RoleID, b.RoleID)
}

// find returns the list, by id and so oldest first: an id is an ObjectID and begins with the
// time. It warns when Atlas counts more buckets than it shows.
func (f filter) find(ctx context.Context, client *atlas.Client) ([]atlas.ExportBucket, diag.Diagnostics) {
	found, whole, err := client.AllExportBuckets(ctx, f.ProjectID.ValueString())
	if err != nil {
		return nil, noun.Error("Export buckets not read", err, readFields)
	}
	var diags diag.Diagnostics
	if !whole {
		diags.Append(diagnose.MayBeMissing(noun.Plural, f.ProjectID.ValueString(), len(found)))
	}
	found = slices.DeleteFunc(found, func(b atlas.ExportBucket) bool { return !f.matches(b) })
	atlas.SortBy(found, func(b atlas.ExportBucket) string { return b.ID })
	return found, diags
}
