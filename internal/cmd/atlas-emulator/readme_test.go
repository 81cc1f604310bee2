//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// examples are the shell blocks of the README, in its order.
type examples struct {
	bearer, digest, create, seed, cluster, snapshot, jobs, paces, rateLimit, fault, faults, placeholder string
}

func readmeExamples(t *testing.T) examples {
	t.Helper()
	var e examples
	places := []*string{
		&e.bearer, &e.digest, &e.create, &e.seed, &e.cluster, &e.snapshot, &e.jobs, &e.paces, &e.rateLimit, &e.fault, &e.faults, &e.placeholder,
	}
	blocks := readmeBlocks(t, "sh")
	if len(blocks) != len(places) {
		t.Fatalf("%d examples in the README, want %d", len(blocks), len(places))
	}
	for i, block := range blocks {
		*places[i] = block
	}
	return e
}

// readmeBlocks returns the blocks of a language in the README.
func readmeBlocks(t *testing.T, language string) []string {
	t.Helper()
	var blocks []string
	for _, found := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(readme(t), -1) {
		blocks = append(blocks, found[1])
	}
	return blocks
}

func readme(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// runExample runs an example in the environment that s prints, in a directory with the README's
// seed, and returns its output.
func runExample(t *testing.T, s serving, example string, more ...string) (string, error) {
	t.Helper()
	for _, tool := range []string{"curl", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("there is no %s on this machine to run the examples with", tool)
		}
	}
	cmd := exec.Command("sh", "-eu", "-c", example)
	cmd.Dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(cmd.Dir, "shop.json"), []byte(readmeSeed(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + cmd.Dir}, more...)
	for name, value := range s.exports {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.Output()
	return string(out), err
}

// readmeSeed returns the README's only JSON.
func readmeSeed(t *testing.T) string {
	t.Helper()
	blocks := readmeBlocks(t, "json")
	if len(blocks) != 1 {
		t.Fatalf("%d seeds in the README, want 1", len(blocks))
	}
	return blocks[0]
}

// wantSilent runs an example, and ends the test when it fails or prints anything.
func wantSilent(t *testing.T, s serving, example string, more ...string) {
	t.Helper()
	if out, err := runExample(t, s, example, more...); err != nil || out != "" {
		t.Fatalf("%s\n%v: %s", example, err, out)
	}
}

// requireObject runs an example that prints a JSON object.
func requireObject(t *testing.T, s serving, example string) map[string]any {
	t.Helper()
	out, err := runExample(t, s, example)
	var object map[string]any
	if err != nil || json.Unmarshal([]byte(out), &object) != nil {
		t.Fatalf("%s\n%v: %s", example, err, out)
	}
	return object
}

// The first two have the form of the samples in the Atlas Admin API documentation.
func TestCurlExamplesOfTheReadmeWork(t *testing.T) {
	readme := readmeExamples(t)
	for example, has := range map[string]string{
		readme.bearer: `"Authorization: Bearer $ACCESS_TOKEN"`,
		readme.digest: "--digest",
		readme.create: "-X POST",
	} {
		if !strings.Contains(example, has) || !strings.Contains(example, `"Accept: application/vnd.atlas.2025-03-12+json"`) {
			t.Fatalf("no %s, or no versioned Accept, in %s", has, example)
		}
	}
	s := startServing(t)
	id := ""
	for _, want := range []float64{0, 1} {
		for _, list := range []string{readme.bearer, readme.digest} {
			answer := requireObject(t, s, list)
			if answer["totalCount"] != want {
				t.Errorf("%v export buckets, want %v", answer["totalCount"], want)
			}
			if want == 1 && answer["results"].([]any)[0].(map[string]any)["_id"] != id {
				t.Errorf("the list has %v, want %s", answer["results"], id)
			}
		}
		if want == 0 {
			id = requireObject(t, s, readme.create)["_id"].(string)
		}
	}
}

func TestFaultExamplesOfTheReadmeWork(t *testing.T) {
	readme := readmeExamples(t)
	s := startServing(t)
	requireObject(t, s, readme.fault)
	if out, err := runExample(t, s, readme.create); err == nil {
		t.Errorf("the answer came: %s", out)
	}
	if total := requireObject(t, s, readme.bearer)["totalCount"]; total != 1.0 {
		t.Errorf("%v export buckets, want the one whose answer was lost", total)
	}
	for _, want := range []string{"[1]", "[]"} { // the second run sees what the first has cleared
		var hits []any
		for _, f := range requireObject(t, s, readme.faults)["faults"].([]any) {
			hits = append(hits, f.(map[string]any)["hits"])
		}
		if fmt.Sprint(hits) != want {
			t.Errorf("hits %v, want %s", hits, want)
		}
	}
	requireObject(t, s, readme.create)
}

func TestPlaceholderExampleOfTheReadmeWorks(t *testing.T) {
	readme := readmeExamples(t)
	s := startServing(t)
	client := &http.Client{Transport: newAccountTransport(t, s)}
	requireObject(t, s, readme.placeholder)
	status, answer := send(t, client, "POST", s.url("/backup/exportBuckets"), `{"roleId":"64c0ffee00000000000000ab"}`)
	if status != http.StatusBadRequest || answer["detail"] != "Role 64c0ffee00000000000000ab does not work." {
		t.Errorf("status %d, %v", status, answer)
	}
}

func TestSeedExamplesOfTheReadmeWork(t *testing.T) {
	fromControl := startServing(t)
	wantSilent(t, fromControl, readmeExamples(t).seed)
	for _, s := range []serving{fromControl, startServing(t, "-seed", writeSeed(t, readmeSeed(t)))} {
		for path, want := range map[string]string{
			"/backup/exportBuckets":               "bucketName:my-snapshots",
			"/backup/AWS/privateEndpoints":        "status:ACTIVE",
			"/clusters/Cluster0/backup/snapshots": "frequencyType:monthly",
			"/clusters/Cluster0/backup/exports":   "state:Successful",
			"/clusters/Cluster0/backup/schedule":  "exportBucketId:64c0ffee00000000000000bb",
			"/cloudProviderAccess":                "roleId:64c0ffee00000000000000aa",
		} {
			if got := fmt.Sprint(call(t, s, "GET", s.url(path), "")); !strings.Contains(got, want) {
				t.Errorf("%s is %s, want %s", path, got, want)
			}
		}
	}
}

// A scheduled snapshot begins an automatic export, whose files are those of the README.
func TestExportExamplesOfTheReadmeWork(t *testing.T) {
	readme := readmeExamples(t)
	dir := t.TempDir()
	s := startServing(t, "-pace", "0", "-exports", dir)
	id := requireObject(t, s, readme.create)["_id"].(string)
	wantSilent(t, s, readme.cluster, "bucket="+id)
	snapshot := requireObject(t, s, readme.snapshot)
	jobs := requireObject(t, s, readme.jobs)["results"].([]any)
	if len(jobs) != 1 {
		t.Fatalf("jobs %v, want one", jobs)
	}
	job := jobs[0].(map[string]any)
	if job["state"] != "Successful" || job["exportBucketId"] != id || job["snapshotId"] != snapshot["id"] {
		t.Errorf("job %v of snapshot %v", job, snapshot)
	}

	layout := readmeBlocks(t, "text")[0]
	isTime := regexp.MustCompile(`^([0-9]{10}|[0-9-]{10}T[0-9]{4})$`)
	files := 0
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		if entry.IsDir() {
			name += "/"
		} else {
			files++
		}
		if path != "." && !isTime.MatchString(entry.Name()) && !strings.Contains(layout, " "+name+" ") && !strings.Contains(layout, " "+name+"\n") {
			t.Errorf("the README does not have %s", path)
		}
		return err
	})
	if err != nil || files != 6 {
		t.Errorf("%d files, %v, want 6", files, err)
	}
}

