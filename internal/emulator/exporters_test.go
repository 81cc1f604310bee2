package emulator_test

import (
	"path/filepath"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestClusterFollowsNewBuckets(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	atlas.AddCluster(projectID, "other")
	atlas.ExportNewBuckets(projectID, "follower")
	if got := atlas.AutoExport(projectID, "follower"); got != "" {
		t.Errorf("it exports to %s before there is a bucket", got)
	}
	first, second := create(t, atlas, awsBody), create(t, atlas, gcpBody)
	if got := atlas.AutoExport(projectID, "follower"); got != second {
		t.Errorf("it exports to %s, want the newest bucket %s", got, second)
	}
	if got := atlas.AutoExport(projectID, "other"); got != "" {
		t.Errorf("another cluster exports to %s", got)
	}
	send(t, atlas, "DELETE", bucketsPath+"/"+first, "").wantStatus(t, 204)
	send(t, atlas, "DELETE", bucketsPath+"/"+second, "").wantError(t, 400, "EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE")
}

func TestWhatAClusterFollowsIsKeptAndThatItFollowsIsNot(t *testing.T) {
	opts := emulator.Options{StateFile: filepath.Join(t.TempDir(), "state.json")}
	atlas := newAtlas(t, opts)
	atlas.ExportNewBuckets(projectID, "follower")
	id := create(t, atlas, awsBody)

	again := newAtlas(t, opts)
	create(t, again, awsBody)
	if got := again.AutoExport(projectID, "follower"); got != id {
		t.Errorf("it exports to %s, want %s", got, id)
	}
}
