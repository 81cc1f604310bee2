package emulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/icholy/digest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// addFaults sets the faults in their order.
func addFaults(t *testing.T, atlas *emulator.Atlas, faults ...emulator.Fault) {
	t.Helper()
	for _, f := range faults {
		if err := atlas.AddFault(f); err != nil {
			t.Fatal(err)
		}
	}
}

// setPreset sets a preset for the next request.
func setPreset(t *testing.T, atlas *emulator.Atlas, name string) {
	t.Helper()
	fault, err := emulator.ParseFault([]byte(`{"preset":"` + name + `"}`))
	if err != nil {
		t.Fatal(err)
	}
	addFaults(t, atlas, fault)
}

// hits returns how often each fault hit.
func hits(atlas *emulator.Atlas) string {
	var hits []int
	for _, f := range atlas.Faults() {
		hits = append(hits, f.Hits)
	}
	return fmt.Sprint(hits)
}

func TestFaultHitsWhatMatches(t *testing.T) {
	const anyBucket = "/api/atlas/v2/groups/*/backup/exportBuckets/*"
	for _, tc := range []struct {
		method, path string
		hit          bool
	}{
		{"", "", true},
		{"GET", "", true},
		{"POST", "", false},
		{"", anyBucket, true},
		{"GET", anyBucket, true},
		{"PATCH", anyBucket, false},
		{"", "/api/atlas/v2/groups/*", false},
		{"", "/api/atlas/v2/groups/*/backup/exportBuckets", false},
		{"", bucketsPath + "/" + roleID, true},
		{"", bucketsPath + "/64c0ffee0000000000000000", false},
		{"", "/api/oauth/token", false},
	} {
		atlas := newAtlas(t, emulator.Options{})
		addFaults(t, atlas, emulator.Fault{Method: tc.method, Path: tc.path, Status: 503})
		status := send(t, atlas, "GET", bucketsPath+"/"+roleID+"?pretty=true", "").status
		if hit := status == 503; hit != tc.hit || hits(atlas) != map[bool]string{true: "[1]", false: "[0]"}[hit] {
			t.Errorf("method %q, path %q: status %d, hits %s, want hit %t", tc.method, tc.path, status, hits(atlas), tc.hit)
		}
	}
}

func TestFaultsAreTakenInOrderAndUsedUp(t *testing.T) {
	for _, tc := range []struct {
		name     string
		faults   []emulator.Fault
		statuses string
		hits     string
	}{
		{"none", nil, "200 200 200 200 200", "[]"},
		{"one", []emulator.Fault{{Status: 501}}, "501 200 200 200 200", "[1]"},
		{"three", []emulator.Fault{{Status: 501, Times: 3}}, "501 501 501 200 200", "[3]"},
		{"all", []emulator.Fault{{Status: 501, Times: -1}}, "501 501 501 501 501", "[5]"},
		{"skip", []emulator.Fault{{Status: 501, Skip: 2, Times: 2}}, "200 200 501 501 200", "[2]"},
		{"all but the first", []emulator.Fault{{Status: 501, Skip: 1, Times: -1}}, "200 501 501 501 501", "[4]"},
		{"one after the other", []emulator.Fault{{Status: 501}, {Status: 502}}, "501 502 200 200 200", "[1 1]"},
		{"the first wins", []emulator.Fault{{Status: 501, Times: -1}, {Status: 502}}, "501 501 501 501 501", "[5 0]"},
		{"a skipped request is left to the next fault", []emulator.Fault{{Status: 501, Skip: 2}, {Status: 502}}, "502 200 501 200 200", "[1 1]"},
		{"a request that is hit does not count for the next fault", []emulator.Fault{{Status: 501, Times: 2}, {Status: 502, Skip: 1}}, "501 501 200 502 200", "[2 1]"},
		{"another method does not count", []emulator.Fault{{Method: "POST", Status: 501}, {Status: 502, Skip: 1}}, "200 502 200 200 200", "[0 1]"},
	} {
		atlas := newAtlas(t, emulator.Options{})
		addFaults(t, atlas, tc.faults...)
		var statuses []string
		for range 5 {
			statuses = append(statuses, fmt.Sprint(send(t, atlas, "GET", bucketsPath, "").status))
		}
		if got := strings.Join(statuses, " "); got != tc.statuses || hits(atlas) != tc.hits {
			t.Errorf("%s: %s, hits %s, want %s and %s", tc.name, got, hits(atlas), tc.statuses, tc.hits)
		}
	}
}