func TestPaceExampleOfTheReadmeWorks(t *testing.T) {
	s := startServing(t)
	got := fmt.Sprint(requireObject(t, s, readmeExamples(t).paces)["exportJobs"])
	if got != "map[inProgress:1m0s message:The bucket does not exist. outcome:Failed queued:0s]" {
		t.Errorf("export jobs have the pace %s", got)
	}
}

func TestRateLimitExampleOfTheReadmeWorks(t *testing.T) {
	readme := readmeExamples(t)
	s := startServing(t)
	wantSilent(t, s, readme.rateLimit)
	for _, want := range []any{nil, nil, 429.0} {
		if answer := requireObject(t, s, readme.digest); answer["error"] != want {
			t.Errorf("error %v, want %v", answer, want)
		}
	}
}

func TestClusterExampleOfTheReadmeWorks(t *testing.T) {
	readme := readmeExamples(t)
	s := startServing(t)
	id := requireObject(t, s, readme.create)["_id"].(string)
	wantSilent(t, s, readme.cluster, "bucket="+id)
	if export := call(t, s, "GET", s.url("/clusters/Cluster0/backup/schedule"), "")["export"]; export.(map[string]any)["exportBucketId"] != id {
		t.Errorf("the cluster exports to %v, want %s", export, id)
	}
}

