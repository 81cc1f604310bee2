package exportbucket_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const address = resourceType + ".test"

// hcl writes a configuration with an output of the region, which a late region would
// change.
func hcl(atlas *acctest.Atlas, config acctest.Values) string {
	return atlas.ProviderBlock(acctest.ServiceAccount) + hclResource(config) + "output \"region\" {\n  value = " + address + ".region\n}\n"
}

func hclResource(config acctest.Values) string {
	text := "resource \"" + resourceType + "\" \"test\" {\n"
	for name, value := range config {
		text += fmt.Sprintf("  %s = %#v\n", name, value)
	}
	return text + "}\n"
}

func TestCLILifeCycle(t *testing.T) {
	cli := acctest.RequireCLI(t)
	for cloud, config := range everyCloud {
		t.Run(cloud, func(t *testing.T) {
			atlas := acctest.StartAtlas(t, emulator.Options{RegionDelay: time.Second})
			cli.Test(t, atlas,
				// Each step ends with two empty plans, outputs included.
				resource.TestStep{
					Config: hcl(atlas, config),
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue(address, tfjsonpath.New("require_private_networking"), knownvalue.Bool(false)),
					},
				},
				resource.TestStep{
					Config: hcl(atlas, config.With(acctest.Values{"disable_auto_export_on_destroy": true})),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					}},
				},
				resource.TestStep{Config: hcl(atlas, config)},
				resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: importID("/")},
				resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: importID("-")},
				resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateIdFunc: importID("/")},
				resource.TestStep{
					Config: hcl(atlas, config.With(acctest.Values{"bucket_name": "archive"})),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace),
					}},
				},
			)
		})
	}
}

func importID(separator string) resource.ImportStateIdFunc {
	return func(state *terraform.State) (string, error) {
		attributes := state.RootModule().Resources[address].Primary.Attributes
		return attributes["project_id"] + separator + attributes["id"], nil
	}
}

func TestCLIPrivateNetworkingChangesInPlace(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	inPlace := func(private bool) resource.TestStep {
		return resource.TestStep{
			Config: hcl(atlas, awsBucket.With(acctest.Values{"require_private_networking": private})),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("region"), knownvalue.StringExact("us-east-1")),
			}},
		}
	}
	cli.Test(t, atlas, resource.TestStep{Config: hcl(atlas, awsBucket)}, inPlace(true), inPlace(false))
}

func TestCLISpellingOfTheServiceURLIsNoChange(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	steps := []resource.TestStep{{Config: hcl(atlas, azureBucket)}}
	for _, spelling := range spellings {
		config := azureBucket.With(spelling)
		if spelling["bucket_name"] == nil {
			config = config.Without("bucket_name")
		}
		steps = append(steps, resource.TestStep{Config: hcl(atlas, config), PlanOnly: true})
	}
	cli.Test(t, atlas, steps...)
}

func TestCLIImportByIdentity(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.Identity)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	cli.Test(t, atlas,
		resource.TestStep{
			Config: hcl(atlas, awsBucket),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectIdentityValue(address, tfjsonpath.New("project_id"), knownvalue.StringExact(acctest.ProjectID)),
				statecheck.ExpectIdentityValueMatchesState(address, tfjsonpath.New("id")),
			},
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
	)
}

func TestCLIADeletedBucketIsMadeAgain(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	cli.Test(t, atlas,
		resource.TestStep{Config: hcl(atlas, gcpBucket)},
		resource.TestStep{
			PreConfig: func() {
				atlas.RemoveExportBucket(acctest.ProjectID, atlas.ExportBuckets(acctest.ProjectID)[0].ID)
			},
			Config: hcl(atlas, gcpBucket),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate),
			}},
		},
	)
}

func TestCLIAMistakeIsShownAtItsArgument(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	cli.Test(t, atlas, resource.TestStep{
		Config:      hcl(atlas, awsBucket.With(acctest.Values{"iam_role_id": "arn:aws:iam::123456789012:role/atlas"})),
		ExpectError: regexp.MustCompile(`(?s)Invalid iam_role_id.*iam_role_id = "arn:aws:iam.*this is an ARN`),
	})
}
