package autoexport_test

import (
	"net/http"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

const (
	bucketType = "atlasbackup_export_bucket"
	bucketPath = "/api/atlas/v2/groups/*/backup/exportBuckets/*"
)

// Terraform destroys the export first, because it refers to the bucket. Atlas may know late that
// the bucket is no longer in use.
func TestBucketIsDeletedAfterItsExportAlsoIfAtlasKnowsItLate(t *testing.T) {
	for _, late := range []int{0, 1, 3} {
		inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			before := scheduleOf(t, atlas, cluster)
			bucket, diags := p.Apply(t, p.None(bucketType), acctest.Values{
				"project_id": acctest.ProjectID, "cloud_provider": "AWS", "bucket_name": "archive", "iam_role_id": acctest.IAMRoleID,
			})
			diags.RequireNone(t)
			export := create(t, p, monthly.With(acctest.Values{"export_bucket_id": bucket.Get(t, "id")}))
			if late > 0 {
				setFault(t, atlas, "in-use", http.MethodDelete, bucketPath, late)
			}

			_, diags = p.Destroy(t, export)
			diags.RequireNone(t)
			_, diags = p.Destroy(t, bucket)
			diags.RequireNone(t)
			if held := atlas.ExportBuckets(acctest.ProjectID); len(held) != 2 {
				t.Errorf("Atlas holds %+v, want the two of others", held)
			}
			if deletes := atlas.Count(http.MethodDelete); deletes != late+1 {
				t.Errorf("%d DELETEs, want %d", deletes, late+1)
			}
			if after := scheduleOf(t, atlas, cluster); after != before {
				t.Errorf("the schedule was\n%s\nand is\n%s", before, after)
			}
		})
	}
}

func TestBucketThatAnotherExportUsesIsKept(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		create(t, p, monthly)
		bucket, diags := p.Import(t, bucketType, acctest.ProjectID+"/"+bucketID, nil)
		diags.RequireNone(t)
		_, diags = p.Destroy(t, bucket)
		diags.RequireError(t, "", "The automatic export of cluster "+cluster+" goes to this bucket", "destroy its atlasbackup_auto_export")
		requireExport(t, atlas, bucketID)
	})
}
