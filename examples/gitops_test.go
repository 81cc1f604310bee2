package examples_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const gitopsGuide = "../templates/guides/gitops.md"

var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// commands returns the four that the guide on GitOps has.
func commands(t *testing.T) (plan, policy, apply, drift string) {
	t.Helper()
	guide, err := os.ReadFile(gitopsGuide)
	if err != nil {
		t.Fatal(err)
	}
	blocks := names(shellBlock, string(guide))
	if len(blocks) != 4 {
		t.Fatalf("the guide has the commands %q, want plan, policy, apply and drift", blocks)
	}
	return blocks[0], blocks[1], blocks[2], blocks[3]
}

// script runs one, and wants its exit status.
func script(t *testing.T, w *acctest.Workspace, want int, text string, fragments ...string) {
	t.Helper()
	status, out := w.Script(t, text)
	if status != want {
		t.Fatalf("exit status %d, want %d:\n%s\n%s", status, want, text, out)
	}
	for _, fragment := range fragments {
		requireFragment(t, out, fragment)
	}
}

// requireFragment looks for a fragment in what a CLI printed. The CLI breaks its lines where it likes,
// and draws a frame around them.
func requireFragment(t *testing.T, out, fragment string) {
	t.Helper()
	if !strings.Contains(strings.Join(strings.Fields(frame.ReplaceAllString(out, "")), " "), fragment) {
		t.Errorf("no %q in:\n%s", fragment, out)
	}
}

var frame = regexp.MustCompile("\x1b\\[[0-9;]*m|[│╷╵]")

func TestCLICommandsOfTheGuideOnGitOps(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	w := workspace(t, cli, atlas, "gitops")
	plan, policy, apply, drift := commands(t)

	script(t, w, 2, plan)
	script(t, w, 0, policy)
	script(t, w, 0, "cp tfplan stale")
	script(t, w, 0, apply)
	script(t, w, 1, strings.ReplaceAll(apply, "tfplan", "stale"), "is stale")
	held := atlas.ExportBuckets(acctest.ProjectID)
	if len(held) != 2 {
		t.Fatalf("Atlas holds %+v, want two buckets", held)
	}
	script(t, w, 0, plan)
	script(t, w, 0, drift)

	// A credential that may only read is enough for these.
	reader := "export MONGODB_ATLAS_CLIENT_ID=" + acctest.ReadOnly["client_id"].(string) +
		" MONGODB_ATLAS_CLIENT_SECRET=" + acctest.ReadOnly["client_secret"].(string) + "\n"
	script(t, w, 0, reader+plan)
	script(t, w, 0, reader+drift)

	atlas.RemoveExportBucket(acctest.ProjectID, held[0].ID)
	script(t, w, 2, drift)
	script(t, w, 2, plan)
	script(t, w, 0, policy)
	script(t, w, 0, apply)
	script(t, w, 0, drift)
}

