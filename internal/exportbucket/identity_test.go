package exportbucket_test

import (
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestImportLeavesAnEmptyPlan(t *testing.T) {
	forms := map[string]func(id string) (string, acctest.Values){
		"by id":                     func(id string) (string, acctest.Values) { return acctest.ProjectID + "/" + id, nil },
		"by the id of mongodbatlas": func(id string) (string, acctest.Values) { return acctest.ProjectID + "-" + id, nil },
		"by identity": func(id string) (string, acctest.Values) {
			return "", acctest.Values{"project_id": acctest.ProjectID, "id": id}
		},
	}
	for cloud, config := range everyCloud {
		for name, form := range forms {
			t.Run(cloud+" "+name, func(t *testing.T) {
				inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
					bucket := create(t, p, config)
					id, _ := bucket.Get(t, "id").(string)
					importID, identity := form(id)
					imported, diags := p.Import(t, resourceType, importID, identity)
					diags.RequireNone(t)
					requireEmptyPlan(t, p, imported, config)
					if got := p.IdentityOf(t, imported); got["id"] != id || got["project_id"] != acctest.ProjectID {
						t.Errorf("its identity is %v", got)
					}
				})
			})
		}
	}
}

func TestImportOfABucketThatDoesNotExistSaysWhereToLook(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		for importID, code := range map[string]string{
			acctest.ProjectID + "/65b2f1d09b3d0e4c5a6f7081":     "EXPORT_BUCKET_NOT_FOUND",
			"65b2f1d09b3d0e4c5a6f7082/65b2f1d09b3d0e4c5a6f7081": "GROUP_NOT_FOUND",
		} {
			_, diags := p.Import(t, resourceType, importID, nil)
			diags.RequireError(t, "", "Export bucket not imported", "nothing to import with the id "+importID, "atlasbackup_export_buckets", code)
		}
	})
}

func TestImportWithoutAnIDSaysWhatToWrite(t *testing.T) {
	_, diags := acctest.Unconfigured(t).Import(t, resourceType, "", nil)
	diags.RequireError(t, "", "Invalid import id", `project_id is missing: write the id`, "Write <project_id>/<id>")
}

func TestImportRefusesAWrongID(t *testing.T) {
	p := acctest.Unconfigured(t)
	for _, id := range []string{
		"65b2f1d09b3d0e4c5a6f7081",
		acctest.ProjectID + ":65b2f1d09b3d0e4c5a6f7081",
		acctest.ProjectID + "/65b2f1d09b3d0e4c5a6f7081/x",
		acctest.ProjectID + "/",
		"/65b2f1d09b3d0e4c5a6f7081",
		"32B6E34B3D91647ABB20E7B8/65b2f1d09b3d0e4c5a6f7081",
	} {
		_, diags := p.Import(t, resourceType, id, nil)
		diags.RequireError(t, "", "Invalid import id", "<project_id>/<id>")
	}
	_, diags := p.Import(t, resourceType, "", acctest.Values{"project_id": acctest.ProjectID, "id": "snapshots"})
	diags.RequireError(t, "", "Invalid import id", `id is "snapshots"`)
}