func TestConcurrentRequestsAreHitExactlyTimes(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	addFaults(t, atlas, emulator.Fault{Method: "POST", Skip: 5, Times: 20, Status: 503}, emulator.Fault{Status: 500, Times: 10, After: true})
	statuses := make(chan int, 60)
	var wg sync.WaitGroup
	for range cap(statuses) {
		wg.Go(func() { statuses <- send(t, atlas, "POST", bucketsPath, awsBody).status })
	}
	wg.Wait()
	close(statuses)
	count := map[int]int{}
	for status := range statuses {
		count[status]++
	}
	if got := fmt.Sprint(count); got != "map[200:30 500:10 503:20]" || hits(atlas) != "[20 10]" {
		t.Errorf("statuses %s, hits %s", got, hits(atlas))
	}
	if made := len(atlas.ExportBuckets(projectID)); made != 40 {
		t.Errorf("%d buckets were made, want 40", made)
	}
}

func TestFaultSparesAChallengeRound(t *testing.T) {
	for _, after := range []bool{false, true} {
		atlas := newAtlasWithKey(t, "")
		addFaults(t, atlas, emulator.Fault{Status: 503, After: after})
		client := newClient(t, atlas)
		client.Transport = &digest.Transport{Username: "public", Password: "private", Transport: client.Transport}
		for range 2 {
			r, err := http.NewRequest("POST", "http://localhost"+bucketsPath, strings.NewReader(awsBody))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Accept", "application/vnd.atlas.2024-05-30+json")
			r.Header.Set("Content-Type", "application/vnd.atlas.2024-05-30+json")
			answer, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
		}
		var statuses []int
		for _, r := range atlas.Requests() {
			statuses = append(statuses, r.Status)
		}
		want := map[bool]int{false: 1, true: 2}[after]
		if made := len(atlas.ExportBuckets(projectID)); fmt.Sprint(statuses) != "[401 503 200]" || made != want {
			t.Errorf("after %t: statuses %v, %d buckets, want %d", after, statuses, made, want)
		}
	}
}

func TestFaultHitsNoRequestWithoutAValidCredential(t *testing.T) {
	atlas := newAtlasWithKey(t, "")
	atlas.AddServiceAccount(emulator.ServiceAccount{ClientID: "account", ClientSecret: "secret", Roles: owner()})
	challenge := challengeOf(t, atlas)
	used := digestOf(challenge, "public", "private", "GET", bucketsPath, 1)
	send(t, atlas, "GET", bucketsPath, "", withHeader("Authorization", used)).wantStatus(t, 200)
	addFaults(t, atlas, emulator.Fault{Status: 503})

	send(t, atlas, "GET", bucketsPath, "", withHeader("Authorization", used)).wantStatus(t, 401)
	send(t, atlas, "GET", bucketsPath, "", withHeader("Authorization", "")).wantStatus(t, 401)
	send(t, atlas, "GET", bucketsPath, "", withHeader("Authorization", "Bearer unknown")).wantStatus(t, 401)
	askForToken(t, atlas, withHeader("Authorization", "")).wantStatus(t, 401)
	if hits(atlas) != "[0]" {
		t.Errorf("hits %s", hits(atlas))
	}
	askForToken(t, atlas).wantStatus(t, 503)
}

func TestTokenCallCanFail(t *testing.T) {
	atlas := newAtlasWithAccount(t)
	addFaults(t, atlas,
		emulator.Fault{Path: "/api/oauth/token", Status: 500},
		emulator.Fault{Path: "/api/oauth/token", Status: 500, After: true},
		emulator.Fault{Path: "/api/oauth/revoke", Status: 500})
	askForToken(t, atlas).wantStatus(t, 500)
	if n := atlas.TokensIssued(); n != 0 {
		t.Errorf("%d tokens before Atlas acts", n)
	}
	askForToken(t, atlas).wantStatus(t, 500)
	if n := atlas.TokensIssued(); n != 1 {
		t.Errorf("%d tokens after it has acted", n)
	}
	token := issueToken(t, atlas)
	oauth(t, atlas, "/api/oauth/revoke", "token="+token).wantStatus(t, 500)
	if n := atlas.LiveTokens(); n != 2 {
		t.Errorf("%d live tokens, want 2", n)
	}
}

func TestClearedFaultsAreGone(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	addFaults(t, atlas, emulator.Fault{Status: 503, Times: -1}, emulator.Fault{Status: 500, Times: -1})
	atlas.ClearFaults()
	atlas.ClearFaults()
	send(t, atlas, "GET", bucketsPath, "").wantStatus(t, 200)
	if got := atlas.Faults(); len(got) != 0 {
		t.Errorf("faults %v", got)
	}
}

func TestFaultIsKeptAsItWasSet(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	parameters := []any{"a"}
	addFaults(t, atlas, emulator.Fault{Status: 400, Code: "X", Detail: "x", Parameters: parameters})
	parameters[0] = "b"
	if body := send(t, atlas, "GET", bucketsPath, "").wantError(t, 400, "X"); fmt.Sprint(body["parameters"]) != "[a]" {
		t.Errorf("parameters %v", body["parameters"])
	}
}

