package emulator_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	endpointsPath = "/api/atlas/v2/groups/" + projectID + "/backup/AWS/privateEndpoints"
	endpointBody  = `{"cloudProvider":"AWS","regionName":"US_EAST_1"}`
)

// createEndpoint makes a private endpoint and returns its path.
func createEndpoint(t *testing.T, atlas *emulator.Atlas, body string) string {
	t.Helper()
	return endpointsPath + "/" + send(t, atlas, "POST", endpointsPath, body).wantStatus(t, 201).object(t)["id"].(string)
}

// endpointOf returns what an endpoint in US_EAST_1 has, and more.
func endpointOf(path, more string) string {
	return fmt.Sprintf(`{"id":%q,"cloudProvider":"AWS","regionName":"US_EAST_1","vpcRegionName":"US_EAST_1",%s}`, filepath.Base(path), more)
}

func connectionOf(path string) string {
	return `"privateEndpointConnectionName":"vpce-0` + filepath.Base(path)[:16] + `"`
}

func TestPrivateEndpointGoesThroughItsStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{Paces: takesOf(time.Minute, 2*time.Minute)})
		posted := send(t, atlas, "POST", endpointsPath, endpointBody).wantStatus(t, 201)
		one := endpointsPath + "/" + posted.object(t)["id"].(string)
		posted.wantObject(t, endpointOf(one, `"status":"INITIATING"`))
		want := func(wait time.Duration, status string) {
			t.Helper()
			time.Sleep(wait)
			send(t, atlas, "GET", one, "").wantStatus(t, 200).wantObject(t, endpointOf(one, `"status":`+status))
			list := send(t, atlas, "GET", endpointsPath, "").wantStatus(t, 200).object(t)
			if got := list["results"].([]any)[0].(map[string]any)["status"]; list["totalCount"] != 1.0 || !strings.HasPrefix(status, fmt.Sprintf("%q", got)) {
				t.Errorf("list %v", list)
			}
		}
		want(time.Minute-1, `"INITIATING"`)
		want(1, `"PENDING_ACCEPTANCE",`+connectionOf(one))
		want(2*time.Minute-1, `"PENDING_ACCEPTANCE",`+connectionOf(one))
		want(1, `"ACTIVE",`+connectionOf(one))
		want(time.Hour, `"ACTIVE",`+connectionOf(one))

		if got := send(t, atlas, "DELETE", one, "").wantStatus(t, 204).text; got != "" {
			t.Errorf("DELETE answers %q", got)
		}
		want(0, `"DELETING",`+connectionOf(one))
		want(time.Minute, `"DELETING",`+connectionOf(one))
		send(t, atlas, "DELETE", one, "").wantStatus(t, 204) // does not begin again
		want(time.Minute-1, `"DELETING",`+connectionOf(one))
		time.Sleep(time.Nanosecond)
		for _, method := range []string{"GET", "DELETE"} {
			send(t, atlas, method, one, "").wantError(t, 404, "PRIVATE_ENDPOINT_NOT_FOUND")
		}
	})
}

func TestPrivateEndpointEndsAsThePaceSays(t *testing.T) {
	for _, tc := range []struct{ outcome, message, want string }{
		{"FAILED", "No subnet is left.", `"status":"FAILED","errorMessage":"No subnet is left."`},
		{"FAILED", "", `"status":"FAILED","errorMessage":"The private endpoint could not be created."`},
		{"PENDING_RECREATION", "", `"status":"PENDING_RECREATION"`},
		{"PENDING_ACCEPTANCE", "", `"status":"PENDING_ACCEPTANCE"`},
		{"ACTIVE", "", `"status":"ACTIVE"`},
	} {
		atlas := newAtlas(t, emulator.Options{})
		setPaces(t, atlas, takesOf(0, 0), func(p *emulator.Paces) {
			p.PrivateEndpoints.Outcome, p.PrivateEndpoints.Message = tc.outcome, tc.message
		})
		one := createEndpoint(t, atlas, endpointBody)
		if got := atlas.PrivateEndpoints(projectID); len(got) != 1 || got[0].Status != tc.outcome {
			t.Errorf("endpoints %+v, want %s", got, tc.outcome)
		}
		send(t, atlas, "GET", one, "").wantStatus(t, 200).wantObject(t, endpointOf(one, tc.want+","+connectionOf(one)))
	}
}

