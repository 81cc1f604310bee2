package emulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const faultsPath, newClusterPath = "/emulator/faults", "/emulator/clusters"

// control sends a request to the control endpoint, as curl on this machine does.
func control(t *testing.T, atlas *emulator.Atlas, method, path, body string, edits ...func(*http.Request)) answer {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr, r.Host = "127.0.0.1:54321", "127.0.0.1:8080"
	for _, edit := range edits {
		edit(r)
	}
	w := httptest.NewRecorder()
	atlas.ServeHTTP(w, r)
	return answer{status: w.Code, header: w.Header(), text: w.Body.String()}
}

func from(remoteAddr, host string) func(*http.Request) {
	return func(r *http.Request) { r.RemoteAddr, r.Host = remoteAddr, host }
}

func TestFaultsAreSetShownAndCleared(t *testing.T) {
	const whole = `"method":"GET","path":"/api/atlas/v2/groups/*/clusters","skip":1,"times":2,"after":true,"delay":"1ms",
		"status":503,"code":"SOME_CODE","detail":"Some sentence.","parameters":["a",7],"retryAfter":"5","location":"/x"`
	atlas := newAtlas(t, emulator.Options{})
	control(t, atlas, "GET", faultsPath, "").wantStatus(t, 200).wantObject(t, `{"faults":[]}`)
	control(t, atlas, "POST", faultsPath, "{"+whole+"}").wantStatus(t, 201).wantObject(t, "{"+whole+`,"hits":0}`)
	control(t, atlas, "POST", faultsPath, `{"preset":"cut-after","method":"DELETE","times":-1}`).wantStatus(t, 201).
		wantObject(t, `{"method":"DELETE","after":true,"break":"cut","times":-1,"hits":0}`)
	control(t, atlas, "POST", faultsPath, `{"method":"PUT","list":"repeats","after":true}`).wantStatus(t, 201)
	control(t, atlas, "POST", faultsPath, `{"method":"PUT","answer":"bare","after":true,"dateShift":"-1h"}`).wantStatus(t, 201)
	control(t, atlas, "POST", faultsPath, `{"method":"PUT","status":400,"echo":true}`).wantStatus(t, 201)
	control(t, atlas, "POST", faultsPath, `{"method":"PUT","status":200,"body":"<p>"}`).wantStatus(t, 201)

	send(t, atlas, "GET", clustersPath, "").wantStatus(t, 200)
	got := send(t, atlas, "GET", clustersPath, "")
	got.wantError(t, 503, "SOME_CODE")
	if got.header.Get("Retry-After") != "5" || got.header.Get("Location") != "/x" {
		t.Errorf("header %v", got.header)
	}
	control(t, atlas, "GET", faultsPath, "").wantStatus(t, 200).wantObject(t, `{"faults":[{`+whole+`,"hits":1},
		{"method":"DELETE","after":true,"break":"cut","times":-1,"hits":0},
		{"method":"PUT","after":true,"list":"repeats","hits":0},
		{"method":"PUT","after":true,"answer":"bare","dateShift":"-1h0m0s","hits":0},
		{"method":"PUT","status":400,"echo":true,"hits":0},
		{"method":"PUT","status":200,"body":"<p>","hits":0}]}`)

	if got := control(t, atlas, "DELETE", faultsPath, "").wantStatus(t, 204).text; got != "" {
		t.Errorf("DELETE answers %q", got)
	}
	control(t, atlas, "GET", faultsPath, "").wantStatus(t, 200).wantObject(t, `{"faults":[]}`)
	if got := atlas.Requests(); len(got) != 2 {
		t.Errorf("%v are recorded, want the two of the API", got)
	}
}

