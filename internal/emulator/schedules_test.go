package emulator_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	clustersPath = "/api/atlas/v2/groups/" + projectID + "/clusters"
	schedulePath = clustersPath + "/Cluster0/backup/schedule"
	ofCluster0   = `"clusterId":"a5a0d1e7e7f5428521472bbc","clusterName":"Cluster0"` // the same in every run
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
		{`{}`, `{"autoExportEnabled":false,"useOrgAndGroupNamesInExportPrefix":false,` + ofCluster0 + `}`, ""},
		{
			`{"autoExportEnabled":true,"export":` + export(id, "weekly") + `}`,
			`{"autoExportEnabled":true,"useOrgAndGroupNamesInExportPrefix":false,"export":` + export(id, "weekly") + `,` + ofCluster0 + `}`, id,
		},
		{
			`{"useOrgAndGroupNamesInExportPrefix":true}`,
			`{"autoExportEnabled":true,"useOrgAndGroupNamesInExportPrefix":true,"export":` + export(id, "weekly") + `,` + ofCluster0 + `}`, id,
		},
		{
			`{"autoExportEnabled":false}`,
			`{"autoExportEnabled":false,"useOrgAndGroupNamesInExportPrefix":true,"export":` + export(id, "weekly") + `,` + ofCluster0 + `}`, "",
		},
		{
			`{"autoExportEnabled":true}`,
			`{"autoExportEnabled":true,"useOrgAndGroupNamesInExportPrefix":true,"export":` + export(id, "weekly") + `,` + ofCluster0 + `}`, id,
		},
	} {
		send(t, atlas, "PATCH", schedulePath, tc.body).wantStatus(t, 200).wantObject(t, tc.want)
		send(t, atlas, "GET", schedulePath, "").wantStatus(t, 200).wantObject(t, tc.want)
		if got := atlas.AutoExport(projectID, "Cluster0"); got != tc.autoExport {
			t.Errorf("after %s auto export goes to %q, want %q", tc.body, got, tc.autoExport)
		}
	}
}

func TestEachClusterHasAnIDOfItsOwn(t *testing.T) {
	const otherProject = "5e2211c17a3e5a48f5497de4"
	atlas := newAtlas(t, emulator.Options{})
	atlas.AddAccessToken(ownerToken, map[string][]emulator.Role{projectID: {emulator.ProjectOwner}, otherProject: {emulator.ProjectOwner}})
	seen := map[any]bool{}
	for _, project := range []string{projectID, otherProject} {
		for _, name := range []string{"Cluster0", "Cluster1"} {
			atlas.AddCluster(project, name)
			path := "/api/atlas/v2/groups/" + project + "/clusters/" + name + "/backup/schedule"
			schedule := send(t, atlas, "GET", path, "").wantStatus(t, 200).object(t)
			id, _ := schedule["clusterId"].(string)
			if !regexp.MustCompile(`^[a-f0-9]{24}$`).MatchString(id) || seen[id] || schedule["clusterName"] != name {
				t.Errorf("%s has %v", name, schedule)
			}
			seen[id] = true
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
	send(t, atlas, "GET", schedulePath, "").wantObject(t, `{"autoExportEnabled":false,"useOrgAndGroupNamesInExportPrefix":false,`+ofCluster0+`}`)
}

func TestAutoExportIsSetBehindTheAPI(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	id := create(t, atlas, awsBody)
	atlas.SetAutoExport(projectID, "Cluster0", id)
	send(t, atlas, "GET", schedulePath, "").wantObject(t,
		`{"autoExportEnabled":true,"useOrgAndGroupNamesInExportPrefix":false,"export":`+export(id, "monthly")+`,`+ofCluster0+`}`)
	atlas.SetAutoExport(projectID, "Cluster0", "")
	if got := atlas.AutoExport(projectID, "Cluster0"); got != "" {
		t.Errorf("auto export goes to %q, want it off", got)
	}
	if got := atlas.AutoExport(projectID, "Cluster9"); got != "" {
		t.Errorf("auto export of no cluster goes to %q", got)
	}
}
