package privateendpoint_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const address = resourceType + ".test"

// hcl writes a configuration with an output of the status, and an export bucket that needs the
// private endpoint.
func hcl(atlas *acctest.Atlas, config acctest.Values, timeouts string) string {
	text := atlas.ProviderBlock(acctest.ServiceAccount) + "resource \"" + resourceType + "\" \"test\" {\n"
	for name, value := range config {
		text += fmt.Sprintf("  %s = %q\n", name, value)
	}
	return text + timeouts + "}\n" + `
		resource "atlasbackup_export_bucket" "test" {
		  project_id                 = "` + acctest.ProjectID + `"
		  cloud_provider             = "AWS"
		  bucket_name                = "snapshots"
		  iam_role_id                = "` + acctest.IAMRoleID + `"
		  require_private_networking = true
		  depends_on                 = [` + address + `]
		}
		output "status" {
		  value = ` + address + `.status
		}
	`
}

func isAction(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

func hasStatus(status string) []statecheck.StateCheck {
	return []statecheck.StateCheck{statecheck.ExpectKnownValue(address, tfjsonpath.New("status"), knownvalue.StringExact(status))}
}

func TestCLILifeCycle(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	importID := func(state *terraform.State) (string, error) {
		return acctest.ProjectID + "/AWS/" + state.RootModule().Resources[address].Primary.Attributes["id"], nil
	}
	cli.Test(t, atlas,
		// Each step ends with two empty plans, outputs included.
		resource.TestStep{Config: hcl(atlas, endpoint, ""), ConfigStateChecks: hasStatus("ACTIVE")},
		resource.TestStep{Config: hcl(atlas, endpoint.With(acctest.Values{"region_name": "US_EAST_1"}), ""), PlanOnly: true},
		resource.TestStep{
			Config:           hcl(atlas, endpoint, "timeouts = { delete = \"10m\" }\n"),
			ConfigPlanChecks: isAction(plancheck.ResourceActionUpdate),
		},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: importID,
			// An import takes Atlas' spelling.
			ImportStateVerifyIgnore: []string{"region_name", "vpc_region_name", "timeouts"},
		},
		resource.TestStep{
			Config:           hcl(atlas, endpoint.With(acctest.Values{"vpc_region_name": "eu-west-1"}), ""),
			ConfigPlanChecks: isAction(plancheck.ResourceActionReplace), ConfigStateChecks: hasStatus("ACTIVE"),
		},
	)
	requireStatuses(t, atlas)
}

func TestCLIImportByIdentity(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.Identity)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	config := endpoint.With(acctest.Values{"region_name": "US_EAST_1"})
	cli.Test(t, atlas,
		resource.TestStep{
			Config:            hcl(atlas, config, ""),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentityValueMatchesState(address, tfjsonpath.New("id"))},
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
	)
}

func TestCLIQuery(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.Query)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	cli.Test(t, atlas,
		resource.TestStep{Config: hcl(atlas, endpoint, "")},
		resource.TestStep{
			Query: true,
			Config: `
				list "` + resourceType + `" "all" {
				  provider = atlasbackup
				  config {
				    project_id     = "` + acctest.ProjectID + `"
				    cloud_provider = "AWS"
				  }
				}
			`,
			QueryResultChecks: []querycheck.QueryResultCheck{querycheck.ExpectLength(resourceType+".all", 1)},
		},
	)
}

func TestCLITheNextApplyWaitsOn(t *testing.T) {
	cli := acctest.RequireCLI(t)
	slow := emulator.Paces{PrivateEndpoints: emulator.Pace{Queued: 15 * time.Second}}
	atlas := acctest.StartAtlas(t, emulator.Options{Paces: &slow})
	cli.Test(t, atlas,
		resource.TestStep{
			Config: hcl(atlas, endpoint, "timeouts = { create = \"5s\" }\n"), ConfigStateChecks: hasStatus("INITIATING"),
			ExpectNonEmptyPlan: true,
		},
		resource.TestStep{
			Config:            hcl(atlas, endpoint, "timeouts = { create = \"5s\" }\n"),
			ConfigPlanChecks:  isAction(plancheck.ResourceActionUpdate),
			ConfigStateChecks: hasStatus("ACTIVE"),
		},
	)
}

func TestCLIAFailedEndpointIsReplaced(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{Paces: &emulator.Paces{PrivateEndpoints: emulator.Pace{Outcome: "FAILED", Message: "No capacity."}}})
	cli.Test(t, atlas,
		resource.TestStep{Config: hcl(atlas, endpoint, ""), ExpectError: regexp.MustCompile(`(?s)Private endpoint failed.*No capacity\.`)},
		resource.TestStep{
			PreConfig: func() {
				if err := atlas.SetPaces(emulator.DefaultPaces()); err != nil {
					t.Fatal(err)
				}
			},
			Config:            hcl(atlas, endpoint, ""),
			ConfigPlanChecks:  isAction(plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: hasStatus("ACTIVE"),
		},
	)
	requireStatuses(t, atlas)
}
