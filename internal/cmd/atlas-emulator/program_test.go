package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// ran is what a run of the program left.
type ran struct {
	status         int
	stdout, stderr string
}

func runProgram(environ []string, args ...string) ran {
	var stdout, stderr bytes.Buffer
	p := program{stdout: &stdout, stderr: &stderr, environ: environ}
	status := p.run(args)
	return ran{status: status, stdout: stdout.String(), stderr: stderr.String()}
}

// serving is a program that serves without a command.
type serving struct {
	exports map[string]string // what it printed to be pasted
	printed string
	stop    func()
}

// startServing runs the program until stop is called, or until the end of the test.
func startServing(t *testing.T, args ...string) serving {
	t.Helper()
	out, stdout := io.Pipe()
	signals := make(chan os.Signal)
	status := make(chan int, 1)
	var stderr bytes.Buffer
	go func() {
		p := program{stdout: stdout, stderr: &stderr, signals: signals}
		status <- p.run(args)
		_ = stdout.Close()
	}()
	s := serving{exports: map[string]string{}}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		s.printed += lines.Text() + "\n"
		if export, ok := strings.CutPrefix(lines.Text(), "export "); ok {
			name, value, _ := strings.Cut(export, "=")
			s.exports[name] = value
		}
		if strings.Contains(lines.Text(), "API key") { // the last line
			break
		}
	}
	if len(s.exports) == 0 {
		t.Fatalf("status %d, it printed %q and %q", <-status, s.printed, stderr.String())
	}
	s.stop = sync.OnceFunc(func() {
		signals <- syscall.SIGTERM
		if got := <-status; got != 0 {
			t.Errorf("status %d after SIGTERM, want 0", got)
		}
	})
	t.Cleanup(s.stop)
	return s
}

func TestServesOnLoopbackUntilASignal(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "localhost:0"} {
		s := startServing(t, "-addr", addr)
		base := s.exports["MONGODB_ATLAS_BASE_URL"]
		host, ok := strings.CutPrefix(base, "http://")
		address, err := netip.ParseAddrPort(host)
		if !ok || err != nil || !address.Addr().IsLoopback() {
			t.Fatalf("it serves on %s", base)
		}
		answer, err := http.Get(s.url("/clusters"))
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("status %d without a credential, want 401", answer.StatusCode)
		}
	}
}

func TestPrintsItsConnectionAndCredentials(t *testing.T) {
	s := startServing(t, "-project", "0123456789abcdef01234567")
	got := slices.Sorted(maps.Keys(s.exports))
	want := []string{
		"MONGODB_ATLAS_BASE_URL", "MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET",
		"MONGODB_ATLAS_OPS_MANAGER_URL", "TF_VAR_project_id",
	}
	if !slices.Equal(got, want) || s.exports["TF_VAR_project_id"] != "0123456789abcdef01234567" {
		t.Errorf("it exports %v", s.exports)
	}
	if !strings.Contains(s.printed, demoPublicKey) || !strings.Contains(s.printed, demoPrivateKey) {
		t.Errorf("no API key in %s", s.printed)
	}
}

func TestOtherThanLoopbackIsRefused(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.com:0", "localhost.example.com:0"} {
		got := runProgram(nil, "-addr", addr, "--", "true")
		if got.status != 2 || !strings.Contains(got.stderr, addr) || !strings.Contains(got.stderr, "not a loopback address") {
			t.Errorf("%s: %+v", addr, got)
		}
	}
}