func TestFieldsReplaceThoseOfAPreset(t *testing.T) {
	for text, want := range map[string]emulator.Fault{
		`{"preset":"slow"}`:                          {Delay: 5 * time.Second},
		`{"preset":"slow","delay":"1m30s"}`:          {Delay: 90 * time.Second},
		`{"preset":"slow","dateShift":"-3s"}`:        {Delay: 5 * time.Second, DateShift: -3 * time.Second},
		`{"preset":"date-ahead","dateShift":"1h"}`:   {DateShift: time.Hour},
		`{"preset":"400-echo","status":502}`:         {Status: 502, Echo: true},
		`{"preset":"id-only","answer":"bare"}`:       {Answer: emulator.Bare, After: true},
		`{"preset":"slow","after":true,"path":"/x"}`: {Delay: 5 * time.Second, After: true, Path: "/x"},
		`{"preset":"reset-after","after":false}`:     {Break: emulator.Reset},
		`{"preset":"reset","skip":2,"times":3}`:      {Break: emulator.Reset, Skip: 2, Times: 3},
		`{"preset":"429","retryAfter":"9","parameters":[]}`: {Status: 429, Code: "RATE_LIMITED", Parameters: []any{}, RetryAfter: "9",
			Detail: "Resource /{path} is limited to 50 requests every 1 minutes."},
	} {
		got, err := emulator.ParseFault([]byte(text))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v, want %+v", text, got, err, want)
		}
	}
}

func TestEveryPresetIsFoundByItsName(t *testing.T) {
	for _, preset := range emulator.Presets() {
		got, err := emulator.ParseFault([]byte(`{"preset":"` + preset.Name + `"}`))
		if err != nil || !reflect.DeepEqual(got, preset.Fault) {
			t.Errorf("%s: %+v, %v, want %+v", preset.Name, got, err, preset.Fault)
		}
	}
}

func TestBadFaultIsRefusedWithASentence(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for body, says := range map[string]string{
		``:                                     "the fault cannot be read: unexpected end of JSON input",
		`[]`:                                   "the fault cannot be read",
		`{"status":503}{"status":503}`:         "the fault cannot be read",
		`{"status":"503"}`:                     "the fault cannot be read",
		`{"status":503,"colour":"red"}`:        `unknown field "colour"`,
		`{"preset":"nothing"}`:                 `there is no preset "nothing"; the presets are 429-retry-after, `,
		`{"preset":5}`:                         "the fault cannot be read",
		`{"delay":"5"}`:                        `delay "5" is not a duration such as 1.5s`,
		`{"status":503,"delay":""}`:            `delay "" is not a duration`,
		`{"delay":5}`:                          "the fault cannot be read",
		`{"dateShift":"soon"}`:                 `dateShift "soon" is not a duration such as 1.5s`,
		`{"dateShift":-5}`:                     "the fault cannot be read",
		`{"status":503,"echo":"yes"}`:          "the fault cannot be read",
		`null`:                                 "nothing goes wrong",
		`{"preset":"reset","status":503}`:      "only one of status, break, list and answer can be set",
		`{"status":503,"hits":1}`:              `unknown field "hits"`,
		strings.Repeat(" ", 1<<20) + `{}`:      "malformed",
		`{"break":"cut"}`:                      "break cut, list and answer need after",
		`{"method":"get","status":503}`:        `method "get" is not in capitals`,
		`{"status":503,"times":-1,"skip":1.5}`: "the fault cannot be read",
	} {
		got := control(t, atlas, "POST", faultsPath, body).wantStatus(t, 400)
		if !strings.Contains(got.text, says) || strings.Count(got.text, "\n") != 1 || got.header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%.40s: %s, want %s", body, got.text, says)
		}
	}
	if got := atlas.Faults(); len(got) != 0 {
		t.Errorf("faults %v", got)
	}
}

