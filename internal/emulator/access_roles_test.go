package emulator_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const rolesPath = "/api/atlas/v2/groups/" + projectID + "/cloudProviderAccess"

func TestAccessRolesAreListedByCloud(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{})
		send(t, atlas, "GET", rolesPath, "").wantStatus(t, 200).wantObject(t, `{"awsIamRoles":[],"azureServicePrincipals":[],"gcpServiceAccounts":[]}`)
		onAWS, onAzure, onGCP := create(t, atlas, awsBody), create(t, atlas, azureBody), create(t, atlas, gcpBody)
		const fresh, azureID, gcpID = "64c0ffee00000000000000a1", "64c0ffee00000000000000a2", "64c0ffee00000000000000a3"
		atlas.AddAccessRole(projectID, emulator.AccessRole{ID: roleID, AuthorizedDate: time.Now().Add(time.Hour), IAMAssumedRoleARN: "arn:aws:iam::1:role/x"})
		atlas.AddAccessRole(projectID, emulator.AccessRole{ID: fresh, CloudProvider: "AWS"})
		atlas.AddAccessRole(projectID, emulator.AccessRole{ID: azureID, CloudProvider: "AZURE", ServicePrincipalID: "p", TenantID: "t"})
		atlas.AddAccessRole(projectID, emulator.AccessRole{ID: gcpID, CloudProvider: "GCP", Status: "COMPLETE"})

		usage := func(bucketID string) string {
			return fmt.Sprintf(`{"featureType":"EXPORT_SNAPSHOT","featureId":{"exportBucketId":%q,"groupId":%q}}`, bucketID, projectID)
		}
		awsRole := func(id, more string) string {
			return fmt.Sprintf(`{"roleId":%q,"createdDate":"2000-01-01T00:00:00Z","atlasAWSAccountArn":"arn:aws:iam::210987654321:root",
				"atlasAssumedRoleExternalId":"64c0ffee-0000-4000-8000-%s",%s}`, id, id[12:], more)
		}
		// All three buckets have the same role id, whatever their cloud.
		authorized := awsRole(roleID, `"authorizedDate":"2000-01-01T01:00:00Z","iamAssumedRoleArn":"arn:aws:iam::1:role/x","featureUsages":[`+
			usage(onAWS)+`,`+usage(onAzure)+`,`+usage(onGCP)+`]`)
		notAuthorized := awsRole(fresh, `"authorizedDate":null,"iamAssumedRoleArn":null,"featureUsages":[]`)
		azureRole := `{"_id":"` + azureID + `","servicePrincipalId":"p","tenantId":"t","atlasAzureAppId":"64c0ffee-0000-4000-8000-0000000000aa","featureUsages":[]}`
		gcpRole := `{"roleId":"` + gcpID + `","status":"COMPLETE","gcpServiceAccountForAtlas":"atlas-0000000000a3@p-emulator.iam.gserviceaccount.com","featureUsages":[]}`
		send(t, atlas, "GET", rolesPath+"?itemsPerPage=1&pageNum=2", "").wantStatus(t, 200).wantObject(t,
			`{"awsIamRoles":[`+authorized+`,`+notAuthorized+`],"azureServicePrincipals":[`+azureRole+`],"gcpServiceAccounts":[`+gcpRole+`]}`)
		for id, want := range map[string]string{roleID: authorized, fresh: notAuthorized, azureID: azureRole, gcpID: gcpRole} {
			send(t, atlas, "GET", rolesPath+"/"+id, "").wantStatus(t, 200).wantObject(t, want)
		}
		send(t, atlas, "GET", rolesPath+"/"+someID, "").wantError(t, 404, "CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND")
	})
}

func TestExportBucketNeedsAnAuthorizedRoleOfItsCloud(t *testing.T) {
	ready := map[string]emulator.AccessRole{
		awsBody:   {ID: roleID, CloudProvider: "AWS", AuthorizedDate: time.Now()},
		azureBody: {ID: roleID, CloudProvider: "AZURE", ServicePrincipalID: "principal", TenantID: "tenant"},
		gcpBody:   {ID: roleID, CloudProvider: "GCP", Status: "COMPLETE"},
	}
	for body, role := range ready {
		atlas := newAtlas(t, emulator.Options{})
		create(t, atlas, body) // no roles: any will do
		refused := func(why string) {
			t.Helper()
			got := send(t, atlas, "POST", bucketsPath, body).wantError(t, 400, "CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED")
			if want := "The specified Cloud Provider Access role (" + roleID + ") has not been authorized."; got["detail"] != want {
				t.Errorf("%s: detail %q, want %q", why, got["detail"], want)
			}
		}
		other := role
		other.ID = someID
		atlas.AddAccessRole(projectID, other)
		refused("unknown")
		notReady := role
		notReady.AuthorizedDate, notReady.ServicePrincipalID, notReady.Status = time.Time{}, "", ""
		atlas.AddAccessRole(projectID, notReady)
		refused("not authorized")
		elsewhere := ready[map[string]string{awsBody: gcpBody, gcpBody: azureBody, azureBody: awsBody}[body]]
		atlas.AddAccessRole(projectID, elsewhere)
		refused("of another cloud")
		atlas.AddAccessRole(projectID, role)
		created := send(t, atlas, "POST", bucketsPath, body).wantStatus(t, 200).object(t)
		if tenant := created["tenantId"]; body == azureBody && tenant != "tenant" || body != azureBody && tenant != nil {
			t.Errorf("created %v", created)
		}
	}
}

func TestAccessRolesNeedAnyRole(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, call := range []string{"GET " + rolesPath, "GET " + rolesPath + "/" + someID} {
		wantRoles(t, atlas, call, emulator.ProjectReadOnly, emulator.ProjectBackupManager, emulator.ProjectOwner)
	}
}

func TestAccessRolesAreKept(t *testing.T) {
	opts := emulator.Options{StateFile: filepath.Join(t.TempDir(), "state.json")}
	first := newAtlas(t, opts)
	first.AddAccessRole(projectID, emulator.AccessRole{ID: roleID, AuthorizedDate: time.Now()})
	want := send(t, first, "GET", rolesPath, "").wantStatus(t, 200).text
	send(t, newAtlas(t, opts), "GET", rolesPath, "").wantStatus(t, 200).wantObject(t, want)
}
