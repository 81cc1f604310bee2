package exportbucket

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
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

// find returns the list, by id and so oldest first: an id is an ObjectID and begins with the
// time. It warns when Atlas counts more buckets than it shows.
func (f filter) find(ctx context.Context, client *atlas.Client) ([]atlas.ExportBucket, diag.Diagnostics) {
	found, whole, err := client.AllExportBuckets(ctx, f.ProjectID.ValueString())
	if err != nil {
		return nil, diagnose.Error("Export buckets not read", err, readFields)
	}
	var diags diag.Diagnostics
	if !whole {
		diags.AddWarning(fmt.Sprintf("Export buckets of project %s may be missing", f.ProjectID.ValueString()), fmt.Sprintf(
			"Atlas shows %d export buckets, and counts more. Something between this machine and Atlas may leave some out. Run the same command "+
				"again; if the warning stays, do not delete anything because it is missing here.", len(found)))
	}
	found = slices.DeleteFunc(found, func(b atlas.ExportBucket) bool { return !f.takes(b) })
	slices.SortFunc(found, func(a, b atlas.ExportBucket) int { return strings.Compare(a.ID, b.ID) })
	return found, diags
}
