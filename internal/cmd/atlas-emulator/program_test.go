package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
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
}

// startServing runs the program until the end of the test.
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
	t.Cleanup(func() {
		signals <- syscall.SIGTERM
		if got := <-status; got != 0 {
			t.Errorf("status %d after SIGTERM, want 0", got)
		}
	})
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
		answer, err := http.Get(base + "/api/atlas/v2/groups/" + s.exports["TF_VAR_project_id"] + "/clusters")
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
	want := []string{"MONGODB_ATLAS_BASE_URL", "MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET", "TF_VAR_project_id"}
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
		{1, dir, []string{"-state", dir}},
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
	for _, want := range []string{"-- command...", "-addr", "-state", "-project", "-fault", "/emulator/faults", "MONGODB_ATLAS_BASE_URL"} {
		if got.status != 0 || got.stderr != "" || !strings.Contains(got.stdout, want) {
			t.Errorf("no %q in %+v", want, got)
		}
	}
}

func TestStateIsKeptAcrossRuns(t *testing.T) {
	file := filepath.Join(t.TempDir(), "atlas.json")
	var ids []string
	for range 2 {
		s := startServing(t, "-state", file)
		url := s.exports["MONGODB_ATLAS_BASE_URL"] + "/api/atlas/v2/groups/" + s.exports["TF_VAR_project_id"] + "/backup/exportBuckets"
		if ids == nil {
			ids = append(ids, call(t, s, "POST", url, `{"cloudProvider":"GCP","bucketName":"kept","roleId":"64c0ffee00000000000000aa"}`)["_id"].(string))
			continue
		}
		results := call(t, s, "GET", url, "")["results"].([]any)
		if len(results) != 1 || results[0].(map[string]any)["_id"] != ids[0] {
			t.Errorf("the second run has %v, want the bucket %s", results, ids[0])
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

// call sends a request as the service account.
func call(t *testing.T, s serving, method, url, body string) map[string]any {
	t.Helper()
	token := request(t, "POST", s.exports["MONGODB_ATLAS_BASE_URL"]+"/api/oauth/token", "grant_type=client_credentials", func(r *http.Request) {
		r.SetBasicAuth(s.exports["MONGODB_ATLAS_CLIENT_ID"], s.exports["MONGODB_ATLAS_CLIENT_SECRET"])
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	})["access_token"].(string)
	return request(t, method, url, body, func(r *http.Request) {
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Accept", "application/vnd.atlas.2025-03-12+json")
		r.Header.Set("Content-Type", "application/vnd.atlas.2025-03-12+json")
	})
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