func TestControlRefusesClientsThatAreNotOnThisMachine(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	const local = "127.0.0.1:54321"
	for _, tc := range []struct {
		name    string
		edit    func(*http.Request)
		allowed bool
	}{
		{"IPv4", from(local, "127.0.0.1:8080"), true},
		{"IPv6", from("[::1]:54321", "[::1]:8080"), true},
		{"IPv4 in IPv6", from("[::ffff:127.0.0.1]:54321", "localhost:8080"), true},
		{"no port", from(local, "localhost"), true},
		{"in memory", from("pipe", "localhost"), true},
		{"a peer elsewhere", from("192.0.2.1:54321", "localhost:8080"), false},
		{"a peer elsewhere in IPv6", from("[2001:db8::1]:54321", "localhost:8080"), false},
		{"a peer without an address", from("", "localhost:8080"), false},
		{"a socket", from("@", "localhost:8080"), false},
		{"a name that points here", from(local, "evil.example:8080"), false},
		{"a name that begins as an address", from(local, "127.0.0.1.evil.example"), false},
		{"another address", from(local, "192.0.2.1:8080"), false},
		{"no host", from(local, ""), false},
		{"a web page", withHeader("Origin", "https://evil.example"), false},
		{"a web page of this machine", withHeader("Origin", "http://localhost:8080"), false},
		{"a page without a place", withHeader("Origin", "null"), false},
	} {
		status := map[bool]int{true: 204, false: 403}[tc.allowed]
		control(t, atlas, "DELETE", faultsPath, "", tc.edit).wantStatus(t, status)
		if !tc.allowed {
			control(t, atlas, "POST", faultsPath, `{"status":503}`, tc.edit).wantStatus(t, 403)
			control(t, atlas, "GET", faultsPath, "", tc.edit).wantStatus(t, 403)
			control(t, atlas, "POST", newClusterPath, "", tc.edit).wantStatus(t, 403)
			refused := control(t, atlas, "POST", "/emulator/", "", tc.edit).wantStatus(t, 403)
			if !strings.HasPrefix(refused.text, "the emulator is for programs on this machine only: ") {
				t.Errorf("%s: %s", tc.name, refused.text)
			}
		}
	}
	if got := atlas.Faults(); len(got) != 0 {
		t.Errorf("faults %v", got)
	}
}

func TestForeignHostIsRefusedOverLoopback(t *testing.T) {
	const local = "127.0.0.1:54321"
	for _, tc := range []struct {
		peer, host string
		allowed    bool
	}{
		{local, "localhost:8080", true},
		{local, "127.0.0.1:8080", true},
		{"[::1]:54321", "[::1]:8080", true},
		{local, "evil.example:8080", false},
		{"[::1]:54321", "evil.example", false},
		{"[::ffff:127.0.0.1]:54321", "evil.example", false},
		{local, "192.0.2.1:8080", false},
		{local, "", false},
		{"pipe", "cloud.mongodb.com", true},
		{"192.0.2.1:1234", "cloud.mongodb.com", true},
	} {
		atlas := newAtlasWithAccount(t)
		for _, path := range []string{bucketsPath, "/api/oauth/token", "/nothing"} {
			got := send(t, atlas, "GET", path, "", from(tc.peer, tc.host))
			refused := got.status == 403 && strings.HasPrefix(got.text, "the emulator is for programs on this machine only: Host ")
			if refused == tc.allowed {
				t.Errorf("%s of Host %q from %s: %d %s", path, tc.host, tc.peer, got.status, got.text)
			}
		}
		if recorded := len(atlas.Requests()); recorded > 0 != tc.allowed {
			t.Errorf("Host %q: %d requests are recorded", tc.host, recorded)
		}
	}
}

func TestControlIsReachedInMemoryAndOverTCP(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	server := httptest.NewServer(atlas)
	defer server.Close()
	for url, client := range map[string]*http.Client{"http://localhost": newClient(t, atlas), server.URL: server.Client()} {
		answer, err := client.Post(url+faultsPath, "application/x-www-form-urlencoded", strings.NewReader(`{"preset":"503"}`))
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != 201 {
			t.Errorf("%s: status %d", url, answer.StatusCode)
		}
	}
	if got := hits(atlas); got != "[0 0]" {
		t.Errorf("faults %s, want two", got)
	}
}

