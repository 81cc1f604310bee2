//go:build unix

package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestMain lets a test run the program as a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("RUN_ATLAS_EMULATOR") == "1" {
		main()
	}
	os.Exit(m.Run())
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
		"MONGODB_ATLAS_BASE_URL=" + theirs, "MCLI_OPS_MANAGER_URL=" + theirs,
	}
	got := runProgram(environ, "--", "env")
	if got.status != 0 || strings.Contains(got.stdout, theirs) {
		t.Fatalf("got %+v", got)
	}
	var names []string
	for line := range strings.Lines(got.stdout) {
		name, _, _ := strings.Cut(line, "=")
		if strings.HasPrefix(name, "MONGODB_") || strings.HasPrefix(name, "MCLI_") || strings.HasPrefix(name, "TF_") || name == "KEPT" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	want := []string{"KEPT", "MONGODB_ATLAS_BASE_URL", "MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET", "TF_VAR_project_id"}
	if !slices.Equal(names, want) {
		t.Errorf("the command has %v, want %v", names, want)
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

// trapping says when it is ready, names the signals it gets, and ends with
// status 3 on SIGTERM.
const trapping = `trap 'echo interrupted' INT; trap 'echo terminated; exit 3' TERM; echo ready; while :; do sleep 0.05; done`

func TestSignalsReachTheCommand(t *testing.T) {
	cmd := exec.Command(os.Args[0], "--", "sh", "-c", trapping)
	cmd.Env = append(os.Environ(), "RUN_ATLAS_EMULATOR=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no controlling terminal
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for _, step := range []struct {
		line   string
		signal os.Signal
	}{{"ready", os.Interrupt}, {"interrupted", syscall.SIGTERM}, {"terminated", nil}} {
		if !lines.Scan() || lines.Text() != step.line {
			t.Errorf("the command says %q, want %q", lines.Text(), step.line)
		}
		if step.signal != nil {
			if err := cmd.Process.Signal(step.signal); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, _ = io.Copy(io.Discard, out)
	_ = cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != 3 {
		t.Errorf("status %d, want that of the command, 3", got)
	}
}

func TestCtrlCAtATerminalIsNotSentTwice(t *testing.T) {
	out, stdout := io.Pipe()
	signals := make(chan os.Signal)
	status := make(chan int, 1)
	go func() {
		p := program{stdout: stdout, stderr: io.Discard, environ: os.Environ(), signals: signals, hasTerminal: true}
		status <- p.run([]string{"--", "sh", "-c", trapping})
		_ = stdout.Close()
	}()
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "ready" {
		t.Fatalf("the command says %q", lines.Text())
	}
	signals <- os.Interrupt
	signals <- syscall.SIGTERM
	rest, err := io.ReadAll(out)
	if got := <-status; err != nil || string(rest) != "terminated\n" || got != 3 {
		t.Errorf("status %d, the command says %q, %v", got, rest, err)
	}
}
