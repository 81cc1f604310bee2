package emulator_test

import (
	"fmt"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestRolePresetsNameTheRoleThatWasSent(t *testing.T) {
	const sent = "64c0ffee00000000000000ee"
	for preset, sentence := range map[string]string{
		"cannot-assume-role":  "Atlas cannot assume the specified role (%s).",
		"role-not-authorized": "The specified Cloud Provider Access role (%s) has not been authorized.",
	} {
		for body, role := range map[string]string{
			changed(t, awsBody, "iamRoleId", `"`+sent+`"`): sent,
			changed(t, gcpBody, "roleId", `"`+sent+`"`):    sent,
			changed(t, awsBody, "iamRoleId", "7"):          "64c0ffee00000000000000aa",
			"":                                             "64c0ffee00000000000000aa",
		} {
			atlas := newAtlasWithAccount(t)
			setPreset(t, atlas, preset)
			got := send(t, atlas, "POST", bucketsPath, body).wantStatus(t, 400).object(t)
			if want := fmt.Sprintf(sentence, role); got["detail"] != want || fmt.Sprint(got["parameters"]) != "["+role+"]" {
				t.Errorf("%s: %v, want %s", preset, got, want)
			}
		}
	}
}

func TestRateLimitPresetsNameThePathThatWasCalled(t *testing.T) {
	for _, path := range []string{bucketsPath, bucketsPath + "/" + someID, schedulePath, "/api/oauth/token"} {
		for preset, want := range map[string]string{
			"429":             "[" + path + " 50 1]",
			"429-retry-after": "[" + path + " 50 1]",
			"429-parameters":  "[" + path[1:] + " 55 10 5 60]",
		} {
			atlas := newAtlas(t, emulator.Options{})
			setPreset(t, atlas, preset)
			got := send(t, atlas, "GET", path+"?pretty=true", "").wantStatus(t, 429).object(t)
			if fmt.Sprint(got["parameters"]) != want {
				t.Errorf("%s of %s: %v, want %s", preset, path, got["parameters"], want)
			}
			if limited := "Resource " + path + " is limited to 50 requests every 1 minutes."; preset != "429-parameters" && got["detail"] != limited {
				t.Errorf("%s of %s: %v, want %s", preset, path, got["detail"], limited)
			}
		}
	}
}

func TestPlaceholdersAreFilled(t *testing.T) {
	for text, want := range map[string]string{
		"a {path} b /{path}":              "a " + bucketsPath[1:] + " b " + bucketsPath,
		"{bucketName|none}":               "test-bucket",
		"{roleId|none}":                   "none",
		"{roleId|bucketName|none}":        "test-bucket",
		"{requirePrivateNetworking|none}": "none", // not a text
		"{bucketName}":                    "{bucketName}",
		"{}":                              "{}",
		"{a b}":                           "{a b}",
		`{"a":1}`:                         `{"a":1}`,
	} {
		atlas := newAtlas(t, emulator.Options{})
		addFaults(t, atlas, emulator.Fault{Status: 400, Code: "X", Detail: text, Parameters: []any{text, 5}})
		got := send(t, atlas, "POST", bucketsPath, changed(t, awsBody, "requirePrivateNetworking", "true")).wantError(t, 400, "X")
		if got["detail"] != want || fmt.Sprint(got["parameters"]) != "["+want+" 5]" {
			t.Errorf("%s: %v, want %s", text, got, want)
		}
		if set := atlas.Faults()[0]; set.Detail != text || set.Parameters[0] != text {
			t.Errorf("%s: the fault is now %+v", text, set)
		}
	}
}