func TestWrongArgumentsAreRefused(t *testing.T) {
	dir := t.TempDir()
	badSeed := writeSeed(t, `{"projects":[{"id":"x"}]}`)
	for _, tc := range []struct {
		status int
		says   string
		args   []string
	}{
		{2, "host:port", []string{"-addr", "127.0.0.1"}},
		{2, "-project", []string{"-project", "x"}},
		{2, "-colour", []string{"-colour", "red"}},
		{2, `there is no preset "nothing"`, []string{"-fault", `{"preset":"nothing"}`}},
		{2, "-fault: nothing goes wrong", []string{"-fault", `{"preset":"503"}`, "-fault", `{}`}},
		{2, "-cluster", []string{"-cluster", ""}},
		{2, "-cluster", []string{"-cluster", ",exports"}},
		{2, "-cluster", []string{"-cluster", "Cluster_0"}},
		{2, "-cluster", []string{"-cluster", "Cluster0,imports"}},
		{2, "-pace -1s is negative", []string{"-pace", "-1s"}},
		{2, "-pace", []string{"-pace", "fast"}},
		{2, "-rate-limit -2 is neither", []string{"-rate-limit", "-2"}},
		{2, "-rate-limit", []string{"-rate-limit", "many"}},
		{2, "-seed: open " + filepath.Join(dir, "none.json"), []string{"-seed", filepath.Join(dir, "none.json")}},
		{2, "-seed " + badSeed + `: projects[0]: id "x" is not an id`, []string{"-seed", badSeed}},
		{1, dir, []string{"-state", dir}},
		{1, "make the exports directory: mkdir " + badSeed, []string{"-exports", badSeed}},
		{1, "listen", []string{"-addr", "127.0.0.1:99999"}},
	} {
		got := runProgram(nil, append(tc.args, "--", "true")...)
		if got.status != tc.status || !strings.Contains(got.stderr, tc.says) || got.stdout != "" {
			t.Errorf("%v: %+v", tc.args, got)
		}
	}
}

func TestHelpNamesEveryFlag(t *testing.T) {
	got := runProgram(nil, "-h")
	for _, want := range []string{"-- command...", "-addr", "-state", "-project", "-cluster", "-fault", "-seed", "-exports", "-pace", "-rate-limit", "MONGODB_ATLAS_BASE_URL"} {
		if got.status != 0 || got.stderr != "" || !strings.Contains(got.stdout, want) {
			t.Errorf("no %q in %+v", want, got)
		}
	}
}

func TestStateIsKeptAcrossRuns(t *testing.T) {
	file := filepath.Join(t.TempDir(), "atlas.json")
	first := startServing(t, "-state", file)
	id := makeBucket(t, first)
	first.stop()
	if got := bucketIDs(t, startServing(t, "-state", file)); !slices.Equal(got, []string{id}) {
		t.Errorf("the second run has %v, want the bucket %s", got, id)
	}
}

func TestStateFileIsOfOneProcess(t *testing.T) {
	file := filepath.Join(t.TempDir(), "atlas.json")
	first := startServing(t, "-state", file)
	got := runProgram(nil, "-state", file, "--", "true")
	if says := fmt.Sprintf("%s is in use by process %d:", file, os.Getpid()); got.status != 1 || !strings.Contains(got.stderr, says) {
		t.Errorf("%+v, want status 1 and %q", got, says)
	}
	first.stop()
	startServing(t, "-state", file).stop()
	if files, err := os.ReadDir(filepath.Dir(file)); err != nil || len(files) != 1 {
		t.Errorf("%v is left, %v", files, err)
	}
}

func TestUnusableStateFileIsRefusedAndKept(t *testing.T) {
	for name, tc := range map[string]struct {
		content string
		mode    os.FileMode
	}{
		"more than the object": {"{} {}", 0o600},
		"read-only":            {"{}", 0o400},
	} {
		file := filepath.Join(t.TempDir(), "atlas.json")
		if err := os.WriteFile(file, []byte(tc.content), tc.mode); err != nil {
			t.Fatal(err)
		}
		got := runProgram(nil, "-state", file, "--", "true")
		if got.status != 1 || !strings.Contains(got.stderr, file) {
			t.Errorf("%s: %+v", name, got)
		}
		if left, err := os.ReadFile(file); err != nil || string(left) != tc.content {
			t.Errorf("%s: %q is left, %v", name, left, err)
		}
	}
}

func TestProjectThatCannotBeSavedIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "atlas.json")
	atlas, err := emulator.New(emulator.Options{StateFile: file})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o400); err != nil {
		t.Fatal(err)
	}
	if err := addDemo(atlas, demoProjectID, nil); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("error %v", err)
	}
}

func TestClustersAreAdded(t *testing.T) {
	s := startServing(t, "-cluster", "quiet", "-cluster", "exporting,exports")
	var names []string
	for _, cluster := range call(t, s, "GET", s.url("/clusters"), "")["results"].([]any) {
		names = append(names, cluster.(map[string]any)["name"].(string))
	}
	if !slices.Equal(names, []string{"quiet", "exporting"}) {
		t.Errorf("the project has the clusters %v", names)
	}
	for range 2 {
		id := makeBucket(t, s)
		export, _ := call(t, s, "GET", s.url("/clusters/exporting/backup/schedule"), "")["export"].(map[string]any)
		if export["exportBucketId"] != id {
			t.Errorf("it exports to %v, want the new bucket %s", export, id)
		}
	}
	if schedule := call(t, s, "GET", s.url("/clusters/quiet/backup/schedule"), ""); schedule["autoExportEnabled"] != false {
		t.Errorf("the other has the schedule %v", schedule)
	}
}

// writeSeed writes a seed file and returns its name.
func writeSeed(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "seed.json")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// The credentials own every project of a seed.
func TestSeedIsAdded(t *testing.T) {
	s := startServing(t, "-seed", writeSeed(t, `{"projects":[{"id":"0123456789abcdef01234567","clusters":[{"name":"Seeded"}]}]}`))
	for project, want := range map[string]float64{"0123456789abcdef01234567": 1, demoProjectID: 0} {
		s.exports["TF_VAR_project_id"] = project
		if got := call(t, s, "GET", s.url("/clusters"), "")["totalCount"]; got != want {
			t.Errorf("project %s has %v clusters, want %v", project, got, want)
		}
	}
}

// exportingSeed is the project with a job that begins when the program starts.
const exportingSeed = `{"projects":[{"id":"` + demoProjectID + `",
	"exportBuckets":[{"_id":"64c0ffee00000000000000bb","cloudProvider":"AWS","bucketName":"my-snapshots","iamRoleId":"64c0ffee00000000000000aa"}],
	"clusters":[{"name":"Cluster0","snapshots":[{"id":"64c0ffee00000000000000ee"}],
		"exportJobs":[{"state":"Queued","snapshotId":"64c0ffee00000000000000ee","exportBucketId":"64c0ffee00000000000000bb"}]}]}]}`

func TestExportWritesItsFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "exports")
	s := startServing(t, "-pace", "0", "-exports", dir, "-seed", writeSeed(t, exportingSeed))
	job := call(t, s, "GET", s.url("/clusters/Cluster0/backup/exports"), "")["results"].([]any)[0].(map[string]any)
	complete := filepath.Join(dir, "my-snapshots", filepath.FromSlash(job["prefix"].(string)), ".complete")
	if _, err := os.Stat(complete); err != nil || job["state"] != "Successful" {
		t.Errorf("job %v, %v", job, err)
	}
}

func TestPaceIsThatOfEveryState(t *testing.T) {
	for pace, want := range map[string]string{"0": "0s", "90m": "1h30m0s"} {
		s := startServing(t, "-pace", pace)
		paces := request(t, "GET", s.exports["MONGODB_ATLAS_BASE_URL"]+"/emulator/paces", "", func(*http.Request) {})
		for _, kind := range []string{"snapshots", "exportJobs", "privateEndpoints"} {
			if got := fmt.Sprint(paces[kind]); got != "map[inProgress:"+want+" queued:"+want+"]" {
				t.Errorf("-pace %s: %s have %s", pace, kind, got)
			}
		}
	}
}