func TestReadmeHasEveryVariableOfTheCommand(t *testing.T) {
	for _, variable := range connection("", "") {
		if name, _, _ := strings.Cut(variable, "="); !strings.Contains(readme(t), "`"+name+"`") {
			t.Errorf("no `%s` in the README", name)
		}
	}
}

func TestReadmeHasEveryFlag(t *testing.T) {
	for _, name := range regexp.MustCompile(`(?m)^  (-[a-z-]+)`).FindAllStringSubmatch(runProgram(nil, "-h").stdout, -1) {
		if !strings.Contains(readme(t), "\n| `"+name[1]+"` |") {
			t.Errorf("no %s in the README", name[1])
		}
	}
}

func TestReadmeHasEveryPreset(t *testing.T) {
	var table strings.Builder
	for _, preset := range emulator.Presets() {
		_, _ = fmt.Fprintf(&table, "| `%s` | %s |\n", preset.Name, preset.About)
	}
	if !strings.Contains(readme(t), "|---|---|\n"+table.String()+"\n") {
		t.Errorf("the README's presets are not\n%s", table.String())
	}
}

// Every value has a preset.
func TestReadmeHasEveryValueOfAField(t *testing.T) {
	for _, preset := range emulator.Presets() {
		fault := preset.Fault
		for field, value := range map[string]string{"break": fault.Break, "list": fault.List, "answer": fault.Answer} {
			row := regexp.MustCompile("(?m)^\\| `" + field + "` \\|.*$").FindString(readme(t))
			if value != "" && !strings.Contains(row, "`"+value+"`") {
				t.Errorf("no `%s` in the README's row %q", value, row)
			}
		}
	}
}

func TestReadmeHasEveryFieldOfAFault(t *testing.T) {
	for field := range reflect.TypeFor[emulator.Fault]().Fields() {
		name := strings.ToLower(field.Name[:1]) + field.Name[1:]
		if !strings.Contains(readme(t), "`"+name+"`") {
			t.Errorf("no `%s` in the README", name)
		}
	}
}

func TestReadmeHasEveryFieldOfASeed(t *testing.T) {
	for row, object := range map[string]reflect.Type{
		"project":          reflect.TypeFor[emulator.ProjectNames](),
		"access role":      reflect.TypeFor[emulator.AccessRole](),
		"export bucket":    reflect.TypeFor[emulator.ExportBucket](),
		"private endpoint": reflect.TypeFor[emulator.PrivateEndpoint](),
		"snapshot":         reflect.TypeFor[emulator.Snapshot](),
		"export job":       reflect.TypeFor[emulator.ExportJob](),
	} {
		line := regexp.MustCompile("(?m)^\\| " + row + " \\|.*$").FindString(readme(t))
		for field := range object.Fields() {
			if name := jsonName(field); !strings.Contains(line, "`"+name+"`") {
				t.Errorf("no `%s` in the README's row %q", name, line)
			}
		}
	}
	_, clusters, _ := strings.Cut(readme(t), "\n## Clusters\n")
	for field := range reflect.TypeFor[emulator.Cluster]().Fields() {
		if name := jsonName(field); !regexp.MustCompile("(?m)^\\| .*`" + name + "`.* \\|").MatchString(clusters) {
			t.Errorf("no `%s` among the fields of a cluster", name)
		}
	}
}

// jsonName returns the name of a field in JSON.
func jsonName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}
