package examples_test

import (
	"archive/zip"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	emulatorGuide   = "../templates/guides/testing-with-the-emulator.md"
	credentialGuide = "../templates/guides/authentication.md"
	importGuide     = "../templates/guides/import.md"
	migrationGuide  = "../templates/guides/migrate-from-mongodbatlas.md"
)

// block returns the one block of a language that a guide has.
func block(t *testing.T, guide, language string) string {
	t.Helper()
	return blocks(t, guide, language, 1)[0]
}

// blocks returns as many blocks of a language as a guide has.
func blocks(t *testing.T, guide, language string, want int) []string {
	t.Helper()
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	found := names(regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$"), string(text))
	if len(found) != want {
		t.Fatalf("%s has %d blocks of %s, want %d", guide, len(found), language, want)
	}
	return found
}

func TestCLIModuleTestOfTheGuidePasses(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	files := map[string]string{
		"main.tf":                read(t, "testing")["main.tf"],
		"tests/guide.tftest.hcl": block(t, emulatorGuide, "hcl"),
	}
	w := acctest.NewWorkspace(t, cli, files, environment(atlas)...)
	script(t, w, 0, "terraform test -no-color", "1 passed, 0 failed")

	text, err := os.ReadFile(emulatorGuide)
	if err != nil {
		t.Fatal(err)
	}
	given := regexp.MustCompile(`atlas-emulator -fault '(.*)' -- terraform test`).FindSubmatch(text)
	if given == nil {
		t.Fatalf("%s has no fault", emulatorGuide)
	}
	fault, err := emulator.ParseFault(given[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := atlas.AddFault(fault); err != nil {
		t.Fatal(err)
	}
	script(t, w, 0, "terraform test -no-color", "1 passed, 0 failed")
	if hits := atlas.Faults()[0].Hits; hits != 1 {
		t.Errorf("the fault has hit %d requests, want 1", hits)
	}
	if held := atlas.ExportBuckets(acctest.ProjectID); len(held) != 0 {
		t.Errorf("Atlas still holds %+v", held)
	}
}

// seedOfTheGuide returns it for another project than that of the emulator's program.
func seedOfTheGuide(t *testing.T) []byte {
	t.Helper()
	seed := block(t, emulatorGuide, "json")
	const project = `"id": "64c0ffee64c0ffee64c0ffee"`
	if strings.Count(seed, project) != 1 {
		t.Fatalf("the seed is not for the project of the program: %s", seed)
	}
	return []byte(strings.Replace(seed, project, `"id": "`+acctest.ProjectID+`"`, 1))
}

func TestSeedOfTheGuideHasClustersWithExports(t *testing.T) {
	atlas, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := atlas.Seed(seedOfTheGuide(t)); err != nil {
		t.Fatal(err)
	}
	held := atlas.ExportBuckets(acctest.ProjectID)
	if len(held) != 1 {
		t.Fatalf("Atlas holds %+v", held)
	}
	for cluster, age := range map[string]time.Duration{"orders": 5 * time.Hour, "payments": 40 * 24 * time.Hour} {
		jobs := atlas.ExportJobs(acctest.ProjectID, cluster)
		if len(jobs) != 1 || time.Since(jobs[0].FinishedAt).Round(time.Hour) != age || atlas.AutoExport(acctest.ProjectID, cluster) != held[0].ID {
			t.Errorf("the jobs of %s are %+v, and it exports to %q", cluster, jobs, atlas.AutoExport(acctest.ProjectID, cluster))
		}
	}
}

func TestCLICheckFindsTheOldExportOfTheSeed(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	if err := atlas.Seed(seedOfTheGuide(t)); err != nil {
		t.Fatal(err)
	}
	check := readGuideBlocks(t).check
	w := acctest.NewWorkspace(t, cli, map[string]string{"check.tf": check, "around.tf": around(check)}, environment(atlas)...)
	if out := w.Run(t, "plan", "-no-color"); !strings.Contains(out, "No export of the last 32 days: payments.") {
		t.Errorf("the check does not report payments, and no other cluster:\n%s", out)
	}
}

// toImport is a workspace with nothing but the provider, for a project with that many export
// buckets on AWS besides the guide's two, and one on each other cloud.
func toImport(t *testing.T, cli acctest.CLI, others int) *acctest.Workspace {
	t.Helper()
	atlas := acctest.StartAtlas(t, emulator.Options{})
	put := func(team, id string) {
		atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{
			ID: id, CloudProvider: "AWS", BucketName: "acme-" + team + "-snapshots", IAMRoleID: acctest.IAMRoleID,
		})
	}
	for i := range others {
		put(strconv.Itoa(i), "")
	}
	put("payments", "65b2f1d09b3d0e4c5a6f7081")
	put("search", "")
	atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{
		CloudProvider: "AZURE", BucketName: "snapshots", RoleID: acctest.RoleID, ServiceURL: "https://acme.blob.core.windows.net",
	})
	atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{CloudProvider: "GCP", BucketName: "snapshots", RoleID: acctest.RoleID})
	return acctest.NewWorkspace(t, cli, map[string]string{"main.tf": around("")}, environment(atlas)...)
}

