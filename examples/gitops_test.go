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
		// The CLI breaks its lines where it likes, and draws a frame around them.
		if !strings.Contains(strings.Join(strings.Fields(frame.ReplaceAllString(out, "")), " "), fragment) {
			t.Errorf("no %q in:\n%s", fragment, out)
		}
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

	for name, c := range map[string]struct {
		change    string
		status    int
		fragments []string
	}{
		"changed in place": {`sed 's/= true/= false/' buckets.auto.tfvars >new`, 2, nil},
		"replaced": {
			`sed 's/acme-search-snapshots/acme-search-archive/' buckets.auto.tfvars >new`, 1,
			[]string{`deletes or replaces atlasbackup_export_bucket.snapshots["search"]`, "policy/allowed.auto.tfvars"},
		},
		"deleted": {
			`sed '/search = {/,/}/d' buckets.auto.tfvars >new`, 1,
			[]string{`deletes or replaces atlasbackup_export_bucket.snapshots["search"]`},
		},
		"deleted on purpose": {
			`sed '/search = {/,/}/d' buckets.auto.tfvars >new
			echo 'allowed = ["atlasbackup_export_bucket.snapshots[\"search\"]"]' >policy/allowed.auto.tfvars`, 2, nil,
		},
		"in another region than it may": {
			`sed 's/us-east-1/eu-west-1/' buckets.auto.tfvars >new`, 1,
			[]string{"The plan fails check.regions"},
		},
		"no configuration": {`echo 'buckets =' >new`, 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			script(t, w, 0, "cp buckets.auto.tfvars buckets.old; cp policy/allowed.auto.tfvars allowed.old\n"+
				c.change+"\nmv new buckets.auto.tfvars")
			script(t, w, c.status, ciPlan, c.fragments...)
			script(t, w, 0, "mv buckets.old buckets.auto.tfvars; mv allowed.old policy/allowed.auto.tfvars")
		})
	}
	script(t, w, 1, "echo '{}' >plan.json; terraform -chdir=policy plan -var plan=../plan.json", "plan.json is no plan")
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
	for command := range strings.Lines(plan + policy + apply + drift) {
		if !strings.Contains(pipeline.String(), strings.TrimSpace(command)) {
			t.Errorf("neither the workflows nor ci/plan have: %s", command)
		}
	}
}
