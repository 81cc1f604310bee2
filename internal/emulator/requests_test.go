package emulator_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestEveryRequestIsRecorded(t *testing.T) {
	atlas := newAtlasWithAccount(t)
	agent := withHeader("User-Agent", "tester/1")
	token := issueToken(t, atlas)
	send(t, atlas, "GET", bucketsPath, "", agent, withHeader("Authorization", ""))
	send(t, atlas, "GET", bucketsPath+"?pretty=true", "", agent, withHeader("Authorization", "Bearer "+token))
	oauth(t, atlas, "/api/oauth/revoke", "token="+token)
	send(t, atlas, "DELETE", bucketsPath+"/"+roleID, "", withHeader("Accept", "*/*"))

	const accept = "application/vnd.atlas.2025-03-12+json"
	want := []emulator.Request{
		{Method: "POST", Path: "/api/oauth/token", Accept: accept, Status: 200},
		{Method: "GET", Path: bucketsPath, UserAgent: "tester/1", Accept: accept, Status: 401},
		{Method: "GET", Path: bucketsPath, Query: "pretty=true", UserAgent: "tester/1", Accept: accept, Status: 200},
		{Method: "POST", Path: "/api/oauth/revoke", Accept: accept, Status: 200},
		{Method: "DELETE", Path: bucketsPath + "/" + roleID, Accept: "*/*", Status: 406},
	}
	got := fmt.Sprintf("%+v", atlas.Requests())
	if got != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %s\nwant %+v", got, want)
	}
	if strings.Contains(got, token) || strings.Contains(got, "secret") {
		t.Errorf("a credential in %s", got)
	}
}

func TestRecordOfRequestsIsBoundedUnlessAllAreAskedFor(t *testing.T) {
	for all, want := range map[bool]int{false: 1000, true: 1005} {
		atlas := newAtlas(t, emulator.Options{RecordAllRequests: all, RateLimit: emulator.NoRateLimit})
		for i := range 1005 {
			send(t, atlas, "GET", fmt.Sprint(bucketsPath, "?number=", i), "").wantStatus(t, 200)
		}
		got := atlas.Requests()
		if first := fmt.Sprint("number=", 1005-want); len(got) != want || got[0].Query != first || got[want-1].Query != "number=1004" || got[want-1].Status != 200 {
			t.Errorf("all %t: %d requests, from %+v to %+v", all, len(got), got[0], got[len(got)-1])
		}
	}
}

func TestRequestsReturnsACopy(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	send(t, atlas, "GET", bucketsPath, "")
	atlas.Requests()[0].Status = 0
	if got := atlas.Requests()[0].Status; got != 200 {
		t.Errorf("status %d, want 200", got)
	}
}
