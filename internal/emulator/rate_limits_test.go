package emulator_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// wantRateLimit fails the test when the headers of an answer are others.
func wantRateLimit(t *testing.T, got answer, limit, remaining string) {
	t.Helper()
	if l, r := got.header.Get("Ratelimit-Limit"), got.header.Get("Ratelimit-Remaining"); l != limit || r != remaining {
		t.Errorf("limit %q, remaining %q, want %q and %q", l, r, limit, remaining)
	}
}

func TestRateLimitIsThatOfTheEndpointFamily(t *testing.T) {
	const otherProject = "5e2211c17a3e5a48f5497de4"
	atlas := newAtlas(t, emulator.Options{})
	atlas.AddProject(otherProject)
	atlas.AddAccessToken(ownerToken, map[string][]emulator.Role{projectID: {emulator.ProjectOwner}, otherProject: {emulator.ProjectOwner}})
	atlas.AddCluster(projectID, "Cluster0")
	for _, tc := range []struct{ method, path, body, limit, remaining string }{
		{"GET", bucketsPath, "", "1200", "1199"},
		{"GET", bucketsPath + "/" + roleID, "", "1200", "1198"},
		{"POST", bucketsPath, "{}", "1200", "1197"},
		{"GET", schedulePath, "", "1200", "1196"},
		{"GET", clustersPath, "", "10000", "9999"},
		{"GET", clustersPath, "", "10000", "9998"},
		{"GET", "/api/atlas/v2/groups/" + otherProject + "/backup/exportBuckets", "", "1200", "1199"},
		{"GET", "/api/atlas/v2/groups/" + roleID + "/backup/exportBuckets", "", "", ""}, // GROUP_NOT_FOUND
		{"GET", "/api/atlas/v2/nothing", "", "", ""},
		{"GET", bucketsPath, "", "1200", "1195"},
	} {
		wantRateLimit(t, send(t, atlas, tc.method, tc.path, tc.body), tc.limit, tc.remaining)
	}
}

func TestRequestsOverTheRateLimitAreRefusedUntilTheMinuteIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{RateLimit: 2})
		wantRateLimit(t, send(t, atlas, "GET", bucketsPath, "").wantStatus(t, 200), "2", "1")
		time.Sleep(4500 * time.Millisecond)
		wantRateLimit(t, send(t, atlas, "POST", bucketsPath, awsBody).wantStatus(t, 200), "2", "0")

		refused := send(t, atlas, "POST", bucketsPath, awsBody)
		wantRateLimit(t, refused, "2", "0")
		body := refused.wantError(t, 429, "RATE_LIMITED_TOKEN_BUCKET")
		if want := "Resource " + bucketsPath[1:] + " is limited. Please retry after 56 seconds."; body["detail"] != want {
			t.Errorf("detail %q, want %q", body["detail"], want)
		}
		refused.wantObject(t, `{"error":429,"errorCode":"RATE_LIMITED_TOKEN_BUCKET","reason":"Too Many Requests",
			"detail":"Resource `+bucketsPath[1:]+` is limited. Please retry after 56 seconds.","parameters":["`+bucketsPath[1:]+`",56,2,2,60]}`)
		if got := refused.header.Get("Retry-After"); got != "56" {
			t.Errorf("Retry-After %q, want 56", got)
		}
		if n := len(atlas.ExportBuckets(projectID)); n != 1 {
			t.Errorf("%d buckets, want 1", n)
		}
		send(t, atlas, "GET", clustersPath, "").wantStatus(t, 200)

		time.Sleep(55500*time.Millisecond - 1)
		send(t, atlas, "GET", bucketsPath, "").wantStatus(t, 429)
		time.Sleep(time.Nanosecond)
		wantRateLimit(t, send(t, atlas, "GET", bucketsPath, "").wantStatus(t, 200), "2", "1")
	})
}

func TestAtlasOwnRateLimitIsTheDefault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limited, unlimited := newAtlas(t, emulator.Options{}), newAtlas(t, emulator.Options{RateLimit: emulator.NoRateLimit})
		for range 1200 {
			send(t, limited, "GET", bucketsPath, "").wantStatus(t, 200)
			send(t, unlimited, "GET", bucketsPath, "").wantStatus(t, 200)
		}
		send(t, limited, "GET", bucketsPath, "").wantStatus(t, 429)
		wantRateLimit(t, send(t, unlimited, "GET", bucketsPath, "").wantStatus(t, 200), "1200", "0")
	})
}

func TestRateLimitIsSetByTheControlEndpoint(t *testing.T) {
	const path = "/emulator/rate-limit"
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{})
		send(t, atlas, "GET", bucketsPath, "").wantStatus(t, 200)
		control(t, atlas, "PUT", path, `{"requestsPerMinute":1}`).wantStatus(t, 204)
		wantRateLimit(t, send(t, atlas, "GET", bucketsPath, "").wantStatus(t, 200), "1", "0")
		send(t, atlas, "GET", bucketsPath, "").wantStatus(t, 429)
		control(t, atlas, "PUT", path, `{"requestsPerMinute":-1}`).wantStatus(t, 204)
		send(t, atlas, "GET", bucketsPath, "").wantStatus(t, 200)
		control(t, atlas, "PUT", path, `{"requestsPerMinute":0}`).wantStatus(t, 204)
		wantRateLimit(t, send(t, atlas, "GET", bucketsPath, "").wantStatus(t, 200), "1200", "1199")
		for _, body := range []string{``, `{}`, `{"requestsPerMinute":-2}`, `{"requestsPerMinute":"5"}`, `{"perMinute":5}`, `{"requestsPerMinute":5,"x":1}`} {
			control(t, atlas, "PUT", path, body).wantStatus(t, 400)
		}
		wantRateLimit(t, send(t, atlas, "GET", bucketsPath, ""), "1200", "1198")
		control(t, atlas, "GET", path, "").wantStatus(t, 405)
	})
}