func TestCLIQueryOfTheGuideFindsAndImports(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.Query)
	w := toImport(t, cli, 600) // more than a page
	lists := blocks(t, importGuide, "hcl", 2)
	w.Write(t, "find.tfquery.hcl", lists[0])
	if out := w.Run(t, "query", "-no-color"); strings.Count(out, "AWS acme-") != 602 {
		t.Errorf("it finds %d export buckets, want 602:\n%s", strings.Count(out, "AWS acme-"), out)
	}
	w.Write(t, "find.tfquery.hcl", lists[1])
	script(t, w, 0, "terraform query -generate-config-out=export_buckets.tf\n"+removeNull(t))
	script(t, w, 0, "terraform plan -no-color && terraform apply -auto-approve -no-color", "2 to import, 0 to add, 0 to change, 0 to destroy")
	script(t, w, 0, "rm find.tfquery.hcl && terraform state list && terraform plan -detailed-exitcode", "atlasbackup_export_bucket.payments_0", "atlasbackup_export_bucket.search_0")
}

func TestCLIImportBlocksOfTheGuideImport(t *testing.T) {
	cli := acctest.RequireCLI(t)
	w := toImport(t, cli, 10)
	parts := blocks(t, importGuide, "terraform", 5)
	w.Write(t, "find.tf", parts[0])
	script(t, w, 0, "terraform plan -no-color", `"65b2f1d09b3d0e4c5a6f7081" = "acme-payments-snapshots"`)
	w.Write(t, "import.tf", parts[1])
	const generate = "terraform plan -no-color -generate-config-out=export_buckets.tf"
	if _, out := w.Script(t, generate); strings.Contains(out, "hashicorp/atlasbackup") {
		t.Skip("this Terraform has hashicorp/terraform#39144, of which the guide warns")
	}
	const imported = "1 to import, 0 to add, 0 to change, 0 to destroy"
	script(t, w, 0, "grep -q '= null' export_buckets.tf && terraform plan -no-color", imported)
	script(t, w, 0, removeNull(t)+"! grep null export_buckets.tf && terraform plan -no-color", imported)
	script(t, w, 0, "terraform apply -auto-approve -no-color && rm import.tf && terraform plan -detailed-exitcode")
}

// removeNull is the guide's script on generated configuration.
func removeNull(t *testing.T) string {
	t.Helper()
	return blocks(t, importGuide, "sh", 2)[0]
}

func TestCLIForEachOfTheGuideImportsEveryExportBucket(t *testing.T) {
	cli := acctest.RequireCLI(t)
	w := toImport(t, cli, 10)
	parts := blocks(t, importGuide, "terraform", 5)
	w.Write(t, "import.tf", parts[2])
	w.Write(t, "export_buckets.tf", parts[3])
	script(t, w, 0, blocks(t, importGuide, "sh", 2)[1], "14 imported, 0 added, 0 changed, 0 destroyed")

	w.Write(t, "export_buckets.tf", strings.Replace(parts[3], "local.buckets", "var.buckets", 1)+parts[4])
	script(t, w, 0, "rm import.tf\nterraform plan -no-color -out=tfplan", "without changing any real infrastructure")
	script(t, w, 0, "terraform apply tfplan\nterraform plan -no-color -detailed-exitcode", "No changes")

	text, err := os.ReadFile(migrationGuide)
	if err != nil {
		t.Fatal(err)
	}
	console := regexp.MustCompile(`(?m)^echo .* \| terraform console$`).Find(text)
	script(t, w, 0, strings.Replace(string(console), ".by_region ", ".all ", 1), `"65b2f1d09b3d0e4c5a6f7081" = "65b2f1d09b3d0e4c5a6f7081"`)
}

