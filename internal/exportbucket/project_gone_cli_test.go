package exportbucket_test

import (
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// Terraform and OpenTofu show no warning of the refresh before a destroy, so that is without one.
func TestCLIAnotherAtlasIsReported(t *testing.T) {
	cli := acctest.RequireCLI(t)
	right, wrong := acctest.StartAtlas(t, emulator.Options{}), acctest.StartAtlas(t, emulator.Options{})
	const project = "32b6e34b3d91647abb20e7b9"
	right.AddProject(project)
	owner := map[string][]emulator.Role{project: {emulator.ProjectOwner}}
	right.AddAccessToken("the-token-of-another-owner", owner)
	wrong.AddAccessToken("the-token-of-another-owner", owner)
	credential := acctest.Values{"access_token": "the-token-of-another-owner"}
	block := hclResource(awsBucket.With(acctest.Values{"project_id": project}))

	w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": requiredProviders + right.ProviderBlock(credential) + block})
	w.Run(t, "apply", "-auto-approve")
	w.Write(t, "main.tf", requiredProviders+wrong.ProviderBlock(credential)+block)
	for _, args := range [][]string{{"plan"}, {"destroy", "-auto-approve", "-refresh=false"}} {
		out := w.Run(t, append(args, "-no-color")...)
		for _, want := range []string{"Project " + project + " not found", wrong.URL, "check base_url"} {
			if !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
				t.Errorf("no %q in:\n%s", want, out)
			}
		}
	}
	if held := right.ExportBuckets(project); len(held) != 1 {
		t.Errorf("Atlas holds %+v, want the bucket", held)
	}
}
