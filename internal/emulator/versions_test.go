package emulator_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestNewestVersionNotNewerThanTheDateAnswers(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, tc := range []struct{ accept, want string }{
		{"application/vnd.atlas.2024-05-30+json", "2024-05-30"},
		{"application/vnd.atlas.2025-03-12+json", "2024-05-30"},
		{"application/vnd.atlas.2024-05-29+json", "2023-01-01"},
		{"application/vnd.atlas.2023-01-01+json", "2023-01-01"},
		{"text/html, application/vnd.atlas.2024-05-30+json;q=0.9, */*", "2024-05-30"},
	} {
		got := send(t, atlas, "GET", bucketsPath, "", withHeader("Accept", tc.accept)).wantStatus(t, 200)
		want := "application/vnd.atlas." + tc.want + "+json;charset=utf-8"
		if contentType := got.header.Get("Content-Type"); contentType != want {
			t.Errorf("%s: %s, want %s", tc.accept, contentType, want)
		}
	}
}

func TestWrongAcceptIsInvalidVersionDate(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	one := bucketsPath + "/" + create(t, atlas, awsBody)
	for _, tc := range []struct{ method, path, accept string }{
		{"GET", bucketsPath, ""},
		{"GET", bucketsPath, "*/*"},
		{"GET", bucketsPath, "application/json"},
		{"GET", bucketsPath, "application/vnd.atlas.2024-05-30+csv"},
		{"GET", bucketsPath, "application/vnd.atlas.2022-12-31+json"},
		{"GET", bucketsPath, "application/vnd.atlas.2024-13-01+json"},
		{"GET", bucketsPath, "application/vnd.atlas.2024-02-30+json"},
		{"GET", bucketsPath, "application/vnd.atlas.latest+json"},
		{"GET", bucketsPath, "application/vnd.atlas.+json"},
		{"PATCH", one, "application/vnd.atlas.2023-01-01+json"},
	} {
		got := send(t, atlas, tc.method, tc.path, `{"requirePrivateNetworking":true}`, withHeader("Accept", tc.accept))
		got.wantError(t, 406, "INVALID_VERSION_DATE")
		got.wantObject(t, `{"detail":"Invalid accept header or version date.","error":406,"errorCode":"INVALID_VERSION_DATE","parameters":[],"reason":"Not Acceptable"}`)
	}
	if atlas.ExportBuckets(projectID)[0].RequirePrivateNetworking {
		t.Error("the bucket was changed")
	}
}

func TestContentTypeIsJSON(t *testing.T) {
	atlas := newAtlasWithKey(t, "")
	made := 0
	for contentType, status := range map[string]int{
		"application/json":                                200,
		"application/json; charset=utf-8":                 200,
		"application/vnd.atlas.2024-05-30+json":           200,
		"application/vnd.atlas.2025-03-12+json;charset=x": 200,
		"":                                      415,
		"text/plain":                            415,
		"application/x-www-form-urlencoded":     415,
		"application/vnd.atlas.2024-02-30+json": 415,
		"application/vnd.atlas.2024-05-30+csv":  415,
	} {
		digest := digestOf(challengeOf(t, atlas), "public", "private", "POST", bucketsPath, 1)
		for _, authorization := range []string{"Bearer " + ownerToken, digest} {
			got := send(t, atlas, "POST", bucketsPath, awsBody, withHeader("Authorization", authorization), withHeader("Content-Type", contentType))
			if status == 200 {
				got.wantStatus(t, 200)
				made++
			} else {
				got.wantError(t, status, "INVALID_MEDIA_TYPE")
			}
		}
	}
	if n := len(atlas.ExportBuckets(projectID)); n != made {
		t.Errorf("%d buckets were made, want %d", n, made)
	}
	send(t, atlas, "GET", bucketsPath, "", withHeader("Content-Type", "")).wantStatus(t, 200)
}

// In a bubble, because the deprecated versions end at a date.
func TestDeprecatedVersionsSayHowLongTheyLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{})
		atlas.AddCluster(projectID, "Cluster0")
		for _, tc := range []struct {
			method, path, date string
			deprecated         bool
		}{
			{"GET", clustersPath, "2023-01-01", true},
			{"GET", clustersPath, "2023-02-01", true},
			{"GET", clustersPath, "2024-08-04", true},
			{"GET", clustersPath, "2024-08-05", false},
			{"GET", schedulePath, "2023-01-01", true},
			{"PATCH", schedulePath, "2023-11-15", true},
			{"GET", schedulePath, "2024-08-05", false},
			{"GET", bucketsPath, "2023-01-01", false},
			{"GET", bucketsPath, "2024-05-30", false},
		} {
			header := send(t, atlas, tc.method, tc.path, "{}", withHeader("Accept", "application/vnd.atlas."+tc.date+"+json")).wantStatus(t, 200).header
			got := [2]string{header.Get("Deprecation"), header.Get("Sunset")}
			want := map[bool][2]string{true: {"Mon, 5 Aug 2024 00:00:00 GMT", "Thu, 1 Jul 2027 00:00:00 GMT"}}[tc.deprecated]
			if got != want {
				t.Errorf("%s %s of %s: %q, want %q", tc.method, tc.path, tc.date, got, want)
			}
		}
	})
}

func TestVersionIsGoneAfterItsSunset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{})
		old := withHeader("Accept", "application/vnd.atlas.2023-02-01+json")
		time.Sleep(time.Until(time.Date(2027, time.July, 1, 0, 0, 0, 0, time.UTC)) - 1)
		send(t, atlas, "GET", clustersPath, "", old).wantStatus(t, 200)
		time.Sleep(time.Nanosecond)
		body := send(t, atlas, "GET", clustersPath, "", old).wantError(t, 410, "VERSION_GONE")
		if want := "Version 2023-02-01 of " + clustersPath[1:] + " is no longer available."; body["detail"] != want {
			t.Errorf("detail %q, want %q", body["detail"], want)
		}
		send(t, atlas, "GET", clustersPath, "").wantStatus(t, 200)
	})
}

func TestDeprecatedVersionHasAWSOnly(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	deprecated := withHeader("Accept", "application/vnd.atlas.2023-01-01+json")
	onAWS, onGCP := create(t, atlas, awsBody), create(t, atlas, gcpBody)

	send(t, atlas, "POST", bucketsPath, gcpBody, deprecated).wantError(t, 400, "INVALID_ENUM_VALUE")
	send(t, atlas, "GET", bucketsPath+"/"+onAWS, "", deprecated).wantStatus(t, 200)
	send(t, atlas, "GET", bucketsPath+"/"+onGCP, "", deprecated).wantError(t, 404, "EXPORT_BUCKET_NOT_FOUND")
	if total := send(t, atlas, "GET", bucketsPath, "", deprecated).object(t)["totalCount"]; total != 1.0 {
		t.Errorf("the list has %v buckets, want 1", total)
	}
	send(t, atlas, "PATCH", bucketsPath+"/"+onAWS, `{"requirePrivateNetworking":true}`, deprecated).
		wantError(t, 406, "INVALID_VERSION_DATE")
	send(t, atlas, "DELETE", bucketsPath+"/"+onGCP, "", deprecated).wantStatus(t, 204)
}
