//go:build unix

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets a test run the program, and a command that prints its signals, as
// processes of their own.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("PRINT_SIGNALS") == "1":
		printSignals()
	case os.Getenv("RUN_ATLAS_EMULATOR") == "1":
		main()
	}
	os.Exit(m.Run())
}

// endingSignals are those that end the program.
var endingSignals = []syscall.Signal{syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGTERM}

// printSignals says when it is ready and which signals it gets, and ends with
// status 3 on SIGTERM. A shell would not do: it counts two signals as one when the
// second comes before it has handled the first.
func printSignals() {
	signals := make(chan os.Signal, 8)
	for _, s := range endingSignals {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	fmt.Println("ready")
	for s := range signals {
		fmt.Println(s)
		if s == syscall.SIGTERM {
			os.Exit(3)
		}
	}
}

func TestExitsWithTheStatusOfTheCommand(t *testing.T) {
	notExecutable := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(notExecutable, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		status int
		args   []string
	}{
		{0, []string{"true"}},
		{7, []string{"sh", "-c", "exit 7"}},
		{128 + int(syscall.SIGKILL), []string{"sh", "-c", "kill -KILL $$"}},
		{127, []string{"no-such-command-anywhere"}},
		{127, []string{"./no-such-file"}},
		{126, []string{notExecutable}},
	} {
		if got := runProgram(os.Environ(), append([]string{"--"}, tc.args...)...); got.status != tc.status {
			t.Errorf("%v: %+v, want status %d", tc.args, got, tc.status)
		}
	}
}

func TestCommandHasTheConnectionAndNoOtherCredential(t *testing.T) {
	const theirs = "REAL"
	environ := []string{
		"PATH=" + os.Getenv("PATH"), "KEPT=kept", "TF_VAR_project_id=" + theirs,
		"MONGODB_ATLAS_ACCESS_TOKEN=" + theirs,
		"MONGODB_ATLAS_CLIENT_ID=" + theirs, "MONGODB_ATLAS_CLIENT_SECRET=" + theirs,
		"MONGODB_ATLAS_PUBLIC_API_KEY=" + theirs, "MONGODB_ATLAS_PUBLIC_KEY=" + theirs, "MCLI_PUBLIC_API_KEY=" + theirs,
		"MONGODB_ATLAS_PRIVATE_API_KEY=" + theirs, "MONGODB_ATLAS_PRIVATE_KEY=" + theirs, "MCLI_PRIVATE_API_KEY=" + theirs,
		"MONGODB_ATLAS_BASE_URL=" + theirs, "MCLI_OPS_MANAGER_URL=" + theirs, "MONGODB_ATLAS_OPS_MANAGER_URL=" + theirs,
		"MONGODB_ATLAS_REFRESH_TOKEN=" + theirs, "MONGODB_ATLAS_PROJECT_ID=" + theirs, "mongodb_atlas_access_token=" + theirs,
		"MCLI_CLIENT_SECRET=" + theirs, "MCLI_ACCESS_TOKEN=" + theirs, "MCLI_ANYTHING=" + theirs,
		"ASSUME_ROLE_ARN=" + theirs, "TF_VAR_ASSUME_ROLE_ARN=" + theirs,
		"SECRET_NAME=" + theirs, "TF_VAR_SECRET_NAME=" + theirs, "STS_ENDPOINT=" + theirs, "TF_VAR_STS_ENDPOINT=" + theirs,
		"MONGODB_REALM_BASE_URL=" + theirs,
		"TF_VAR_CLIENT_ID=" + theirs, "TF_VAR_CLIENT_SECRET=" + theirs, "TF_VAR_OAUTH_TOKEN=" + theirs,
	}
	got := runProgram(environ, "--", "env")
	if got.status != 0 || strings.Contains(got.stdout, theirs) {
		t.Fatalf("got %+v", got)
	}
	var names []string
	values := map[string]string{}
	for line := range strings.Lines(got.stdout) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		values[name] = value
		if strings.HasPrefix(name, "MONGODB_") || strings.HasPrefix(name, "MCLI_") || strings.HasPrefix(name, "TF_") || name == "KEPT" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	want := []string{
		"KEPT", "MONGODB_ATLAS_BASE_URL", "MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET",
		"MONGODB_ATLAS_OPS_MANAGER_URL", "TF_VAR_project_id",
	}
	if !slices.Equal(names, want) {
		t.Errorf("the command has %v, want %v", names, want)
	}
	if base := values["MONGODB_ATLAS_BASE_URL"]; values["MONGODB_ATLAS_OPS_MANAGER_URL"] != base+"/" {
		t.Errorf("the Atlas CLI is sent to %s, want %s/", values["MONGODB_ATLAS_OPS_MANAGER_URL"], base)
	}
}

// An unused fault tests nothing: its path may be wrong.
func TestUnusedFaultIsAnError(t *testing.T) {
	const unused, says = `{"preset":"503","path":"/api/atlas/v2/typo"}`, `"path":"/api/atlas/v2/typo"`
	for _, tc := range []struct {
		status  int
		command []string
	}{{1, []string{"true"}}, {7, []string{"sh", "-c", "exit 7"}}} {
		got := runProgram(os.Environ(), append([]string{"-fault", unused, "--"}, tc.command...)...)
		if got.status != tc.status || !strings.Contains(got.stderr, "hit no request") || !strings.Contains(got.stderr, says) {
			t.Errorf("%v: %+v, want status %d and the fault", tc.command, got, tc.status)
		}
	}
}

func TestStreamsPassThrough(t *testing.T) {
	var stdout, stderr bytes.Buffer
	p := program{stdin: strings.NewReader("in"), stdout: &stdout, stderr: &stderr, environ: os.Environ()}
	status := p.run([]string{"--", "sh", "-c", "cat; echo err >&2"})
	if status != 0 || stdout.String() != "in" || stderr.String() != "err\n" {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout.String(), stderr.String())
	}
}

