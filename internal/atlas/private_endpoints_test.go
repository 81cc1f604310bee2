package atlas_test

import (
	"testing"
	"testing/synctest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

const (
	endpointFields = `"regionName":"US_EAST_1","vpcRegionName":"EU_WEST_1","status":"ACTIVE"}`
	wholeEndpoint  = `{"id":"` + bucketID + `","cloudProvider":"AWS",` + endpointFields
)

func TestAnAnswerAboutAnotherPrivateEndpointIsReadAgain(t *testing.T) {
	for name, bad := range map[string]string{
		"another id":    `{"id":"` + otherID + `","cloudProvider":"AWS",` + endpointFields,
		"no id":         `{"cloudProvider":"AWS",` + endpointFields,
		"another cloud": `{"id":"` + bucketID + `","cloudProvider":"AZURE",` + endpointFields,
		"no region":     `{"id":"` + bucketID + `","cloudProvider":"AWS","status":"ACTIVE"}`,
		"no status":     `{"id":"` + bucketID + `","cloudProvider":"AWS","regionName":"US_EAST_1"}`,
		"nothing":       `{}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &inTurn{answers: []string{bad, bad, wholeEndpoint}}
				ctx, client := server.client(t)
				got, err := client.GetPrivateEndpoint(ctx, projectID, atlas.AWS, bucketID)
				if err != nil || server.calls != 3 || got.ID != bucketID || got.ClusterRegion() != "EU_WEST_1" {
					t.Errorf("after %d calls: %+v, %v", server.calls, got, err)
				}
			})
		})
	}
}

func TestAPrivateEndpointMayLeaveOutWhatTheRequestHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &inTurn{answers: []string{`{"id":"` + bucketID + `","regionName":"us-east-1","status":"INITIATING"}`}}
		ctx, client := server.client(t)
		got, err := client.GetPrivateEndpoint(ctx, projectID, atlas.AWS, bucketID)
		if err != nil || got.ClusterRegion() != "us-east-1" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

func TestTheAnswerToACreationIsAboutItsRegions(t *testing.T) {
	for name, c := range map[string]struct {
		answer   string // and then the list
		vpc      string
		accepted bool
	}{
		"the same":                  {wholeEndpoint, "EU_WEST_1", true},
		"in another spelling":       {`{"id":"` + bucketID + `","regionName":"us-east-1","vpcRegionName":"eu-west-1","status":"INITIATING"}`, "EU_WEST_1", true},
		"another cluster's region":  {wholeEndpoint, "US_EAST_1", false},
		"the region of the request": {`{"id":"` + bucketID + `","regionName":"US_EAST_1","status":"INITIATING"}`, "", true},
		"an id that is none":        {`{"id":"vpce-1",` + endpointFields, "EU_WEST_1", false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &inTurn{answers: []string{c.answer, `{"results":[],"totalCount":0}`}}
				ctx, client := server.client(t)
				got, err := client.CreatePrivateEndpoint(ctx, projectID, atlas.PrivateEndpointRequest{
					CloudProvider: atlas.AWS, RegionName: "US_EAST_1", VPCRegionName: c.vpc,
				})
				if (err == nil) != c.accepted {
					t.Errorf("after %d calls: %+v, %v", server.calls, got, err)
				}
			})
		})
	}
}

func TestACreationIsNotAnsweredWithAnotherKnownPrivateEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &inTurn{answers: []string{wholeEndpoint, wholeEndpoint, `{"results":[],"totalCount":0}`}}
		ctx, client := server.client(t)
		if _, err := client.GetPrivateEndpoint(ctx, projectID, atlas.AWS, bucketID); err != nil {
			t.Fatal(err)
		}
		in := atlas.PrivateEndpointRequest{CloudProvider: atlas.AWS, RegionName: "US_EAST_1", VPCRegionName: "EU_WEST_1"}
		if got, err := client.CreatePrivateEndpoint(ctx, otherID, in); err == nil {
			t.Errorf("created %+v", got)
		}
	})
}
