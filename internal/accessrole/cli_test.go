package accessrole_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestCLIAPreconditionStopsARoleThatIsNotReady(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	role := atlas.AddAccessRole(acctest.ProjectID, emulator.AccessRole{CloudProvider: "AWS"})
	config := atlas.ProviderBlock(acctest.ServiceAccount) + `
		data "atlasbackup_access_role" "test" {
		  project_id = "` + acctest.ProjectID + `"
		  role_id    = "` + role.ID + `"
		}
		resource "atlasbackup_export_bucket" "test" {
		  project_id     = "` + acctest.ProjectID + `"
		  cloud_provider = "AWS"
		  bucket_name    = "snapshots"
		  iam_role_id    = data.atlasbackup_access_role.test.role_id
		  lifecycle {
		    precondition {
		      condition     = data.atlasbackup_access_role.test.ready
		      error_message = "Authorize the role first."
		    }
		  }
		}
	`
	cli.Test(t, atlas,
		resource.TestStep{Config: config, ExpectError: regexp.MustCompile("Authorize the role first.")},
		resource.TestStep{
			PreConfig: func() {
				role.AuthorizedDate = time.Now()
				atlas.AddAccessRole(acctest.ProjectID, role)
			},
			Config: config,
		},
	)
}
