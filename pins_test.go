package main_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Patterns of a GitHub workflow, and of documents that show one.
var (
	usesAction = regexp.MustCompile(`(?m)(?:^[ \t-]*|[{,][ \t]*)uses:[ \t]+(.*\S)`)
	pinned     = regexp.MustCompile(`^(?:[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+(?:\.\d+)*|\./[\w./-]+)$`)
)

// unpinned returns how many actions the workflows and documents of a tree use, and those of
// them that are not pinned to a commit with its tag in a comment. A tag can be moved to
// other code. Dependabot changes the commit and the comment together.
func unpinned(tree fs.FS) (shown int, found []string, err error) {
	err = fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return skipGenerated(name)
		case !slices.Contains([]string{".md", ".tmpl", ".yaml", ".yml"}, path.Ext(name)):
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		for _, match := range usesAction.FindAllSubmatch(text, -1) {
			shown++
			if !pinned.Match(match[1]) {
				found = append(found, fmt.Sprintf("%s: %s", name, match[1]))
			}
		}
		return err
	})
	return shown, found, err
}

func TestActionsArePinnedToCommits(t *testing.T) {
	shown, found, err := unpinned(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	if shown == 0 {
		t.Error("no workflow uses an action")
	}
	for _, action := range found {
		t.Errorf("%s: not pinned as owner/name@commit # tag", action)
	}
}

func TestUnpinnedActionsAreFound(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	for action, isPinned := range map[string]bool{
		"actions/checkout@" + commit + " # v7.0.1":             true,
		"actions/cache/restore@" + commit + " # v5":            true,
		"./.github/actions/build":                              true,
		"actions/checkout@v7":                                  false,
		"actions/checkout@main":                                false,
		"actions/checkout":                                     false,
		"actions/checkout@" + commit:                           false,
		"actions/checkout@" + commit + " # newest":             false,
		"actions/checkout@" + commit[1:] + " # v7.0.1":         false,
		"docker://alpine:3.22":                                 false,
		"docker://alpine@" + commit + " # v3.22":               false,
		`"actions/checkout@v7"`:                                false,
		"acme/workflows/.github/workflows/plan.yml@v1 # later": false,
	} {
		for _, line := range []string{"      - uses: ", "        uses:   ", "- uses: ", "    steps: [{ uses: ", "- { name: Check out, uses: "} {
			for _, file := range []string{".github/workflows/test.yml", "docs/guide.md", "templates/guide.md.tmpl"} {
				tree := fstest.MapFS{file: {Data: []byte("jobs:\n" + line + action + "\n")}, "examples/.terraform/a.yml": {Data: []byte("uses: a@v1\n")}}
				shown, found, err := unpinned(tree)
				if err != nil || shown != 1 {
					t.Fatalf("%s: %d actions, %v", line+action, shown, err)
				}
				if got := len(found) == 0; got != isPinned {
					t.Errorf("%s: pinned is %t, want %t: %s", line+action, got, isPinned, strings.Join(found, ""))
				}
			}
		}
	}
}
