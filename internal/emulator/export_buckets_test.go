package emulator_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestAnswersHaveTheFieldsOfTheirCloud(t *testing.T) {
	for _, tc := range []struct{ name, body, created, read string }{
		{
			"AWS", awsBody,
			`{"_id":"%s","bucketName":"test-bucket","cloudProvider":"AWS","iamRoleId":"` + roleID + `","requirePrivateNetworking":false}`,
			`{"_id":"%s","bucketName":"test-bucket","cloudProvider":"AWS","iamRoleId":"` + roleID + `","requirePrivateNetworking":false,"region":"us-east-1"}`,
		},
		{
			"AZURE", azureBody,
			`{"_id":"%s","bucketName":"snapshots","cloudProvider":"AZURE","roleId":"` + roleID + `","serviceUrl":"https://account.blob.core.windows.net/","tenantId":"00000000-aaaa-4bbb-8ccc-0123456789ab"}`,
			`{"_id":"%s","bucketName":"snapshots","cloudProvider":"AZURE","roleId":"` + roleID + `","serviceUrl":"https://account.blob.core.windows.net/","tenantId":"00000000-aaaa-4bbb-8ccc-0123456789ab"}`,
		},
		{
			"GCP", gcpBody,
			`{"_id":"%s","bucketName":"test_bucket","cloudProvider":"GCP","roleId":"` + roleID + `"}`,
			`{"_id":"%s","bucketName":"test_bucket","cloudProvider":"GCP","roleId":"` + roleID + `"}`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			atlas := newAtlas(t, emulator.Options{})
			created := send(t, atlas, "POST", bucketsPath, tc.body).wantStatus(t, 200)
			id := created.object(t)["_id"].(string)
			created.wantObject(t, fmt.Sprintf(tc.created, id))
			send(t, atlas, "GET", bucketsPath+"/"+id, "").wantStatus(t, 200).wantObject(t, fmt.Sprintf(tc.read, id))
			send(t, atlas, "GET", bucketsPath, "").wantStatus(t, 200).wantObject(t, `{
				"links":[{"rel":"self","href":"http://example.com`+bucketsPath+`?includeCount=true&pageNum=1&itemsPerPage=100"}],
				"results":[`+fmt.Sprintf(tc.read, id)+`],
				"totalCount":1}`)
		})
	}
}

func TestRegionShowsAfterItsDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{RegionDelay: 7 * time.Second})
		one := bucketsPath + "/" + create(t, atlas, awsBody)
		region := func() string {
			region, _ := send(t, atlas, "GET", one, "").object(t)["region"].(string)
			if held := atlas.ExportBuckets(projectID)[0].Region; held != region {
				t.Errorf("ExportBuckets has region %q, GET %q", held, region)
			}
			return region
		}
		time.Sleep(7*time.Second - 1)
		if got := region(); got != "" {
			t.Errorf("region %q before the delay is over", got)
		}
		time.Sleep(time.Nanosecond)
		if got := region(); got != "us-east-1" {
			t.Errorf("region %q after the delay", got)
		}
	})
}

func TestIDsCarryTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{})
		time.Sleep(time.Hour)
		for _, id := range []string{
			create(t, atlas, awsBody),
			atlas.PutExportBucket(projectID, emulator.ExportBucket{CloudProvider: "AWS"}).ID,
		} {
			if len(id) != 24 || strings.Trim(id, "0123456789abcdef") != "" {
				t.Fatalf("%q is not hex24", id)
			}
			seconds, err := strconv.ParseInt(id[:8], 16, 64)
			if err != nil || seconds != time.Now().Unix() {
				t.Errorf("%s carries %d, want %d", id, seconds, time.Now().Unix())
			}
		}
	})
}

func TestDuplicatesAreAllowed(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	first, second := create(t, atlas, awsBody), create(t, atlas, awsBody)
	if first == second || len(atlas.ExportBuckets(projectID)) != 2 {
		t.Errorf("%s and %s, %d buckets", first, second, len(atlas.ExportBuckets(projectID)))
	}
}