func TestCLIPolicyRefusesALostBucket(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	w := workspace(t, cli, atlas, "gitops")
	const ciPlan = "bash ci/plan"
	script(t, w, 2, ciPlan)
	script(t, w, 0, "terraform apply tfplan")
	script(t, w, 0, ciPlan)

	const search = `atlasbackup_export_bucket.snapshots["search"]`
	allow := func(teams ...string) string {
		return `echo 'allowed = [` + addresses(teams) + `]' >policy/allowed.auto.tfvars`
	}
	const forget = `echo 'removed {
		from = atlasbackup_export_bucket.snapshots
		lifecycle {
			destroy = false
		}
	}' >main.tf`
	script(t, w, 0, "mkdir -p saved/policy; cp main.tf buckets.auto.tfvars saved; cp policy/allowed.auto.tfvars saved/policy")
	for name, c := range map[string]struct {
		change    string
		status    int
		fragments []string
	}{
		"changed in place": {"sed -i.old 's/= true/= false/' buckets.auto.tfvars", 2, nil},
		"replaced": {
			"sed -i.old 's/acme-search-snapshots/acme-search-archive/' buckets.auto.tfvars", 1,
			[]string{"deletes or replaces " + search, "policy/allowed.auto.tfvars"},
		},
		"deleted":            {"sed -i.old '/search = {/,/}/d' buckets.auto.tfvars", 1, []string{"deletes or replaces " + search}},
		"deleted on purpose": {"sed -i.old '/search = {/,/}/d' buckets.auto.tfvars\n" + allow("search"), 2, nil},
		"forgotten": {
			forget, 1,
			[]string{`forgets atlasbackup_export_bucket.snapshots["payments"], ` + search, "policy/allowed.auto.tfvars"},
		},
		"forgotten, with an exception for another": {forget + "\n" + allow("payments"), 1, []string{"forgets " + search}},
		"forgotten on purpose":                     {forget + "\n" + allow("payments", "search"), 2, nil},
		"in another region than it may": {
			"sed -i.old 's/us-east-1/eu-west-1/' buckets.auto.tfvars", 1,
			[]string{"The plan fails check.regions"},
		},
		"no configuration": {"echo 'buckets =' >buckets.auto.tfvars", 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			script(t, w, 0, "cp -R saved/* .\n"+c.change)
			script(t, w, c.status, ciPlan, c.fragments...)
		})
	}
	script(t, w, 1, "echo '{}' >plan.json; terraform -chdir=policy plan -var plan=../plan.json", "plan.json is not a plan")
}

// addresses are those of the export buckets of teams, as policy/allowed.auto.tfvars writes them.
func addresses(teams []string) string {
	var quoted []string
	for _, team := range teams {
		quoted = append(quoted, `"atlasbackup_export_bucket.snapshots[\"`+team+`\"]"`)
	}
	return strings.Join(quoted, ", ")
}

func TestCLIWorkflowsPlanApplyAndFindDrift(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	r := newGitopsRepository(t, cli, atlas)
	requireBuckets := func(want int) {
		t.Helper()
		if held := atlas.ExportBuckets(acctest.ProjectID); len(held) != want {
			t.Fatalf("Atlas has %+v, want %d buckets", held, want)
		}
	}

	r.installGo(t)
	r.succeed(t, "pull-request.yml", "emulator", "2 passed, 0 failed")
	requireBuckets(0)

	r.use(acctest.ReadOnly)
	r.succeed(t, "pull-request.yml", "plan", "2 to add, 0 to change, 0 to destroy")

	r.use(acctest.ServiceAccount)
	r.succeed(t, "apply.yml", "apply", "2 added, 0 changed, 0 destroyed")
	requireBuckets(2)
	if out := r.succeed(t, "apply.yml", "apply", "No changes"); strings.Contains(out, "Apply complete!") {
		t.Errorf("there is nothing to apply:\n%s", out)
	}
	r.succeed(t, "drift.yml", "drift", "Atlas, the state and the configuration are equal")

	script(t, r.Workspace, 0, "cp buckets.auto.tfvars saved; sed -i.old 's/= true/= false/' buckets.auto.tfvars")
	if out := r.fail(t, "drift.yml", "drift", "NOT APPLIED:"); strings.Contains(out, "DRIFT:") || strings.Contains(out, "REJECTED:") {
		t.Errorf("only the configuration is not applied:\n%s", out)
	}
	script(t, r.Workspace, 0, "mv saved buckets.auto.tfvars")

	for _, bucket := range atlas.ExportBuckets(acctest.ProjectID) {
		if bucket.BucketName == "acme-payments-snapshots" {
			atlas.RemoveExportBucket(acctest.ProjectID, bucket.ID)
		}
	}
	r.fail(t, "drift.yml", "drift", "DRIFT:", "NOT APPLIED:")
	script(t, r.Workspace, 0, "cp buckets.auto.tfvars saved; sed -i.old '/search = {/,/}/d' buckets.auto.tfvars")
	r.fail(t, "drift.yml", "drift", "DRIFT:", "REJECTED:", `deletes or replaces atlasbackup_export_bucket.snapshots["search"]`)
	script(t, r.Workspace, 0, "mv saved buckets.auto.tfvars")
	r.succeed(t, "apply.yml", "apply", "1 added, 0 changed, 0 destroyed")

	script(t, r.Workspace, 0, "sed -i.old '/search = {/,/}/d' buckets.auto.tfvars")
	for workflow, job := range map[string]string{"pull-request.yml": "plan", "apply.yml": "apply"} {
		r.fail(t, workflow, job, `deletes or replaces atlasbackup_export_bucket.snapshots["search"]`)
	}
	requireBuckets(2)
	script(t, r.Workspace, 0, "echo 'allowed = ["+addresses([]string{"search"})+"]' >policy/allowed.auto.tfvars")
	r.succeed(t, "apply.yml", "apply", "0 added, 0 changed, 1 destroyed")
	requireBuckets(1)

	script(t, r.Workspace, 0, "echo 'buckets =' >buckets.auto.tfvars")
	if out := r.fail(t, "drift.yml", "drift", "Invalid expression"); strings.Contains(out, "DRIFT:") || strings.Contains(out, "REJECTED:") {
		t.Errorf("the first plan has failed:\n%s", out)
	}
}

