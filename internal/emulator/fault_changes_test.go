package emulator_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	someID   = "5f0a0b0c0d0e0f1011121314"
	awsShown = `"_id":"` + someID + `","bucketName":"shown","cloudProvider":"AWS","iamRoleId":"` + roleID + `","requirePrivateNetworking":false`
	gcpShown = `"_id":"` + someID + `","bucketName":"shown","cloudProvider":"GCP","roleId":"` + roleID + `"`
)

// answerTo returns the answer to a GET of an Atlas with a cluster and a bucket.
func answerTo(t *testing.T, what, target string, bucket emulator.ExportBucket) answer {
	t.Helper()
	atlas := newAtlas(t, emulator.Options{})
	atlas.AddCluster(projectID, "Cluster0")
	bucket.ID, bucket.BucketName = someID, "shown"
	atlas.PutExportBucket(projectID, bucket)
	if what != "" {
		addFaults(t, atlas, emulator.Fault{Answer: what, After: true})
	}
	return send(t, atlas, "GET", target, "")
}

var (
	onAWS = emulator.ExportBucket{CloudProvider: "AWS", IAMRoleID: roleID}
	onGCP = emulator.ExportBucket{CloudProvider: "GCP", RoleID: roleID}
)

func TestAnswerCanBeChanged(t *testing.T) {
	const one = bucketsPath + "/" + someID
	usual := answerTo(t, "", schedulePath, onAWS).text
	for _, tc := range []struct {
		what   string
		bucket emulator.ExportBucket
		target string
		want   string
	}{
		{emulator.OtherID, onAWS, one, `{"_id":"64c0ffee00000000000000bb",` + strings.SplitN(awsShown, ",", 2)[1] + `}`},
		{emulator.OtherID, onAWS, schedulePath, strings.Replace(usual, `"clusterName":"Cluster0"`, `"clusterName":"another-cluster"`, 1)},
		{emulator.IDOnly, onAWS, one, `{"_id":"` + someID + `"}`},
		{emulator.IDOnly, onAWS, schedulePath, usual},
		{emulator.OldNetworking, onAWS, one, `{` + strings.Replace(awsShown, "false", "true", 1) + `}`},
		{
			emulator.OldNetworking, emulator.ExportBucket{CloudProvider: "AWS", IAMRoleID: roleID, RequirePrivateNetworking: true}, one,
			`{` + awsShown + `}`,
		},
		{emulator.OldNetworking, onGCP, one, `{` + gcpShown + `}`},
		{emulator.OtherCloud, onAWS, one, `{` + strings.Replace(awsShown, `"AWS"`, `"GCP"`, 1) + `}`},
		{emulator.OtherCloud, onGCP, one, `{` + strings.Replace(gcpShown, `"GCP"`, `"AWS"`, 1) + `}`},
		{emulator.OtherCloud, onAWS, schedulePath, usual},
		{emulator.Bare, onAWS, one, `{"_id":"` + someID + `","cloudProvider":"AWS","requirePrivateNetworking":false}`},
		{emulator.Bare, onGCP, one, `{"_id":"` + someID + `","cloudProvider":"GCP"}`},
		{emulator.Bare, onGCP, one + "?envelope=true", `{"status":200,"content":{"_id":"` + someID + `","cloudProvider":"GCP"}}`},
	} {
		got := answerTo(t, tc.what, tc.target, tc.bucket).wantStatus(t, 200)
		got.wantObject(t, tc.want)
		if got, want := got.header, answerTo(t, "", tc.target, tc.bucket).header; got.Get("Content-Type") != want.Get("Content-Type") || len(got) != len(want) {
			t.Errorf("%s: header %v, want %v", tc.what, got, want)
		}
	}
}

func TestChangedAnswerIsPrettyIfItWasAskedFor(t *testing.T) {
	if got := answerTo(t, emulator.IDOnly, bucketsPath+"/"+someID+"?pretty=true", onAWS).text; got != "{\n  \"_id\": \""+someID+"\"\n}" {
		t.Errorf("got %s", got)
	}
}

func TestPrivateNetworkingCanBeOldInAList(t *testing.T) {
	for _, query := range []string{"", "?envelope=true"} {
		usual := answerTo(t, "", bucketsPath+query, onAWS).text
		answerTo(t, emulator.OldNetworking, bucketsPath+query, onAWS).wantStatus(t, 200).wantObject(t,
			strings.Replace(usual, `"requirePrivateNetworking":false`, `"requirePrivateNetworking":true`, 1))
		usual = answerTo(t, "", bucketsPath+query, onGCP).text
		answerTo(t, emulator.OldNetworking, bucketsPath+query, onGCP).wantStatus(t, 200).wantObject(t, usual)
	}
}

