package emulator_test

import (
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestEnvelopeHasStatusAndContent(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	one := bucketsPath + "/" + create(t, atlas, gcpBody)
	plain := send(t, atlas, "GET", one+"?envelope=false", "").text
	send(t, atlas, "GET", one+"?envelope=true", "").wantStatus(t, 200).
		wantObject(t, `{"status":200,"content":`+plain+`}`)
}

func TestEnvelopeOfListHasStatusBesideResults(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	create(t, atlas, gcpBody)
	list := send(t, atlas, "GET", bucketsPath+"?envelope=true", "").wantStatus(t, 200).object(t)
	if results, _ := list["results"].([]any); list["status"] != 200.0 || len(results) != 1 || list["content"] != nil {
		t.Errorf("got %v", list)
	}
	if list := send(t, atlas, "GET", bucketsPath, "").object(t); list["status"] != nil {
		t.Errorf("a status without envelope: %v", list)
	}
}

func TestErrorHasAnEnvelope(t *testing.T) {
	body := send(t, newAtlas(t, emulator.Options{}), "GET", bucketsPath+"/"+roleID+"?envelope=true", "").wantStatus(t, 404).object(t)
	content, _ := body["content"].(map[string]any)
	if body["status"] != 404.0 || content["errorCode"] != "EXPORT_BUCKET_NOT_FOUND" {
		t.Errorf("got %v", body)
	}
}

func TestNoBodyEndsWithANewline(t *testing.T) {
	atlas := newAtlasWithAccount(t)
	for _, target := range []string{bucketsPath, bucketsPath + "?pretty=true", bucketsPath + "?envelope=true", bucketsPath + "/" + roleID} {
		if got := send(t, atlas, "GET", target, ""); !strings.HasSuffix(got.text, "}") {
			t.Errorf("%s: %q", target, got.text)
		}
	}
	if got := askForToken(t, atlas); !strings.HasSuffix(got.text, "}") {
		t.Errorf("the answer to the token call is %q", got.text)
	}
}

func TestPrettyIsIndented(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	plain := send(t, atlas, "GET", bucketsPath, "").text
	pretty := send(t, atlas, "GET", bucketsPath+"?pretty=true", "").text
	if strings.Contains(strings.TrimSpace(plain), "\n") || !strings.Contains(pretty, "\n  \"results\": []") {
		t.Errorf("plain %q, pretty %q", plain, pretty)
	}
}
