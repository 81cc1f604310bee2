package exportbucket

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// filter says which export buckets of a project a list has: those that agree with every
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
	"bucket_name":    "Only export buckets of exactly this name, that of the S3 bucket, the Azure container or the Google Cloud bucket.",
	"iam_role_id":    "Only export buckets with this Atlas id of an AWS IAM role, 24 hexadecimal digits; not the ARN.",
	"role_id":        "Only export buckets with this Atlas id of an Azure service principal or Google Cloud service account, 24 hexadecimal digits.",
}

// readFields are the fields of the calls that read, and the arguments that they come from.
var readFields = fieldsOf("project_id")

func (f filter) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	check(&diags, "project_id", f.ProjectID, isProjectID)
	check(&diags, "cloud_provider", f.CloudProvider, checkCloud)
	check(&diags, "bucket_name", f.BucketName, checkAnyName)
	check(&diags, "iam_role_id", f.IAMRoleID, isRoleID)
	check(&diags, "role_id", f.RoleID, isRoleID)
	return diags
}

// takes tells whether a bucket belongs to the list.
func (f filter) takes(b atlas.ExportBucket) bool {
	agrees := func(wanted types.String, has string) bool { return wanted.IsNull() || wanted.ValueString() == has }
	return agrees(f.CloudProvider, b.CloudProvider) && agrees(f.BucketName, b.BucketName) &&
		agrees(f.IAMRoleID, b.IAMRoleID) && agrees(f.RoleID, b.RoleID)
}

// find returns the whole list, by id and so oldest first: an id is an ObjectID and begins
// with the time.
func (f filter) find(ctx context.Context, client *atlas.Client) ([]atlas.ExportBucket, error) {
	found, err := client.AllExportBuckets(ctx, f.ProjectID.ValueString())
	found = slices.DeleteFunc(found, func(b atlas.ExportBucket) bool { return !f.takes(b) })
	slices.SortFunc(found, func(a, b atlas.ExportBucket) int { return strings.Compare(a.ID, b.ID) })
	return found, err
}