func TestPrivateNetworkingChangesInPlace(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	one := bucketsPath + "/" + create(t, atlas, awsBody)
	for _, want := range []bool{true, false} {
		body := fmt.Sprintf(`{"requirePrivateNetworking":%t}`, want)
		changed := send(t, atlas, "PATCH", one, body).wantStatus(t, 200)
		if changed.object(t)["requirePrivateNetworking"] != want || changed.object(t)["region"] != "us-east-1" {
			t.Errorf("PATCH answers %s", changed.text)
		}
		send(t, atlas, "GET", one, "").wantObject(t, changed.text)
	}
}

func TestNothingElseChangesInPlace(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	onAWS, onGCP := create(t, atlas, awsBody), create(t, atlas, gcpBody)
	before := fmt.Sprint(atlas.ExportBuckets(projectID))
	for _, tc := range []struct{ id, body, code string }{
		{onAWS, `{"requirePrivateNetworking":true,"bucketName":"other"}`, "INVALID_ATTRIBUTE"},
		{onAWS, `{"requirePrivateNetworking":"yes"}`, "INVALID_JSON_ATTRIBUTE"},
		{onAWS, `{}`, "MISSING_ATTRIBUTE"},
		{onAWS, ``, "INVALID_JSON"},
		{onGCP, `{"requirePrivateNetworking":true}`, "INVALID_ATTRIBUTE"},
	} {
		send(t, atlas, "PATCH", bucketsPath+"/"+tc.id, tc.body).wantError(t, 400, tc.code)
	}
	if after := fmt.Sprint(atlas.ExportBuckets(projectID)); after != before {
		t.Errorf("got  %s\nwant %s", after, before)
	}
}

func TestDeletedBucketIsGone(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	id, kept := create(t, atlas, azureBody), create(t, atlas, gcpBody)
	deleted := send(t, atlas, "DELETE", bucketsPath+"/"+id, "").wantStatus(t, 204)
	if contentType := deleted.header.Get("Content-Type"); deleted.text != "" || contentType != "application/vnd.atlas.2023-01-01+json;charset=utf-8" {
		t.Errorf("204 with the body %q and the Content-Type %q", deleted.text, contentType)
	}
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		body := send(t, atlas, method, bucketsPath+"/"+id, `{"requirePrivateNetworking":true}`).wantError(t, 404, "EXPORT_BUCKET_NOT_FOUND")
		if want := "No export Bucket with ID " + id + " does not exist."; body["detail"] != want {
			t.Errorf("detail %q, want %q", body["detail"], want)
		}
	}
	if held := atlas.ExportBuckets(projectID); len(held) != 1 || held[0].ID != kept {
		t.Errorf("Atlas holds %+v", held)
	}
}

func TestBucketInUseIsNotDeleted(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	id := create(t, atlas, awsBody)
	atlas.AddCluster(projectID, "Cluster0")
	atlas.SetAutoExport(projectID, "Cluster1", id)
	send(t, atlas, "DELETE", bucketsPath+"/"+id, "").wantError(t, 400, "EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE")
	atlas.SetAutoExport(projectID, "Cluster1", "")
	send(t, atlas, "DELETE", bucketsPath+"/"+id, "").wantStatus(t, 204)
}

func TestBucketsOfAnotherProjectAreNotFound(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	id := atlas.PutExportBucket("5e2211c17a3e5a48f5497de4", emulator.ExportBucket{CloudProvider: "AWS"}).ID
	send(t, atlas, "GET", bucketsPath+"/"+id, "").wantError(t, 404, "EXPORT_BUCKET_NOT_FOUND")
}

func TestBucketsChangeWithoutTheAPI(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	old := emulator.ExportBucket{ID: "6400000000000000000000ff", BucketName: "old", CloudProvider: "AWS", IAMRoleID: roleID}
	if put := atlas.PutExportBucket(projectID, old); put != old {
		t.Errorf("put %+v, got %+v", old, put)
	}
	send(t, atlas, "GET", bucketsPath+"/"+old.ID, "").wantStatus(t, 200).wantObject(t,
		`{"_id":"6400000000000000000000ff","bucketName":"old","cloudProvider":"AWS","iamRoleId":"`+roleID+`","requirePrivateNetworking":false}`)
	atlas.RemoveExportBucket(projectID, old.ID)
	send(t, atlas, "GET", bucketsPath+"/"+old.ID, "").wantError(t, 404, "EXPORT_BUCKET_NOT_FOUND")
}
