package examples_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	restoredCluster = "payments"
	exportedBucket  = "acme-atlas-snapshots"
	// connectionString has characters that the shell and YAML treat in their own ways.
	connectionString = `mongodb+srv://restore:it's$HOME%20"#@cluster0.example.mongodb.net`
)

// fakeTool writes down its arguments, its input, its configuration and the files of its --dir, in a
// directory with a number.
const fakeTool = `#!/usr/bin/env bash
set -euo pipefail
shopt -s nullglob
calls=("$RECORD"/*)
call=$RECORD/${#calls[@]}
mkdir "$call"
printf '%s\0' "${0##*/}" "$@" >"$call/arguments"
for argument in "$@"; do
  case $argument in
  --config=*) cp -- "${argument#*=}" "$call/config" ;;
  --dir=*) cp -R -- "${argument#*=}" "$call/files" ;;
  esac
done
[[ $0 != *mongoimport ]] || cat >"$call/input"
[[ ${FAIL-} != "${#calls[@]}" ]]
`

// fakeClouds are the CLIs of the clouds, whose buckets are directories in $BUCKETS. They take the
// arguments of the scripts and no others.
var fakeClouds = map[string]string{
	"aws": `#!/usr/bin/env bash
set -euo pipefail
local_path() { printf '%s' "$BUCKETS/${1#s3://}"; }
case "$*" in
"s3 ls "*) [[ -f $(local_path "$3") ]] ;;
"s3 sync --only-show-errors --exclude .complete "*) mkdir -p "$7" && cp -R "$(local_path "$6")." "$7" && rm "$7/.complete" ;;
"s3 cp --only-show-errors "*) cp "$(local_path "$4")" "$5" ;;
*) exit 64 ;;
esac
`,
	"gcloud": `#!/usr/bin/env bash
set -euo pipefail
local_path() { printf '%s' "$BUCKETS/${1#gs://}"; }
case "$*" in
"storage ls "*) [[ -f $(local_path "$3") ]] ;;
"storage rsync --recursive --exclude=^\.complete$ "*) [[ -d $6 ]] && cp -R "$(local_path "$5")/." "$6" && rm "$6/.complete" ;;
"storage cp "*) cp "$(local_path "$3")" "$4" ;;
*) exit 64 ;;
esac
`,
	"az": `#!/usr/bin/env bash
set -euo pipefail
[[ $* == "storage blob "*" --account-name acmebackups --auth-mode login --output none "* ]] || exit 64
command=$3
shift 9
case "$command $*" in
"show --container-name "*" --name "*) [[ -f $BUCKETS/$2/$4 ]] ;;
"download-batch --source "*" --pattern "*" --destination "*" --overwrite true")
  [[ -d $6 ]] && cd "$BUCKETS/$2"
  find . -type f -path "./$4" -exec sh -c 'mkdir -p "$2/${1%/*}" && cp "$1" "$2/$1"' _ {} "$6" ';' ;;
"download --container-name "*" --name "*" --file "*) cp "$BUCKETS/$2/$4" "$6" ;;
*) exit 64 ;;
esac
`,
}

// restoreTools has the fake programs on its PATH.
type restoreTools struct{ record, path string }

func newRestoreTools(t *testing.T) restoreTools {
	t.Helper()
	tools := restoreTools{t.TempDir(), t.TempDir()}
	for name, text := range map[string]string{
		"mongoimport": fakeTool, "mongorestore": fakeTool, "aws": fakeClouds["aws"], "gcloud": fakeClouds["gcloud"], "az": fakeClouds["az"],
	} {
		if err := os.WriteFile(filepath.Join(tools.path, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return tools
}

// run runs a script of examples/restore in an empty directory, and returns its exit status, what it
// printed, and the names that it left in that directory and in that of temporary files.
func (r restoreTools) run(t *testing.T, env []string, script string, arguments ...string) (status int, out string, left []string) {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("restore", script))
	if err != nil {
		t.Fatal(err)
	}
	return r.exec(t, t.TempDir(), env, path, arguments...)
}

// exec is run for any program in a directory.
func (r restoreTools) exec(t *testing.T, dir string, env []string, program string, arguments ...string) (status int, out string, left []string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, arguments...)
	cmd.Dir = dir
	temporary := t.TempDir()
	cmd.Env = append(os.Environ(), "PATH="+r.path+string(os.PathListSeparator)+os.Getenv("PATH"), "RECORD="+r.record, "TMPDIR="+temporary)
	cmd.Env = append(cmd.Env, env...)
	text, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	for _, dir := range []string{cmd.Dir, temporary} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			left = append(left, entry.Name())
		}
	}
	return cmd.ProcessState.ExitCode(), string(text), left
}

