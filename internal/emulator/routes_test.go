package emulator_test

import (
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestUnknownPathIsResourceNotFound(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, path := range []string{
		"/",
		"/api/atlas/v2",
		"/api/atlas/v1.0/groups/" + projectID + "/backup/exportBuckets",
		"/api/atlas/v2/groups/" + projectID + "/backup/exportbuckets",
		bucketsPath + "/",
		bucketsPath + "/" + roleID + "/more",
		bucketsPath + "/not-an-id",
		"/api/atlas/v2/groups/not-an-id/backup/exportBuckets",
	} {
		body := send(t, atlas, "GET", path, "").wantError(t, 404, "RESOURCE_NOT_FOUND")
		if want := "Cannot find resource " + path + "."; body["detail"] != want {
			t.Errorf("detail %q, want %q", body["detail"], want)
		}
	}
}

func TestWrongMethodIsRefused(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, tc := range []struct{ method, path, allow string }{
		{"PUT", bucketsPath, "POST, GET"},
		{"POST", bucketsPath + "/" + roleID, "GET, PATCH, DELETE"},
		{"POST", schedulePath, "GET, PATCH, DELETE"},
		{"GET", "/api/oauth/token", "POST"},
	} {
		got := send(t, atlas, tc.method, tc.path, "")
		got.wantError(t, 405, "METHOD_NOT_ALLOWED")
		if got.header.Get("Allow") != tc.allow {
			t.Errorf("%s %s: Allow %q, want %q", tc.method, tc.path, got.header.Get("Allow"), tc.allow)
		}
	}
}

func TestUnknownProjectIsGroupNotFound(t *testing.T) {
	other := "5e2211c17a3e5a48f5497de4"
	body := send(t, newAtlas(t, emulator.Options{}), "GET", "/api/atlas/v2/groups/"+other+"/backup/exportBuckets", "").
		wantError(t, 404, "GROUP_NOT_FOUND")
	if want := "No group with ID " + other + " exists."; body["detail"] != want {
		t.Errorf("detail %q, want %q", body["detail"], want)
	}
}
