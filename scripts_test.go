package main_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"testing"
)

// scripts returns the paths of the shell scripts of a tree.
func scripts(t *testing.T, tree fs.FS) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return skipGenerated(name)
		case !entry.Type().IsRegular():
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if bytes.HasPrefix(text, []byte("#!/usr/bin/env bash\n")) {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestShellScriptsAreValid(t *testing.T) {
	found := scripts(t, os.DirFS("."))
	for _, name := range []string{".ci/run", "examples/restore/restore.sh", "examples/restore/aws/copy.sh"} {
		if !slices.Contains(found, name) {
			t.Errorf("%s is not among %q", name, found)
		}
	}
	for _, name := range found {
		t.Run(name, func(t *testing.T) {
			if out, err := exec.CommandContext(t.Context(), "bash", "-n", name).CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// TestShellScriptsPassShellcheck needs a program that Go cannot build. CI says if it is missing.
func TestShellScriptsPassShellcheck(t *testing.T) {
	shellcheck, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Skip("needs shellcheck on the PATH")
	}
	out, err := exec.CommandContext(t.Context(), shellcheck, scripts(t, os.DirFS("."))...).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
