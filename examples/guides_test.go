package examples_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const emulatorGuide = "../templates/guides/testing-with-the-emulator.md"

// block returns the one block of a language that a guide has.
func block(t *testing.T, guide, language string) string {
	t.Helper()
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	blocks := names(regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$"), string(text))
	if len(blocks) != 1 {
		t.Fatalf("%s has %d blocks of %s, want one", guide, len(blocks), language)
	}
	return blocks[0]
}

func TestCLIModuleTestOfTheGuidePasses(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	files := map[string]string{
		"main.tf":                read(t, "testing")["main.tf"],
		"tests/guide.tftest.hcl": block(t, emulatorGuide, "hcl"),
	}
	out := acctest.NewWorkspace(t, cli, files, environment(atlas)...).Run(t, "test", "-no-color")
	if !strings.Contains(out, "1 passed, 0 failed") {
		t.Errorf("the run has not passed:\n%s", out)
	}
}

func TestStateFileOfTheGuideHasAClusterThatExports(t *testing.T) {
	file := filepath.Join(t.TempDir(), "atlas.json")
	if err := os.WriteFile(file, []byte(block(t, emulatorGuide, "json")), 0o600); err != nil {
		t.Fatal(err)
	}
	atlas, err := emulator.New(emulator.Options{StateFile: file})
	if err != nil {
		t.Fatal(err)
	}
	const project = "64c0ffee64c0ffee64c0ffee" // of every run of the emulator's program
	held := atlas.ExportBuckets(project)
	if len(held) != 1 || atlas.AutoExport(project, "payments") != held[0].ID {
		t.Errorf("Atlas holds %+v, and the cluster exports to %q", held, atlas.AutoExport(project, "payments"))
	}
}
