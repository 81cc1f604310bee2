package atlas_test

import (
	"slices"
	"testing"
	"testing/synctest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

func TestAccessRolesOfEveryCloud(t *testing.T) {
	const answer = `{
		"awsIamRoles": [{"roleId": "668c5f0ed436263134491592", "authorizedDate": null, "iamAssumedRoleArn": null, "featureUsages": []}],
		"azureServicePrincipals": [{"_id": "668c5f0ed436263134491593", "featureUsages": null}],
		"gcpServiceAccounts": [{"roleId": "668c5f0ed436263134491594", "status": "COMPLETE", "unknown": {"field": 1}, "featureUsages": [
			{"featureType": "ENCRYPTION_AT_REST", "featureId": "a text"},
			{"featureType": "EXPORT_SNAPSHOT", "featureId": {"exportBucketId": "65b2f1d09b3d0e4c5a6f7082", "groupId": "x"}},
			{"featureType": "EXPORT_SNAPSHOT", "featureId": {"exportBucketId": "65b2f1d09b3d0e4c5a6f7081"}},
			{"featureType": "EXPORT_SNAPSHOT", "featureId": {"exportBucketId": "65b2f1d09b3d0e4c5a6f7082"}},
			{"featureType": "EXPORT_SNAPSHOT", "featureId": {"exportBucketId": 7}},
			{"featureType": "EXPORT_SNAPSHOT", "featureId": null},
			{"featureType": "EXPORT_SNAPSHOT"}
		]}]
	}`
	synctest.Test(t, func(t *testing.T) {
		ctx, client := (&inTurn{answers: []string{answer}}).client(t)
		roles, err := client.AllAccessRoles(ctx, projectID)
		if err != nil || len(roles) != 3 {
			t.Fatalf("%+v, %v", roles, err)
		}
		for i, want := range []struct {
			id, cloud string
			ready     bool
			buckets   []string
		}{
			{"668c5f0ed436263134491592", atlas.AWS, false, nil},
			{"668c5f0ed436263134491593", atlas.Azure, true, nil},
			{"668c5f0ed436263134491594", atlas.GCP, true, []string{"65b2f1d09b3d0e4c5a6f7081", "65b2f1d09b3d0e4c5a6f7082"}},
		} {
			got := roles[i]
			if got.ID() != want.id || got.CloudProvider != want.cloud || got.IsReady() != want.ready || !slices.Equal(got.ExportBucketIDs(), want.buckets) {
				t.Errorf("%+v: uses %v", got, got.ExportBucketIDs())
			}
		}
	})
}

func TestAnAnswerThatIsNotAListOfRolesIsReadAgain(t *testing.T) {
	for name, bad := range map[string]string{
		"nothing":           `{}`,
		"another list":      `{"results":[],"totalCount":0}`,
		"a role without id": `{"awsIamRoles":[{"iamAssumedRoleArn":"x"}]}`,
		"an id of AWS":      `{"azureServicePrincipals":[{"roleId":"668c5f0ed436263134491592"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &inTurn{answers: []string{bad, `{"awsIamRoles":[]}`}}
				ctx, client := server.client(t)
				if roles, err := client.AllAccessRoles(ctx, projectID); err != nil || len(roles) != 0 || server.calls != 2 {
					t.Errorf("after %d calls: %+v, %v", server.calls, roles, err)
				}
			})
		})
	}
}