// restore runs restore.sh for a directory.
func (r restoreTools) restore(t *testing.T, dir string, env ...string) (status int, out string) {
	t.Helper()
	status, out, left := r.run(t, append(env, "MONGODB_URI="+connectionString), "restore.sh", dir)
	if len(left) != 0 {
		t.Errorf("it left %q", left)
	}
	return status, out
}

// toolCall is a call of mongoimport or mongorestore.
type toolCall struct {
	arguments     []string // without the path of the configuration and of the files
	config, input string
	files         map[string]string
}

func (r restoreTools) calls(t *testing.T) []toolCall {
	t.Helper()
	var calls []toolCall
	for number := 0; ; number++ {
		dir := filepath.Join(r.record, strconv.Itoa(number))
		if _, err := os.Stat(dir); err != nil {
			return calls
		}
		recorded := read(t, dir)
		call := toolCall{config: recorded["config"], input: recorded["input"], files: map[string]string{}}
		for argument := range strings.SplitSeq(strings.TrimSuffix(recorded["arguments"], "\x00"), "\x00") {
			if !strings.HasPrefix(argument, "--config=") && !strings.HasPrefix(argument, "--dir=") {
				call.arguments = append(call.arguments, argument)
			}
		}
		for name, text := range recorded {
			if file, ok := strings.CutPrefix(name, "files/"); ok {
				call.files[file] = text
			}
		}
		calls = append(calls, call)
	}
}

// imports returns what mongoimport got for each collection, in any order of its files.
func imports(t *testing.T, calls []toolCall) map[string][]string {
	t.Helper()
	got := map[string][]string{}
	for _, call := range calls {
		if call.arguments[0] != "mongoimport" {
			continue
		}
		if len(call.arguments) != 6 || !slices.Equal(call.arguments[3:], []string{"--mode=upsert", "--stopOnError", "--bypassDocumentValidation"}) {
			t.Errorf("mongoimport with %q", call.arguments)
		}
		name := strings.TrimPrefix(call.arguments[1], "--db=") + " " + strings.TrimPrefix(call.arguments[2], "--collection=")
		got[name] = append(got[name], strings.Split(strings.TrimSuffix(call.input, "\n"), "\n")...)
	}
	return got
}

// exportCluster exports a snapshot of a cluster of the emulator into a directory of buckets, and
// returns the prefix of the export.
func exportCluster(t *testing.T, buckets, clusterType string, paces emulator.Paces) string {
	t.Helper()
	return exportClusterTo(t, buckets, clusterType, "", paces)
}

// exportClusterTo is exportCluster with a prefix, or "" for that of the emulator.
func exportClusterTo(t *testing.T, buckets, clusterType, prefix string, paces emulator.Paces) string {
	t.Helper()
	const project, bucket, snapshot = "64c0ffee64c0ffee64c0ffee", "64c0ffee00000000000000bb", "64c0ffee00000000000000ee"
	atlas, err := emulator.New(emulator.Options{ExportsDir: buckets, Paces: &paces})
	if err != nil {
		t.Fatal(err)
	}
	if err := atlas.Seed(fmt.Appendf(nil, `{"projects": [{
		"id": %q, "projectName": "Shop", "orgName": "ACME",
		"exportBuckets": [{"_id": %q, "cloudProvider": "AWS", "bucketName": %q, "iamRoleId": "64c0ffee00000000000000aa"}],
		"clusters": [{"name": %q, "clusterType": %q, "collections": 3, "snapshots": [{"id": %q}]}]
	}]}`, project, bucket, exportedBucket, restoredCluster, clusterType, snapshot)); err != nil {
		t.Fatal(err)
	}
	job := atlas.AddExportJob(project, restoredCluster, emulator.ExportJob{
		SnapshotID: snapshot, ExportBucketID: bucket, Prefix: prefix, State: "Queued",
	})
	if jobs := atlas.ExportJobs(project, restoredCluster); len(jobs) != 1 || jobs[0].FinishedAt.IsZero() {
		t.Fatalf("export jobs %+v", jobs)
	}
	return job.Prefix
}