func TestOnePrivateEndpointForEachPairOfRegions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{Paces: takesOf(0, time.Minute)})
		const withVPC = `{"cloudProvider":"AWS","regionName":"US_EAST_1","vpcRegionName":"%s"}`
		one := createEndpoint(t, atlas, endpointBody)
		exists := func() {
			t.Helper()
			send(t, atlas, "POST", endpointsPath, endpointBody).wantError(t, 409, "PRIVATE_ENDPOINT_ALREADY_EXISTS")
			send(t, atlas, "POST", endpointsPath, fmt.Sprintf(withVPC, "US_EAST_1")).wantError(t, 409, "PRIVATE_ENDPOINT_ALREADY_EXISTS")
		}
		exists()
		other := createEndpoint(t, atlas, fmt.Sprintf(withVPC, "EU_WEST_1"))
		if got := send(t, atlas, "GET", other, "").object(t); got["regionName"] != "US_EAST_1" || got["vpcRegionName"] != "EU_WEST_1" {
			t.Errorf("got %v", got)
		}
		createEndpoint(t, atlas, `{"cloudProvider":"AWS","regionName":"EU_WEST_1"}`)
		send(t, atlas, "DELETE", one, "").wantStatus(t, 204)
		exists()
		time.Sleep(time.Minute)
		createEndpoint(t, atlas, endpointBody)
	})
}

func TestBadPrivateEndpointIsRefused(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for body, code := range map[string]string{
		`[`:                     "INVALID_JSON",
		`{}`:                    "MISSING_ATTRIBUTE",
		`{"regionName":1}`:      "INVALID_JSON_ATTRIBUTE",
		`{"regionName":"x"}`:    "INVALID_ENUM_VALUE",
		`{"regionName":"us-1"}`: "INVALID_ENUM_VALUE",
		`{"cloudProvider":"AZURE","regionName":"US_EAST_1"}`:         "INVALID_ENUM_VALUE",
		`{"regionName":"US_EAST_1","vpcRegionName":"us-east-1"}`:     "INVALID_ENUM_VALUE",
		`{"regionName":"US_EAST_1","status":"ACTIVE"}`:               "INVALID_ATTRIBUTE",
		`{"regionName":"US_EAST_1_` + strings.Repeat("A", 99) + `"}`: "INVALID_ENUM_VALUE",
	} {
		send(t, atlas, "POST", endpointsPath, body).wantError(t, 400, code)
	}
	for _, region := range []string{"GLOBAL", "US_GOV_WEST_1", "CN_NORTHWEST_1", "AP_SOUTHEAST_7"} {
		createEndpoint(t, atlas, `{"cloudProvider":"AWS","regionName":"`+region+`"}`)
	}
}

func TestPrivateEndpointsAreOfAWSOnly(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, cloud := range []string{"AZURE", "GCP", "aws", "x"} {
		path := strings.Replace(endpointsPath, "AWS", cloud, 1)
		for _, call := range []string{"POST " + path, "GET " + path, "GET " + path + "/" + someID, "DELETE " + path + "/" + someID} {
			method, path, _ := strings.Cut(call, " ")
			send(t, atlas, method, path, endpointBody).wantError(t, 400, "INVALID_ENUM_VALUE")
		}
	}
}

func TestPrivateEndpointsNeedTheOwner(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, call := range []string{"POST " + endpointsPath, "GET " + endpointsPath, "GET " + endpointsPath + "/" + someID, "DELETE " + endpointsPath + "/" + someID} {
		wantRoles(t, atlas, call, emulator.ProjectOwner)
	}
}

func TestAddedPrivateEndpointHasWhatItIsGiven(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	one := createEndpoint(t, atlas, endpointBody)
	e := atlas.PrivateEndpoints(projectID)[0]
	e.Status, e.ErrorMessage = "PENDING_RECREATION", "Something changed."
	atlas.AddPrivateEndpoint(projectID, e) // replaces it
	send(t, atlas, "GET", one, "").wantObject(t,
		endpointOf(one, `"status":"PENDING_RECREATION","errorMessage":"Something changed.",`+connectionOf(one)))
	added := atlas.AddPrivateEndpoint(projectID, emulator.PrivateEndpoint{RegionName: "EU_WEST_1"})
	if added.Status != "ACTIVE" || added.VPCRegionName != "EU_WEST_1" || len(atlas.PrivateEndpoints(projectID)) != 2 {
		t.Errorf("added %+v", added)
	}
}

func TestPrivateEndpointProceedsAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := emulator.Options{StateFile: filepath.Join(t.TempDir(), "state.json"), Paces: takesOf(time.Minute, time.Minute)}
		one := createEndpoint(t, newAtlas(t, opts), endpointBody)
		atlas := newAtlas(t, opts)
		for _, want := range []string{"INITIATING", "PENDING_ACCEPTANCE", "ACTIVE"} {
			if got := send(t, atlas, "GET", one, "").object(t)["status"]; got != want {
				t.Errorf("status %v, want %s", got, want)
			}
			time.Sleep(time.Minute)
		}
	})
}