func TestControlHasNoOtherPaths(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	control(t, atlas, "PUT", faultsPath, "").wantStatus(t, 405)
	control(t, atlas, "GET", newClusterPath, "").wantStatus(t, 405)
	control(t, atlas, "GET", "/emulator/", "").wantStatus(t, 404)
	control(t, atlas, "GET", "/emulator", "").wantError(t, 404, "RESOURCE_NOT_FOUND")
}

func TestClusterThatExportsIsMade(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	id := create(t, atlas, awsBody)
	of := func(exportBucketID string) string {
		return fmt.Sprintf(`{"projectId":%q,"name":"Cluster0","exportBucketId":%q}`, projectID, exportBucketID)
	}
	control(t, atlas, "POST", newClusterPath, of(id)).wantStatus(t, 204)
	send(t, atlas, "DELETE", bucketsPath+"/"+id, "").wantError(t, 400, "EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE")
	control(t, atlas, "POST", newClusterPath, of("")).wantStatus(t, 204)
	send(t, atlas, "DELETE", bucketsPath+"/"+id, "").wantStatus(t, 204)
	list := send(t, atlas, "GET", clustersPath, "").wantStatus(t, 200).object(t)
	if list["totalCount"] != 1.0 {
		t.Errorf("clusters %v, want one", list)
	}
}

func TestClusterIsMadeAsTheBodySays(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	control(t, atlas, "POST", newClusterPath, `{"projectId":"`+projectID+`","name":"Cluster0","clusterType":"SHARDED","paused":true,"backupDisabled":true,
		"providerName":"GCP","regionName":"CENTRAL_US","stateName":"REPAIRING"}`).wantStatus(t, 204)
	got := send(t, atlas, "GET", clustersPath+"/Cluster0", "").wantStatus(t, 200).text
	for _, want := range []string{`"clusterType":"SHARDED"`, `"paused":true`, `"backupEnabled":false`, `"providerName":"GCP"`, `"regionName":"CENTRAL_US"`, `"stateName":"REPAIRING"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	control(t, atlas, "POST", newClusterPath, `{"projectId":"`+projectID+`","name":"Cluster0"}`).wantStatus(t, 204)
	if got := send(t, atlas, "GET", clustersPath+"/Cluster0", "").object(t); got["clusterType"] != "REPLICASET" || got["paused"] != false {
		t.Errorf("made again, it is %v", got)
	}
}

func TestBadClusterIsRefusedWithASentence(t *testing.T) {
	const other = "5e2211c17a3e5a48f5497de4"
	atlas := newAtlas(t, emulator.Options{})
	for body, says := range map[string]string{
		``: "the cluster cannot be read",
		`{"projectId":"` + projectID + `","name":"Cluster0","bucket":"x"}`:        `unknown field "bucket"`,
		`{"projectId":"` + projectID + `"}`:                                       `name "" is not that of a cluster`,
		`{"projectId":"` + projectID + `","name":"a/b"}`:                          `name "a/b" is not that of a cluster`,
		`{"projectId":"` + projectID + `","name":"a","exportBucketId":"x"}`:       `exportBucketId "x" is not an id`,
		`{"projectId":"` + projectID + `","name":"a","clusterType":"SERVERLESS"}`: `clusterType "SERVERLESS" is not REPLICASET, SHARDED, GEOSHARDED or FLEX`,
		`{"name":"a"}`: `projectId "" is not that of a project`,
		`{"projectId":"` + other + `","name":"a"}`: `projectId "` + other + `" is not that of a project`,
	} {
		got := control(t, atlas, "POST", newClusterPath, body).wantStatus(t, 400)
		if !strings.Contains(got.text, says) {
			t.Errorf("%s: %s, want %s", body, got.text, says)
		}
	}
	if list := send(t, atlas, "GET", clustersPath, "").object(t); list["totalCount"] != 0.0 {
		t.Errorf("clusters %v, want none", list)
	}
}