// exportedDocuments returns the documents below a directory, by database and collection.
func exportedDocuments(t *testing.T, dir string) map[string][]string {
	t.Helper()
	got := map[string][]string{}
	for name, text := range read(t, dir) {
		if !strings.HasSuffix(name, ".json.gz") {
			continue
		}
		r, err := gzip.NewReader(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		var plain bytes.Buffer
		if _, err := plain.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		database, rest, _ := strings.Cut(name, "/")
		collection := database + " " + filepath.Dir(rest)
		got[collection] = append(got[collection], strings.Split(strings.TrimSuffix(plain.String(), "\n"), "\n")...)
	}
	return got
}

// requireSameDocuments fails the test unless every document of every collection came once.
func requireSameDocuments(t *testing.T, got, want map[string][]string) {
	t.Helper()
	for _, documents := range []map[string][]string{got, want} {
		for _, lines := range documents {
			slices.Sort(lines)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestRestoreImportsEveryDocumentOnce(t *testing.T) {
	for _, clusterType := range []string{"REPLICASET", "SHARDED"} {
		t.Run(clusterType, func(t *testing.T) {
			buckets := t.TempDir()
			dir := filepath.Join(buckets, exportedBucket, exportCluster(t, buckets, clusterType, emulator.Paces{}))
			tools := newRestoreTools(t)
			if status, out := tools.restore(t, dir); status != 0 {
				t.Fatalf("exit status %d:\n%s", status, out)
			}
			calls := tools.calls(t)
			want := exportedDocuments(t, dir)
			for _, name := range []string{"sample_shop customers", "sample_shop orders", "sample_shop collection2"} {
				if len(want[name]) != 6 {
					t.Fatalf("%s was exported with %d documents", name, len(want[name]))
				}
			}
			requireSameDocuments(t, imports(t, calls), want)

			first, last := calls[0], calls[len(calls)-1]
			if !slices.Equal(first.arguments, []string{"mongorestore", "--noIndexRestore"}) || !slices.Equal(last.arguments, []string{"mongorestore"}) {
				t.Errorf("first %q, last %q", first.arguments, last.arguments)
			}
			for _, call := range []toolCall{first, last} {
				if len(call.files) != 3 {
					t.Errorf("%d files of metadata", len(call.files))
				}
				for _, name := range []string{"customers", "orders", "collection2"} {
					metadata, err := os.ReadFile(filepath.Join(dir, "sample_shop", name, "metadata.json"))
					if err != nil || call.files["sample_shop/"+name+".metadata.json"] != string(metadata) {
						t.Errorf("metadata of %s: %v", name, err)
					}
				}
			}
			for _, call := range calls {
				if call.config != "uri: '"+strings.ReplaceAll(connectionString, "'", "''")+"'\n" {
					t.Errorf("configuration %q", call.config)
				}
				if strings.Contains(strings.Join(call.arguments, " "), "mongodb") {
					t.Errorf("the connection string is in the arguments %q", call.arguments)
				}
			}
		})
	}
}

// An export that failed has files, and no .complete.
func TestRestoreRefusesAnIncompleteExport(t *testing.T) {
	buckets := t.TempDir()
	prefix := exportCluster(t, buckets, "REPLICASET", emulator.Paces{ExportJobs: emulator.Pace{Outcome: "Failed"}})
	dir := filepath.Join(buckets, exportedBucket, prefix)
	if len(exportedDocuments(t, dir)) == 0 {
		t.Fatal("the failed export has no files")
	}
	tools := newRestoreTools(t)
	if status, out := tools.restore(t, dir); status == 0 || !strings.Contains(out, "no .complete") {
		t.Errorf("exit status %d:\n%s", status, out)
	}
	for script, arguments := range map[string][]string{
		"aws/copy.sh": {exportedBucket}, "gcp/copy.sh": {exportedBucket}, "azure/copy.sh": {"acmebackups", exportedBucket},
	} {
		copied := filepath.Join(t.TempDir(), "copy")
		if status, out, _ := tools.run(t, []string{"BUCKETS=" + buckets}, script, append(arguments, prefix, copied)...); status != 1 {
			t.Errorf("%s: exit status %d:\n%s", script, status, out)
		}
		if _, err := os.Stat(copied); err == nil {
			t.Errorf("%s copied it", script)
		}
	}
	if calls := tools.calls(t); len(calls) != 0 {
		t.Errorf("%d calls", len(calls))
	}
}

func TestCopiedExportCanBeRestored(t *testing.T) {
	buckets := t.TempDir()
	prefix := exportCluster(t, buckets, "SHARDED", emulator.Paces{})
	for script, c := range map[string]struct {
		arguments []string
		below     string // where the copy is below its directory
	}{
		"aws/copy.sh":   {[]string{exportedBucket, prefix}, ""},
		"gcp/copy.sh":   {[]string{exportedBucket, prefix + "/"}, ""},
		"azure/copy.sh": {[]string{"acmebackups", exportedBucket, prefix}, prefix},
	} {
		t.Run(script, func(t *testing.T) {
			tools := newRestoreTools(t)
			dir := filepath.Join(t.TempDir(), "a copy")
			if status, out, _ := tools.run(t, []string{"BUCKETS=" + buckets}, script, append(c.arguments, dir)...); status != 0 {
				t.Fatalf("exit status %d:\n%s", status, out)
			}
			dir = filepath.Join(dir, c.below)
			if status, out := tools.restore(t, dir); status != 0 {
				t.Fatalf("exit status %d:\n%s", status, out)
			}
			requireSameDocuments(t, imports(t, tools.calls(t)), exportedDocuments(t, filepath.Join(buckets, exportedBucket, prefix)))
		})
	}
}

// writeExport writes a complete export with one document in each collection, and returns its directory.
func writeExport(t *testing.T, collections ...string) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{".complete": "{}"}
	for _, name := range collections {
		var compressed bytes.Buffer
		w := gzip.NewWriter(&compressed)
		_, _ = fmt.Fprintf(w, "{\"_id\":%q}\n", name)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		files["shop/"+name+"/atlas-1-shard-0.0.json.gz"] = compressed.String()
		files["shop/"+name+"/metadata.json"] = "{}"
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRestoreTakesAnyNameOfACollection(t *testing.T) {
	for collection, want := range map[string]struct{ argument, file string }{
		"two words":                {"two words", "two words"},
		" spaces around ":          {" spaces around ", " spaces around "},
		"-option":                  {"-option", "-option"},
		"100%+1":                   {"100%+1", "100%25%2B1"},
		"..%2F..%2Fescape":         {"..%2F..%2Fescape", "..%252F..%252Fescape"},
		"below/another":            {"below/another", "below%2Fanother"},
		"$(touch pwned);`touch x`": {"$(touch pwned);`touch x`", "$(touch pwned);`touch x`"},
		"*?[a]'\\":                 {"*?[a]'\\", "*?[a]'\\"},
		`"quoted" \`:               {`"\"quoted\" \\"`, `"quoted" \`},
		"two\nlines":               {"two\nlines", "two\nlines"},
		"größe":                    {"größe", "größe"},
	} {
		t.Run(collection, func(t *testing.T) {
			dir := writeExport(t, collection)
			tools := newRestoreTools(t)
			if status, out := tools.restore(t, dir); status != 0 {
				t.Fatalf("exit status %d:\n%s", status, out)
			}
			calls := tools.calls(t)
			requireSameDocuments(t, imports(t, calls), map[string][]string{"shop " + want.argument: {fmt.Sprintf("{\"_id\":%q}", collection)}})
			if _, ok := calls[0].files["shop/"+want.file+".metadata.json"]; !ok || len(calls[0].files) != 1 {
				t.Errorf("files %q", calls[0].files)
			}
		})
	}
}

func TestRestoreWritesNothingFromADamagedCopy(t *testing.T) {
	for name, c := range map[string]struct {
		damage   func(dir string) error
		fragment string
	}{
		"no metadata":             {func(dir string) error { return os.Remove(filepath.Join(dir, "shop/orders/metadata.json")) }, "no metadata.json next to it"},
		"a file in no collection": {func(dir string) error { return os.WriteFile(filepath.Join(dir, "shop/x.json.gz"), nil, 0o600) }, "DATABASE/COLLECTION"},
		"a file in no database":   {func(dir string) error { return os.WriteFile(filepath.Join(dir, "x.json.gz"), nil, 0o600) }, "DATABASE/COLLECTION"},
		"metadata of nothing":     {func(dir string) error { return os.WriteFile(filepath.Join(dir, "metadata.json"), nil, 0o600) }, "DATABASE/COLLECTION"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := writeExport(t, "orders")
			if err := c.damage(dir); err != nil {
				t.Fatal(err)
			}
			tools := newRestoreTools(t)
			if status, out := tools.restore(t, dir); status == 0 || !strings.Contains(out, c.fragment) {
				t.Errorf("exit status %d:\n%s", status, out)
			}
			if calls := tools.calls(t); len(calls) != 0 {
				t.Errorf("%d calls", len(calls))
			}
		})
	}
}

func TestRestoreIgnoresSymbolicLinks(t *testing.T) {
	dir, outside := writeExport(t, "orders"), writeExport(t, "secrets")
	if err := os.Symlink(filepath.Join(outside, "shop"), filepath.Join(dir, "other")); err != nil {
		t.Fatal(err)
	}
	tools := newRestoreTools(t)
	if status, out := tools.restore(t, dir); status != 0 {
		t.Fatalf("exit status %d:\n%s", status, out)
	}
	requireSameDocuments(t, imports(t, tools.calls(t)), map[string][]string{"shop orders": {`{"_id":"orders"}`}})
}

func TestRestoreStopsAtTheFirstError(t *testing.T) {
	dir := writeExport(t, "customers", "orders")
	for failing, want := range []int{1, 2, 3, 4} {
		tools := newRestoreTools(t)
		if status, out := tools.restore(t, dir, "FAIL="+strconv.Itoa(failing)); status == 0 || strings.Contains(out, "Restored") {
			t.Errorf("call %d fails: exit status %d:\n%s", failing, status, out)
		}
		if calls := tools.calls(t); len(calls) != want {
			t.Errorf("call %d fails: %d calls", failing, len(calls))
		}
	}

	// gzip fails at the end of a file that is cut short.
	path := filepath.Join(dir, "shop/orders/atlas-1-shard-0.0.json.gz")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text[:len(text)-4], 0o600); err != nil {
		t.Fatal(err)
	}
	tools := newRestoreTools(t)
	if status, out := tools.restore(t, dir); status == 0 || strings.Contains(out, "Restored") {
		t.Errorf("a file is cut short: exit status %d:\n%s", status, out)
	}
}

func TestRestoreSaysWhatItNeeds(t *testing.T) {
	tools := newRestoreTools(t)
	dir := writeExport(t, "orders")
	if status, out, _ := tools.run(t, []string{"MONGODB_URI="}, "restore.sh", dir); status != 1 || !strings.Contains(out, "set MONGODB_URI") {
		t.Errorf("exit status %d:\n%s", status, out)
	}
	if status, out, _ := tools.run(t, nil, "restore.sh"); status != 1 || !strings.Contains(out, "one argument") {
		t.Errorf("exit status %d:\n%s", status, out)
	}
	for script, usage := range map[string]string{
		"aws/copy.sh": "BUCKET PREFIX DIRECTORY", "gcp/copy.sh": "BUCKET PREFIX DIRECTORY", "azure/copy.sh": "STORAGE_ACCOUNT CONTAINER PREFIX DIRECTORY",
	} {
		if status, out, _ := tools.run(t, nil, script, "one", "two"); status != 1 || !strings.Contains(out, "usage: copy.sh "+usage) {
			t.Errorf("%s: exit status %d:\n%s", script, status, out)
		}
	}
}