func TestContradictoryFaultIsRefused(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, tc := range []struct {
		fault emulator.Fault
		says  string
	}{
		{emulator.Fault{}, "nothing goes wrong: set one of status, break, list, answer, delay and dateShift"},
		{emulator.Fault{After: true}, "nothing goes wrong"},
		{emulator.Fault{Method: "post", Status: 500}, `method "post" is not in capitals`},
		{emulator.Fault{Path: "/[", Status: 500}, `path "/[" is not a pattern`},
		{emulator.Fault{Path: "*", Status: 500}, `path "*" matches nothing`},
		{emulator.Fault{Skip: -1, Status: 500}, "skip -1"},
		{emulator.Fault{Times: -2, Status: 500}, "times -2"},
		{emulator.Fault{Delay: -1}, "delay -1ns"},
		{emulator.Fault{Status: 500, Break: emulator.Reset}, "only one of"},
		{emulator.Fault{Status: 500, List: emulator.Repeats, After: true}, "only one of"},
		{emulator.Fault{Break: emulator.Cut, List: emulator.Repeats, After: true}, "only one of"},
		{emulator.Fault{Status: 500, Answer: emulator.Bare, After: true}, "only one of status, break, list and answer"},
		{emulator.Fault{Break: emulator.Cut, Answer: emulator.Bare, After: true}, "only one of"},
		{emulator.Fault{List: emulator.Repeats, Answer: emulator.Bare, After: true}, "only one of"},
		{emulator.Fault{Delay: 1, Code: "X"}, "need a status"},
		{emulator.Fault{Delay: 1, Detail: "X"}, "need a status"},
		{emulator.Fault{Delay: 1, Parameters: []any{1}}, "need a status"},
		{emulator.Fault{Delay: 1, Body: "X"}, "need a status"},
		{emulator.Fault{Delay: 1, Echo: true}, "echo, retryAfter and location need a status"},
		{emulator.Fault{DateShift: 1, Code: "X"}, "need a status"},
		{emulator.Fault{Answer: emulator.Bare, After: true, Echo: true}, "need a status"},
		{emulator.Fault{Break: emulator.Hold, RetryAfter: "1"}, "need a status"},
		{emulator.Fault{Break: emulator.Hold, Location: "/"}, "need a status"},
		{emulator.Fault{Status: 199}, "status 199"},
		{emulator.Fault{Status: 600}, "status 600"},
		{emulator.Fault{Status: 500, Body: "X", Code: "X"}, "set either"},
		{emulator.Fault{Status: 500, Body: "X", Detail: "X"}, "set either"},
		{emulator.Fault{Status: 500, Echo: true, Body: "X"}, "echo replaces"},
		{emulator.Fault{Status: 500, Echo: true, Code: "X"}, "echo replaces"},
		{emulator.Fault{Status: 500, Echo: true, Detail: "X"}, "echo replaces"},
		{emulator.Fault{Status: 500, Echo: true, Parameters: []any{1}}, "parameters need"},
		{emulator.Fault{Status: 500, Parameters: []any{1}}, "parameters need"},
		{emulator.Fault{Break: "x"}, `break "x" is not reset, cut, hold or switch`},
		{emulator.Fault{List: "x"}, `list "x" is not next-elsewhere, repeats, endless, truncated, counts-too-few or counts-too-many`},
		{
			emulator.Fault{Answer: "x", After: true},
			`answer "x" is not other-id, id-only, old-networking, too-long, other-cloud, bare or byte-order-mark`,
		},
		{emulator.Fault{Break: emulator.Cut}, "need after"},
		{emulator.Fault{List: emulator.Repeats}, "need after"},
		{emulator.Fault{Answer: emulator.Bare}, "break cut, list and answer need after"},
		{emulator.Fault{DateShift: 1, Break: emulator.Reset}, "dateShift cannot be set with break reset"},
		{emulator.Fault{DateShift: 1, Break: emulator.Hold}, "dateShift cannot be set with break hold"},
		{emulator.Fault{DateShift: 1, Break: emulator.Switch}, "dateShift cannot be set with break switch"},
	} {
		if err := atlas.AddFault(tc.fault); err == nil || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%+v: %v, want %q", tc.fault, err, tc.says)
		}
	}
	if got := atlas.Faults(); len(got) != 0 {
		t.Errorf("faults %v", got)
	}
	addFaults(t, atlas,
		emulator.Fault{Delay: time.Second}, emulator.Fault{Status: 200}, emulator.Fault{Status: 599, Body: "x"},
		emulator.Fault{Status: 500, Detail: "x", Parameters: []any{1}}, emulator.Fault{Break: emulator.Hold, Delay: 1},
		emulator.Fault{Break: emulator.Switch}, emulator.Fault{Break: emulator.Switch, After: true, Delay: 1},
		emulator.Fault{Status: 400, Echo: true, RetryAfter: "1"}, emulator.Fault{Answer: emulator.Bare, After: true, Delay: 1},
		emulator.Fault{DateShift: -1}, emulator.Fault{DateShift: 1, After: true})
}