func TestRateLimitIsThatOfTheFlag(t *testing.T) {
	for limit, want := range map[string]string{"0": "1200", "7": "7"} {
		s := startServing(t, "-rate-limit", limit)
		client := &http.Client{Transport: newAccountTransport(t, s)}
		answer, err := client.Do(newRequest(t, "GET", s.url("/backup/exportBuckets"), ""))
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if got := answer.Header.Get("Ratelimit-Limit"); got != want {
			t.Errorf("-rate-limit %s: Ratelimit-Limit %q, want %s", limit, got, want)
		}
	}
}

func TestFaultsAreSetFromTheStart(t *testing.T) {
	s := startServing(t, "-fault", `{"preset":"503"}`, "-fault", `{"preset":"redirect","times":-1}`)
	faults := request(t, "GET", s.exports["MONGODB_ATLAS_BASE_URL"]+"/emulator/faults", "", func(*http.Request) {})["faults"].([]any)
	if len(faults) != 2 || faults[0].(map[string]any)["status"] != 503.0 || faults[1].(map[string]any)["times"] != -1.0 {
		t.Errorf("faults %v", faults)
	}
}

func TestUsedFaultIsNoError(t *testing.T) {
	atlas, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := atlas.AddFault(emulator.Fault{Status: 503, Times: 2}); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	p := program{stderr: &stderr}
	for _, want := range []int{1, 0} {
		stderr.Reset()
		if got := p.reportUnusedFaults(atlas, 0); got != want || (stderr.Len() > 0) != (want == 1) {
			t.Errorf("status %d and %q, want status %d", got, stderr.String(), want)
		}
		r := httptest.NewRequest("POST", "/api/oauth/token", nil)
		r.SetBasicAuth("any", "any")
		atlas.ServeHTTP(httptest.NewRecorder(), r)
	}
}

func TestIdleConnectionsEnd(t *testing.T) {
	server, _, err := serve("127.0.0.1:0", http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	_ = server.Close()
	if server.IdleTimeout <= 0 || server.ReadHeaderTimeout <= 0 {
		t.Errorf("an idle connection may stay for ever: %+v", server)
	}
}

// url is the address of what belongs to the project.
func (s serving) url(path string) string {
	return s.exports["MONGODB_ATLAS_BASE_URL"] + "/api/atlas/v2/groups/" + s.exports["TF_VAR_project_id"] + path
}

// makeBucket makes an export bucket and returns its id.
func makeBucket(t *testing.T, s serving) string {
	t.Helper()
	bucket := `{"cloudProvider":"GCP","bucketName":"kept","roleId":"64c0ffee00000000000000aa"}`
	return call(t, s, "POST", s.url("/backup/exportBuckets"), bucket)["_id"].(string)
}

// bucketIDs returns the ids of the project's export buckets.
func bucketIDs(t *testing.T, s serving) []string {
	t.Helper()
	var ids []string
	for _, bucket := range call(t, s, "GET", s.url("/backup/exportBuckets"), "")["results"].([]any) {
		ids = append(ids, bucket.(map[string]any)["_id"].(string))
	}
	return ids
}

// call sends a request as the service account, and ends the test when the answer is not 200.
func call(t *testing.T, s serving, method, url, body string) map[string]any {
	t.Helper()
	status, object := send(t, &http.Client{Transport: newAccountTransport(t, s)}, method, url, body)
	if status != http.StatusOK {
		t.Fatalf("%s %s: status %d, %v", method, url, status, object)
	}
	return object
}

func request(t *testing.T, method, url, body string, edit func(*http.Request)) map[string]any {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	edit(r)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var object map[string]any
	if err := json.NewDecoder(answer.Body).Decode(&object); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: status %d, %v, %v", method, url, answer.StatusCode, object, err)
	}
	return object
}