// The two scripts run the CLI that TF_CLI names, wherever they are run.
func TestCLIScriptsOfThePipelineRunTheNamedCLI(t *testing.T) {
	cli := acctest.RequireCLI(t)
	w := workspace(t, cli, acctest.StartAtlas(t, emulator.Options{}), "gitops")
	w.Write(t, "named", "#!/bin/sh\necho \"$@\" >>calls\nexec terraform \"$@\"\n")
	script(t, w, 0, "chmod +x named ci/plan")
	script(t, w, 1, "export TF_CLI=$PWD/named\ncd policy\nbash ../ci/drift", "NOT APPLIED:")
	_, out := w.Script(t, "cut -d' ' -f1-2 calls")
	if want := "plan -input=false\nplan -input=false\nshow -json\n-chdir=policy plan\n"; out != want {
		t.Errorf("the scripts have called\n%s\nwant\n%s", out, want)
	}
}

var relativeLink = regexp.MustCompile(`\]\(([^):]+)\)`)

// The directory is copied without the rest of the repository.
func TestLinksOfTheGitOpsExampleStayInIt(t *testing.T) {
	files := read(t, "gitops")
	for name, text := range files {
		for _, target := range names(relativeLink, text) {
			if _, ok := files[target]; !ok {
				t.Errorf("gitops/%s links to %s, which is not in the directory", name, target)
			}
		}
	}
}

var timestamp = regexp.MustCompile(`"timestamp":"[^"]*"`)

func TestCLIAPlanIsTheSameByteForByte(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	w := workspace(t, cli, atlas, "gitops")
	twice := func(what string) {
		t.Helper()
		var plans [2]string
		for i := range plans {
			w.Run(t, "plan", "-out=tfplan")
			plans[i] = timestamp.ReplaceAllString(w.Run(t, "show", "-json", "tfplan"), "")
		}
		if !strings.Contains(plans[0], "acme-payments-snapshots") {
			t.Fatalf("%s: no plan:\n%s", what, plans[0])
		}
		if plans[0] != plans[1] {
			t.Errorf("%s: two plans differ:\n%s\n%s", what, plans[0], plans[1])
		}
	}
	twice("of what is not there")
	w.Run(t, "apply", "-auto-approve")
	twice("of what is there")
	held := atlas.ExportBuckets(acctest.ProjectID)
	atlas.RemoveExportBucket(acctest.ProjectID, held[0].ID)
	twice("of what is gone")
}

func TestPipelineRunsTheCommandsOfTheGuide(t *testing.T) {
	var pipeline strings.Builder
	for name, text := range read(t, "gitops") {
		if strings.HasSuffix(name, ".yml") || strings.HasPrefix(name, "ci/") {
			pipeline.WriteString(text)
		}
	}
	plan, policy, apply, drift := commands(t)
	has := strings.ReplaceAll(pipeline.String(), `"$cli"`, "terraform")
	for command := range strings.Lines(plan + policy + apply + drift) {
		if !strings.Contains(has, strings.TrimSpace(command)) {
			t.Errorf("neither the workflows nor ci/ have: %s", command)
		}
	}
}
