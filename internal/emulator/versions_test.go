package emulator_test

import (
	"testing"

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

func TestAcceptMustBeVersioned(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, accept := range []string{"", "*/*", "application/json", "application/vnd.atlas.2024-05-30+csv"} {
		send(t, atlas, "GET", bucketsPath, "", withHeader("Accept", accept)).wantError(t, 406, "INVALID_MEDIA_TYPE")
	}
}

func TestContentTypeMustBeVersioned(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, contentType := range []string{"", "application/json", "application/x-www-form-urlencoded"} {
		send(t, atlas, "POST", bucketsPath, awsBody, withHeader("Content-Type", contentType)).wantError(t, 415, "INVALID_MEDIA_TYPE")
	}
	send(t, atlas, "POST", bucketsPath, awsBody, withHeader("Content-Type", "application/vnd.atlas.2024-02-30+json")).
		wantError(t, 400, "INVALID_VERSION_DATE")
	if n := len(atlas.ExportBuckets(projectID)); n != 0 {
		t.Errorf("%d buckets were made", n)
	}
	create(t, atlas, awsBody)
	send(t, atlas, "GET", bucketsPath, "", withHeader("Content-Type", "")).wantStatus(t, 200)
}

func TestDateWithoutVersionIsInvalid(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	clusters := "/api/atlas/v2/groups/" + projectID + "/clusters"
	for _, tc := range []struct{ path, date string }{
		{bucketsPath, "2022-12-31"},
		{bucketsPath, "2024-13-01"},
		{bucketsPath, "2024-02-30"},
		{bucketsPath, "latest"},
		{bucketsPath, ""},
		{clusters, "2024-08-04"},
	} {
		body := send(t, atlas, "GET", tc.path, "", withHeader("Accept", "application/vnd.atlas."+tc.date+"+json")).
			wantError(t, 400, "INVALID_VERSION_DATE")
		if parameters := body["parameters"].([]any); parameters[0] != tc.date {
			t.Errorf("parameters %v, want %s", parameters, tc.date)
		}
	}
}

func TestDeprecatedVersionKnowsAWSOnly(t *testing.T) {
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
		wantError(t, 400, "INVALID_VERSION_DATE")
	send(t, atlas, "DELETE", bucketsPath+"/"+onGCP, "", deprecated).wantStatus(t, 204)
}
