package emulator_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// writeState returns a state file with the project in it.
func writeState(t *testing.T, project string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(file, []byte(`{"projects":{"`+projectID+`":`+project+`}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestStateFileHasTheStateOfEachNounUnderItsKey(t *testing.T) {
	const bucket = `{"bucket":{"_id":"` + someID + `","bucketName":"kept","cloudProvider":"AWS","iamRoleId":"` + roleID + `"}}`
	const cluster = `{"name":"Cluster0","schedule":{"autoExportEnabled":true,"export":{"exportBucketId":"` + someID +
		`","frequencyType":"daily"},"useOrgAndGroupNamesInExportPrefix":true}}`
	for _, project := range []string{
		`{"exportBuckets":[` + bucket + `],"clusters":[` + cluster + `]}`,
		`{"exportBuckets":[` + bucket + `],"clusters":null}`,
		`{"exportBuckets":null,"clusters":[` + cluster + `]}`,
		`{}`,
	} {
		file := writeState(t, project)
		atlas := newAtlas(t, emulator.Options{StateFile: file})
		hasBucket, hasCluster := strings.Contains(project, "kept"), strings.Contains(project, "Cluster0")
		if got := atlas.ExportBuckets(projectID); len(got) > 0 != hasBucket || hasBucket && got[0].BucketName != "kept" {
			t.Errorf("%s: export buckets %v", project, got)
		}
		if got := atlas.AutoExport(projectID, "Cluster0"); got == someID != hasCluster {
			t.Errorf("%s: auto export to %q", project, got)
		}
		again := newAtlas(t, emulator.Options{StateFile: file})
		if got := again.ExportBuckets(projectID); len(got) > 0 != hasBucket {
			t.Errorf("%s: export buckets %v after the file was written", project, got)
		}
		if got := again.AutoExport(projectID, "Cluster0"); got == someID != hasCluster {
			t.Errorf("%s: auto export to %q after the file was written", project, got)
		}
	}
}

func TestUnknownFieldInAStateFileIsRefused(t *testing.T) {
	for _, project := range []string{
		`{"bucket":[]}`,
		`{"":[]}`,
		`{"exportBuckets":[{"bucket":{},"colour":"red"}]}`,
		`{"exportBuckets":[{"bucket":{"colour":"red"}}]}`,
		`{"clusters":[{"name":"Cluster0","colour":"red"}]}`,
		`{"clusters":[{"name":"Cluster0","schedule":{"colour":"red"}}]}`,
		`{"clusters":{}}`,
		`[]`,
	} {
		file := writeState(t, project)
		if _, err := emulator.New(emulator.Options{StateFile: file}); err == nil || !strings.Contains(err.Error(), file+" is not a state of the emulator") {
			t.Errorf("%s: %v", project, err)
		}
	}
}

func TestOrderOfPresetsIsThatOfTheirKinds(t *testing.T) {
	var names []string
	for _, preset := range emulator.Presets() {
		names = append(names, preset.Name)
	}
	for _, inOrder := range [][]string{
		{"429-retry-after", "500-after", "401", "token-limit", "cannot-assume-role", "in-use", "export-bucket-not-found", "group-not-found"},
		{"redirect", "400-echo", "list-next-elsewhere", "other-id", "id-only", "old-networking", "too-long", "other-cloud", "bare-bucket", "byte-order-mark"},
	} {
		last := -1
		for _, name := range inOrder {
			i := slices.Index(names, name)
			if i <= last {
				t.Errorf("%s is number %d, not after the preset before it in %v", name, i, inOrder)
			}
			last = i
		}
	}
}