func TestAnswerCanBeTooLong(t *testing.T) {
	for _, target := range []string{bucketsPath + "/" + someID, bucketsPath, schedulePath} {
		object := answerTo(t, emulator.TooLong, target, onAWS).wantStatus(t, 200).object(t)
		if padding, _ := object["padding"].(string); len(padding) != 5<<20 {
			t.Errorf("%s: %d bytes of padding", target, len(padding))
		}
		delete(object, "padding")
		rest, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		answerTo(t, "", target, onAWS).wantObject(t, string(rest))
	}
}

func TestAnswerCanBeginWithAByteOrderMark(t *testing.T) {
	for _, target := range []string{
		bucketsPath + "/" + someID, bucketsPath, schedulePath, bucketsPath + "/" + someID + "?pretty=true&envelope=true",
		bucketsPath + "/" + roleID, bucketsPath + "?pageNum=0", // errors
	} {
		got, want := answerTo(t, emulator.ByteOrderMark, target, onAWS), answerTo(t, "", target, onAWS)
		if got.text != "\xef\xbb\xbf"+want.text || got.status != want.status {
			t.Errorf("%s: %d %q", target, got.status, got.text)
		}
	}
}

func TestChangeLeavesOtherAnswersAsTheyAre(t *testing.T) {
	inList := []string{emulator.OldNetworking, emulator.TooLong, emulator.ByteOrderMark}
	for _, what := range []string{
		emulator.OtherID, emulator.IDOnly, emulator.OldNetworking, emulator.TooLong, emulator.OtherCloud, emulator.Bare, emulator.ByteOrderMark,
	} {
		atlas := newAtlasWithBuckets(t, 1)
		id := create(t, atlas, awsBody)
		usual := send(t, atlas, "GET", bucketsPath, "").text
		addFaults(t, atlas, emulator.Fault{Answer: what, After: true, Times: -1})
		if !strings.Contains(strings.Join(inList, " "), what) {
			send(t, atlas, "GET", bucketsPath, "").wantStatus(t, 200).wantObject(t, usual)
		}
		if what != emulator.ByteOrderMark {
			body := send(t, atlas, "GET", bucketsPath+"/"+roleID, "").wantError(t, 404, "EXPORT_BUCKET_NOT_FOUND")
			if len(body) != 5 {
				t.Errorf("%s: error %v", what, body)
			}
		}
		if got := send(t, atlas, "DELETE", bucketsPath+"/"+id, "").wantStatus(t, 204).text; got != "" {
			t.Errorf("%s: DELETE answers %q", what, got)
		}
	}
}

func TestAnswerOfAChangeIsChanged(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	addFaults(t, atlas, emulator.Fault{Answer: emulator.OldNetworking, After: true, Times: 2})
	made := send(t, atlas, "POST", bucketsPath, awsBody).wantStatus(t, 200).object(t)
	updated := send(t, atlas, "PATCH", bucketsPath+"/"+made["_id"].(string), `{"requirePrivateNetworking":true}`).wantStatus(t, 200).object(t)
	if made["requirePrivateNetworking"] != true || updated["requirePrivateNetworking"] != false || !atlas.ExportBuckets(projectID)[0].RequirePrivateNetworking {
		t.Errorf("made %v, updated %v, Atlas has %v", made, updated, atlas.ExportBuckets(projectID))
	}
}

func TestTokenCanBeginWithAByteOrderMark(t *testing.T) {
	atlas := newAtlasWithAccount(t)
	addFaults(t, atlas, emulator.Fault{Answer: emulator.ByteOrderMark, After: true}, emulator.Fault{Answer: emulator.TooLong, After: true})
	if got := askForToken(t, atlas).wantStatus(t, 200).text; !strings.HasPrefix(got, "\xef\xbb\xbf{\"access_token\":") {
		t.Errorf("got %s", got)
	}
	if got := askForToken(t, atlas).wantStatus(t, 200); len(got.text) < 5<<20 || got.object(t)["token_type"] != "Bearer" {
		t.Errorf("got %.100s", got.text)
	}
}
