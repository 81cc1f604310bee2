package emulator_test

import (
	"fmt"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	clustersPath = "/api/atlas/v2/groups/" + projectID + "/clusters"
	schedulePath = clustersPath + "/Cluster0/backup/schedule"
)

func export(bucketID, frequency string) string {
	return fmt.Sprintf(`{"exportBucketId":%q,"frequencyType":%q}`, bucketID, frequency)
}

func TestClustersAreListedInPages(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, name := range []string{"Cluster0", "Cluster1", "Cluster1", "Cluster2"} {
		atlas.AddCluster(projectID, name)
	}
	send(t, atlas, "GET", clustersPath+"?itemsPerPage=2&pageNum=2", "").wantStatus(t, 200).wantObject(t, `{
		"links":[
			{"rel":"self","href":"http://example.com`+clustersPath+`?itemsPerPage=2&pageNum=2"},
			{"rel":"previous","href":"http://example.com`+clustersPath+`?itemsPerPage=2&pageNum=1"}],
		"results":[{"name":"Cluster2"}],
		"totalCount":3}`)
}

func TestScheduleOfUnknownClusterIsNotFound(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, method := range []string{"GET", "PATCH"} {
		body := send(t, atlas, method, schedulePath, `{}`).wantError(t, 404, "CLUSTER_NOT_FOUND")
		if want := "No cluster named Cluster0 exists in group " + projectID + "."; body["detail"] != want {
			t.Errorf("detail %q, want %q", body["detail"], want)
		}
	}
}

func TestScheduleUpdateIsPartial(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	atlas.AddCluster(projectID, "Cluster0")
	id := create(t, atlas, awsBody)
	for _, tc := range []struct{ body, want, autoExport string }{
		{`{}`, `{"autoExportEnabled":false,"useOrgAndGroupNamesInExportPrefix":false}`, ""},
		{
			`{"autoExportEnabled":true,"export":` + export(id, "weekly") + `}`,
			`{"autoExportEnabled":true,"useOrgAndGroupNamesInExportPrefix":false,"export":` + export(id, "weekly") + `}`, id,
		},
		{
			`{"useOrgAndGroupNamesInExportPrefix":true}`,
			`{"autoExportEnabled":true,"useOrgAndGroupNamesInExportPrefix":true,"export":` + export(id, "weekly") + `}`, id,
		},
		{
			`{"autoExportEnabled":false}`,
			`{"autoExportEnabled":false,"useOrgAndGroupNamesInExportPrefix":true,"export":` + export(id, "weekly") + `}`, "",
		},
		{
			`{"autoExportEnabled":true}`,
			`{"autoExportEnabled":true,"useOrgAndGroupNamesInExportPrefix":true,"export":` + export(id, "weekly") + `}`, id,
		},
	} {
		send(t, atlas, "PATCH", schedulePath, tc.body).wantStatus(t, 200).wantObject(t, tc.want)
		send(t, atlas, "GET", schedulePath, "").wantStatus(t, 200).wantObject(t, tc.want)
		if got := atlas.AutoExport(projectID, "Cluster0"); got != tc.autoExport {
			t.Errorf("after %s auto export goes to %q, want %q", tc.body, got, tc.autoExport)
		}
	}
}

func TestBadScheduleIsRefused(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	atlas.AddCluster(projectID, "Cluster0")
	id := create(t, atlas, awsBody)
	for _, tc := range []struct {
		body   string
		status int
		code   string
	}{
		{`{"export":` + export(id, "monthly") + `}`, 400, "INVALID_BACKUP_POLICY"},
		{`{"autoExportEnabled":true}`, 400, "INVALID_BACKUP_POLICY"},
		{`{"autoExportEnabled":"yes"}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{`{"useOrgAndGroupNamesInExportPrefix":1}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{`{"autoExportEnabled":true,"export":"` + id + `"}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{`{"autoExportEnabled":true,"export":` + export("x", "monthly") + `}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{`{"autoExportEnabled":true,"export":` + export(id, "hourly") + `}`, 400, "INVALID_ENUM_VALUE"},
		{`{"autoExportEnabled":true,"export":{"exportBucketId":"` + id + `"}}`, 400, "MISSING_ATTRIBUTE"},
		{`{"autoExportEnabled":true,"export":{"bucket":"` + id + `"}}`, 400, "INVALID_ATTRIBUTE"},
		{`{"colour":"red"}`, 400, "INVALID_ATTRIBUTE"},
		{`[`, 400, "INVALID_JSON"},
		{`{"autoExportEnabled":true,"export":` + export(roleID, "monthly") + `}`, 404, "EXPORT_BUCKET_NOT_FOUND"},
	} {
		send(t, atlas, "PATCH", schedulePath, tc.body).wantError(t, tc.status, tc.code)
	}
	send(t, atlas, "GET", schedulePath, "").wantObject(t, `{"autoExportEnabled":false,"useOrgAndGroupNamesInExportPrefix":false}`)
}

func TestAutoExportIsSetBehindTheAPI(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	id := create(t, atlas, awsBody)
	atlas.SetAutoExport(projectID, "Cluster0", id)
	send(t, atlas, "GET", schedulePath, "").wantObject(t,
		`{"autoExportEnabled":true,"useOrgAndGroupNamesInExportPrefix":false,"export":`+export(id, "monthly")+`}`)
	atlas.SetAutoExport(projectID, "Cluster0", "")
	if got := atlas.AutoExport(projectID, "Cluster0"); got != "" {
		t.Errorf("auto export goes to %q, want it off", got)
	}
	if got := atlas.AutoExport(projectID, "Cluster9"); got != "" {
		t.Errorf("auto export of no cluster goes to %q", got)
	}
}