func TestCLIEphemeralTokenOfTheGuideAppliesASavedPlan(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.Ephemeral)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	token := acctest.AccessToken["access_token"].(string)
	files := read(t, "resources/atlasbackup_export_bucket")
	main := blocks(t, credentialGuide, "terraform", 3)[1] + strings.ReplaceAll(files["resource_aws.tf"],
		"mongodbatlas_cloud_provider_access_authorization.aws.role_id", `"`+acctest.IAMRoleID+`"`)
	w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": main, "around.tf": around(main)},
		"MONGODB_ATLAS_BASE_URL="+atlas.URL, "TF_VAR_project_id="+acctest.ProjectID, "TF_VAR_atlas_access_token="+token)
	script(t, w, 0, "terraform plan -out=tfplan && terraform apply tfplan", "1 added, 0 changed, 0 destroyed")
	script(t, w, 0, "terraform plan -detailed-exitcode", "No changes")
	script(t, w, 1, "terraform show -json tfplan | cat - terraform.tfstate | grep "+token)
}

func TestCLIHalfACredentialWithoutAProviderBlockGivesTheErrorsOfTheGuide(t *testing.T) {
	cli := acctest.RequireCLI(t)
	main := strings.Replace(around("var.project_id"), `provider "atlasbackup" {}`, "", 1) +
		"resource \"atlasbackup_export_bucket\" \"snapshots\" {\n  project_id = var.project_id\n" + importedArguments["atlasbackup_export_bucket"] + "}\n"
	w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": main}, "TF_VAR_project_id="+acctest.ProjectID, "MONGODB_ATLAS_CLIENT_ID=id")
	script(t, w, 0, "terraform validate")
	guide, err := os.ReadFile("../templates/guides/errors.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, fragment := range []string{"requires explicit configuration", "Missing client_secret"} {
		script(t, w, 1, "terraform plan -no-color", fragment)
		requireFragment(t, string(guide), fragment)
	}
}

// The archive of a release has the provider under a name with the version.
func TestCLIArchiveOfAReleaseInstallsAsTheIndexSays(t *testing.T) {
	cli := acctest.RequireCLI(t)
	dir := t.TempDir()
	acctest.Build(t, dir)
	program, err := os.ReadFile(filepath.Join(dir, "terraform-provider-atlasbackup"))
	if err != nil {
		t.Fatal(err)
	}
	install, settings := block(t, index, "sh"), blocks(t, index, "text", 2)
	platform := runtime.GOOS + "_" + runtime.GOARCH
	w := acctest.NewWorkspace(t, cli, map[string]string{
		"main.tf":           around(""),
		"mirror":            settings[0],
		"development":       settings[1],
		"unpacked/" + named: string(program),
		"terraform-provider-atlasbackup_0.1.0_" + platform + ".zip": archive(t, named, program),
	}, "TF_CLI_CONFIG_FILE="+os.DevNull)

	install = strings.ReplaceAll(install, "linux_amd64", platform)
	script(t, w, 0, "chmod +x unpacked/*\n"+install+strings.ReplaceAll(install, "registry.terraform.io", "registry.opentofu.org"))
	const use = "terraform init && terraform validate\nrm -r .terraform .terraform.lock.hcl\n"
	script(t, w, 0, use, "Installed atlasbackup/atlasbackup v0.1.0")

	script(t, w, 0, `mv "$HOME/.terraform.d/plugins" providers
		sed "s|/opt/providers|$PWD/providers|" mirror >cli.tfrc
		export TF_CLI_CONFIG_FILE=$PWD/cli.tfrc
		`+use, "Installed atlasbackup/atlasbackup v0.1.0")

	script(t, w, 0, `rm -r providers
		sed "s|/opt/atlasbackup|$PWD/unpacked|" development >cli.tfrc
		export TF_CLI_CONFIG_FILE=$PWD/cli.tfrc
		terraform validate`, "Provider development overrides are in effect")
}

const (
	index = "../templates/index.md.tmpl"
	named = "terraform-provider-atlasbackup_v0.1.0"
)

// archive returns a zip with one program.
func archive(t *testing.T, name string, program []byte) string {
	t.Helper()
	var text strings.Builder
	writer := zip.NewWriter(&text)
	header := &zip.FileHeader{Name: name, Method: zip.Store}
	header.SetMode(0o755)
	file, err := writer.CreateHeader(header)
	if err == nil {
		_, err = file.Write(program)
	}
	if err := errors.Join(err, writer.Close()); err != nil {
		t.Fatal(err)
	}
	return text.String()
}