// startProcess starts the program as a process of its own, the leader of a
// process group, and returns it and the lines that its command writes.
func startProcess(t *testing.T, args ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	return startShell(t, `exec "$0" "$@"`, args...)
}

// startShell is startProcess with a script that runs the program, which is its $0.
func startShell(t *testing.T, script string, args ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command("sh", append([]string{"-c", script, os.Args[0]}, args...)...)
	cmd.Env = append(os.Environ(), "RUN_ATLAS_EMULATOR=1")
	cmd.Dir = t.TempDir() // SIGQUIT may leave a core file
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(30*time.Second, func() {
		t.Error("it has not ended in half a minute")
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	})
	t.Cleanup(func() {
		if limit.Stop() && t.Failed() {
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		}
	})
	return cmd, bufio.NewScanner(out)
}

// wantLine ends the test when the next line is another.
func wantLine(t *testing.T, lines *bufio.Scanner, want string) {
	t.Helper()
	if !lines.Scan() || lines.Text() != want {
		t.Fatalf("the command says %q, want %q", lines.Text(), want)
	}
}

// wantStatus reads the rest of what the command says, and ends the test when the
// program has another exit status.
func wantStatus(t *testing.T, cmd *exec.Cmd, lines *bufio.Scanner, want int) {
	t.Helper()
	for lines.Scan() {
		t.Errorf("the command also says %q", lines.Text())
	}
	_ = cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != want {
		t.Fatalf("status %d, want %d", got, want)
	}
}

// A signal to the process group is what Ctrl-C at a terminal sends, and what some
// CI runners do. What is sent to the emulator alone comes after what it did about
// the signal before.
func TestCommandGetsEachSignalOnce(t *testing.T) {
	for _, to := range []string{"the emulator alone", "the process group too"} {
		t.Run(to, func(t *testing.T) {
			cmd, lines := startProcess(t, "--", "env", "PRINT_SIGNALS=1", os.Args[0])
			wantLine(t, lines, "ready")
			for i, s := range endingSignals {
				receiver := cmd.Process.Pid
				if to == "the process group too" && i%2 == 0 {
					receiver = -receiver
				}
				if err := syscall.Kill(receiver, s); err != nil {
					t.Fatal(err)
				}
				wantLine(t, lines, s.String())
			}
			wantStatus(t, cmd, lines, 3)
		})
	}
}

func TestSignalToTheGroupIsKnownWhenAnotherSignalIsHandledFirst(t *testing.T) {
	var w groupWitness
	w.start()
	defer w.stop()
	if err := w.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	var seen []bool
	for _, s := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGINT} {
		seen = append(seen, w.hasSeen(s))
	}
	if want := []bool{false, true, false}; !slices.Equal(seen, want) {
		t.Errorf("hang up, interrupt, interrupt: %v, want %v", seen, want)
	}
}

func TestProcessGroupOfTheCommandIsKnown(t *testing.T) {
	for _, own := range []bool{false, true} {
		cmd := exec.Command("sleep", "600")
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: own}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if got := inThisGroup(cmd.Process); got == own {
			t.Errorf("with a group of its own %v it is in this group: %v", own, got)
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}

func TestSignalToTheEmulatorAloneEndsTheCommand(t *testing.T) {
	for _, s := range endingSignals {
		cmd, lines := startProcess(t, "--", "sh", "-c", "echo ready; exec sleep 600")
		wantLine(t, lines, "ready")
		if err := cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
		wantStatus(t, cmd, lines, 128+int(s))
	}
}

func TestServingEndsOnEverySignal(t *testing.T) {
	for _, s := range endingSignals {
		cmd, lines := startProcess(t)
		for lines.Scan() && !strings.Contains(lines.Text(), "API key") {
			continue
		}
		if err := cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
		wantStatus(t, cmd, lines, 0)
	}
}

func TestHangUpIsIgnoredUnderNohup(t *testing.T) {
	cmd, lines := startShell(t, `trap "" HUP; exec "$0" -- env PRINT_SIGNALS=1 "$0"`)
	wantLine(t, lines, "ready")
	for _, s := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM} {
		if err := cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	wantLine(t, lines, syscall.SIGTERM.String())
	wantStatus(t, cmd, lines, 3)
}
