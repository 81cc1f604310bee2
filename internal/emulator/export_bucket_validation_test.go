package emulator_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// changed returns a body with one attribute set to a JSON value, or taken out
// when value is "".
func changed(t *testing.T, body, name, value string) string {
	t.Helper()
	var parts []string
	for key, old := range (answer{text: body}).object(t) {
		if key != name {
			parts = append(parts, fmt.Sprintf("%q:%q", key, old))
		}
	}
	if value != "" {
		parts = append(parts, fmt.Sprintf("%q:%s", name, value))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func TestBadBucketIsRefused(t *testing.T) {
	bucketsByCloud := map[string]string{"AWS": awsBody, "AZURE": azureBody, "GCP": gcpBody}
	for _, tc := range []struct{ cloud, attribute, value, code string }{
		{"AWS", "cloudProvider", ``, "MISSING_ATTRIBUTE"},
		{"AWS", "bucketName", ``, "MISSING_ATTRIBUTE"},
		{"AWS", "bucketName", `null`, "MISSING_ATTRIBUTE"},
		{"AWS", "iamRoleId", ``, "MISSING_ATTRIBUTE"},
		{"AZURE", "roleId", ``, "MISSING_ATTRIBUTE"},
		{"AZURE", "serviceUrl", ``, "MISSING_ATTRIBUTE"},
		{"AZURE", "bucketName", ``, "MISSING_ATTRIBUTE"},
		{"GCP", "bucketName", ``, "MISSING_ATTRIBUTE"},
		{"GCP", "roleId", ``, "MISSING_ATTRIBUTE"},

		{"AWS", "cloudProvider", `"ALIBABA"`, "INVALID_ENUM_VALUE"},
		{"AWS", "cloudProvider", `"aws"`, "INVALID_ENUM_VALUE"},

		{"AWS", "colour", `"red"`, "INVALID_ATTRIBUTE"},
		{"AWS", "region", `"us-east-1"`, "INVALID_ATTRIBUTE"},
		{"AWS", "roleId", `"` + roleID + `"`, "INVALID_ATTRIBUTE"},
		{"AWS", "serviceUrl", `"https://account.blob.core.windows.net"`, "INVALID_ATTRIBUTE"},
		{"AWS", "tenantId", `"x"`, "INVALID_ATTRIBUTE"},
		{"AZURE", "iamRoleId", `"` + roleID + `"`, "INVALID_ATTRIBUTE"},
		{"AZURE", "requirePrivateNetworking", `false`, "INVALID_ATTRIBUTE"},
		{"GCP", "iamRoleId", `"` + roleID + `"`, "INVALID_ATTRIBUTE"},
		{"GCP", "serviceUrl", `"https://account.blob.core.windows.net"`, "INVALID_ATTRIBUTE"},
		{"GCP", "requirePrivateNetworking", `true`, "INVALID_ATTRIBUTE"},
		{"GCP", "tenantId", `"x"`, "INVALID_ATTRIBUTE"},

		{"AWS", "iamRoleId", `"arn:aws:iam::123456789012:role/atlas"`, "INVALID_JSON_ATTRIBUTE"},
		{"AWS", "iamRoleId", `"64C0FFEE00000000000000AA"`, "INVALID_JSON_ATTRIBUTE"},
		{"AWS", "iamRoleId", `""`, "INVALID_JSON_ATTRIBUTE"},
		{"AWS", "bucketName", `5`, "INVALID_JSON_ATTRIBUTE"},
		{"AWS", "requirePrivateNetworking", `"true"`, "INVALID_JSON_ATTRIBUTE"},
		{"AZURE", "roleId", `"64c0ffee"`, "INVALID_JSON_ATTRIBUTE"},
		{"GCP", "roleId", `7`, "INVALID_JSON_ATTRIBUTE"},

		{"AWS", "bucketName", `"ab"`, "VALIDATION_ERROR"},
		{"AWS", "bucketName", `""`, "VALIDATION_ERROR"},
		{"AWS", "bucketName", `"` + strings.Repeat("a", 64) + `"`, "VALIDATION_ERROR"},
		{"GCP", "bucketName", `"ab"`, "VALIDATION_ERROR"},
		{"AZURE", "serviceUrl", `"http://account.blob.core.windows.net"`, "VALIDATION_ERROR"},
		{"AZURE", "serviceUrl", `"https://account.blob.core.windows.net.example.com"`, "VALIDATION_ERROR"},
		{"AZURE", "serviceUrl", `"https://account.blob.core.windows.net/a/b"`, "VALIDATION_ERROR"},
		{"AZURE", "serviceUrl", `"https://account.blob.core.windows.net/` + strings.Repeat("a", 2048) + `"`, "VALIDATION_ERROR"},

		{"AWS", "bucketName", `"Test-Bucket"`, "EXPORT_BUCKET_NAME_INVALID"},
		{"AWS", "bucketName", `"test_bucket"`, "EXPORT_BUCKET_NAME_INVALID"},
		{"AWS", "bucketName", `"test-"`, "EXPORT_BUCKET_NAME_INVALID"},
		{"AZURE", "bucketName", `"snap.shots"`, "EXPORT_BUCKET_NAME_INVALID"},
		{"AZURE", "bucketName", `"snap--shots"`, "EXPORT_BUCKET_NAME_INVALID"},
		{"GCP", "bucketName", `"-bucket"`, "EXPORT_BUCKET_NAME_INVALID"},
	} {
		t.Run(fmt.Sprintf("%s %s %.60s", tc.cloud, tc.attribute, tc.value), func(t *testing.T) {
			atlas := newAtlas(t, emulator.Options{})
			body := send(t, atlas, "POST", bucketsPath, changed(t, bucketsByCloud[tc.cloud], tc.attribute, tc.value)).
				wantError(t, 400, tc.code)
			switch tc.code {
			case "VALIDATION_ERROR":
				if got := fields(t, body); got[0] != tc.attribute {
					t.Errorf("fields %v", got)
				}
			case "MISSING_ATTRIBUTE", "INVALID_ATTRIBUTE", "INVALID_JSON_ATTRIBUTE":
				if got := body["parameters"].([]any); got[0] != tc.attribute {
					t.Errorf("parameters %v", got)
				}
			}
			if n := len(atlas.ExportBuckets(projectID)); n != 0 {
				t.Errorf("%d buckets were made", n)
			}
		})
	}
}

func TestWrongIDHasTheRecordedSentence(t *testing.T) {
	body := send(t, newAtlas(t, emulator.Options{}), "POST", bucketsPath, changed(t, awsBody, "iamRoleId", `"x"`)).
		wantError(t, 400, "INVALID_JSON_ATTRIBUTE")
	if want := "Received JSON for the iamRoleId attribute does not match expected format."; body["detail"] != want {
		t.Errorf("detail %q, want %q", body["detail"], want)
	}
}

func TestBadJSONIsRefused(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, body := range []string{"", "{", "[]", `"text"`, awsBody + "x", awsBody + strings.Repeat(" ", 1<<20)} {
		send(t, atlas, "POST", bucketsPath, body).wantError(t, 400, "INVALID_JSON")
	}
}

func TestEveryViolationIsNamed(t *testing.T) {
	body := send(t, newAtlas(t, emulator.Options{}), "POST", bucketsPath,
		`{"cloudProvider":"AZURE","bucketName":"a","roleId":"`+roleID+`","serviceUrl":"ftp://x"}`).wantError(t, 400, "VALIDATION_ERROR")
	if got := fmt.Sprint(fields(t, body)); got != "[bucketName serviceUrl serviceUrl]" {
		t.Errorf("fields %s", got)
	}
}

func TestServiceURLIsKeptAsSent(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, url := range []string{
		"https://account.blob.core.windows.net",
		"https://account.blob.core.windows.net/",
		"https://account.blob.core.windows.net/snapshots",
		"https://account.blob.core.windows.net/snapshots/",
	} {
		id := create(t, atlas, changed(t, azureBody, "serviceUrl", `"`+url+`"`))
		if got := send(t, atlas, "GET", bucketsPath+"/"+id, "").object(t)["serviceUrl"]; got != url {
			t.Errorf("sent %s, got %s", url, got)
		}
	}
}

func TestContainerOfTheServiceURLNamesTheBucket(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	body := `{"cloudProvider":"AZURE","roleId":"` + roleID + `","serviceUrl":"https://account.blob.core.windows.net/snapshots"}`
	if got := send(t, atlas, "POST", bucketsPath, body).wantStatus(t, 200).object(t)["bucketName"]; got != "snapshots" {
		t.Errorf("bucketName %v, want snapshots", got)
	}
}

func TestTenantThatWasSentIsIgnored(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	sent := "11111111-2222-4333-8444-555555555555"
	created := send(t, atlas, "POST", bucketsPath, changed(t, azureBody, "tenantId", `"`+sent+`"`)).wantStatus(t, 200).object(t)
	if got := created["tenantId"]; got == sent || got == nil {
		t.Errorf("tenantId %v", got)
	}
}

func TestPrivateNetworkingCanBeRequiredOnCreate(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	created := send(t, atlas, "POST", bucketsPath, changed(t, awsBody, "requirePrivateNetworking", `true`)).wantStatus(t, 200).object(t)
	if created["requirePrivateNetworking"] != true || !atlas.ExportBuckets(projectID)[0].RequirePrivateNetworking {
		t.Errorf("got %v", created)
	}
}
