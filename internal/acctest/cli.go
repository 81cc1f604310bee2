package acctest

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/provider"
)

// CLI is the Terraform or OpenTofu that the tests use.
type CLI struct {
	path    string // "" for none
	name    string // Terraform or OpenTofu
	version string // with the v
	major   int
	minor   int
}

// Feature is something that not every CLI has.
type Feature struct {
	name      string
	terraform int // the minor version of Terraform 1 that brought it
	openTofu  int // the same of OpenTofu 1, 0 for none
}

var (
	// Identity is resource identity, and import by it.
	Identity = Feature{name: "resource identity", terraform: 12, openTofu: 12}

	// Ephemeral is ephemeral values.
	Ephemeral = Feature{name: "ephemeral values", terraform: 10, openTofu: 11}

	// Query is terraform query, and what it generates.
	Query = Feature{name: "terraform query", terraform: 14}
)

var findCLI = sync.OnceValues(func() (CLI, error) {
	path := os.Getenv("TF_ACC_TERRAFORM_PATH")
	for _, name := range []string{"terraform", "tofu"} {
		if path == "" {
			path, _ = exec.LookPath(name)
		}
	}
	if path == "" {
		return CLI{}, nil
	}
	out, err := exec.Command(path, "version").Output()
	if err != nil {
		return CLI{}, err
	}
	match := versionLine.FindStringSubmatch(string(out))
	if match == nil {
		return CLI{}, fmt.Errorf("%s version prints neither Terraform's nor OpenTofu's version:\n%s", path, out)
	}
	cli := CLI{path: path, name: match[1], version: match[2]}
	cli.major, _ = strconv.Atoi(match[3])
	cli.minor, _ = strconv.Atoi(match[4])
	return cli, nil
})

// versionLine is the line of the version command that counts; warnings on the user's
// settings may stand before it.
var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) (v(\d+)\.(\d+)\S*)`)

// RequireCLI returns the CLI that TF_ACC_TERRAFORM_PATH names, else terraform or tofu of
// the PATH, and skips the test where there is none or it lacks a feature.
func RequireCLI(t *testing.T, features ...Feature) CLI {
	t.Helper()
	cli, err := findCLI()
	if err != nil {
		t.Fatal(err)
	}
	if cli.path == "" {
		t.Skip("needs terraform or tofu on the PATH, or TF_ACC_TERRAFORM_PATH")
	}
	for _, f := range features {
		if !cli.has(f) {
			openTofu := ""
			if f.openTofu > 0 {
				openTofu = " or OpenTofu 1." + strconv.Itoa(f.openTofu)
			}
			t.Skipf("needs Terraform 1.%d%s for %s: this is %s %s", f.terraform, openTofu, f.name, cli.name, cli.version)
		}
	}
	return cli
}

func (c CLI) isOpenTofu() bool { return c.name == "OpenTofu" }

func (c CLI) has(f Feature) bool {
	minor := f.terraform
	if c.isOpenTofu() {
		minor = f.openTofu
	}
	return minor > 0 && (c.major > 1 || c.minor >= minor)
}

// Test runs steps on the CLI with the provider in this process, and holds at the end that
// Atlas has no export bucket left.
func (c CLI) Test(t *testing.T, a *Atlas, steps ...resource.TestStep) {
	t.Helper()
	t.Setenv("TF_ACC_TERRAFORM_PATH", c.path)
	t.Setenv("TF_CLI_CONFIG_FILE", os.DevNull)
	if c.isOpenTofu() {
		// Its default namespace is one that the testing library does not know.
		t.Setenv("TF_ACC_PROVIDER_NAMESPACE", "hashicorp")
		t.Setenv("TF_ACC_PROVIDER_HOST", "registry.opentofu.org")
	}
	pool := atlas.NewPool(nil)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"atlasbackup": providerserver.NewProtocol6WithError(provider.New(Version, pool)()),
		},
		Steps: steps,
	})
	if left := a.ExportBuckets(ProjectID); len(left) > 0 {
		t.Errorf("Atlas still has %+v", left)
	}
}

// ProviderBlock configures the provider for an emulated Atlas.
func (a *Atlas) ProviderBlock(credential Values) string {
	block := "provider \"atlasbackup\" {\n  base_url = \"" + a.URL + "\"\n"
	for name := range credential {
		block += "  " + name + " = \"" + credential.text(name) + "\"\n"
	}
	return block + "}\n"
}
