package emulator_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	projectID  = "5e2211c17a3e5a48f5497de3"
	roleID     = "64c0ffee00000000000000aa"
	ownerToken = "token-of-the-owner"

	bucketsPath = "/api/atlas/v2/groups/" + projectID + "/backup/exportBuckets"

	awsBody   = `{"cloudProvider":"AWS","bucketName":"test-bucket","iamRoleId":"` + roleID + `"}`
	azureBody = `{"cloudProvider":"AZURE","bucketName":"snapshots","roleId":"` + roleID + `","serviceUrl":"https://account.blob.core.windows.net/"}`
	gcpBody   = `{"cloudProvider":"GCP","bucketName":"test_bucket","roleId":"` + roleID + `"}`
)

// newAtlas returns an Atlas with one project, which ownerToken owns.
func newAtlas(t *testing.T, opts emulator.Options) *emulator.Atlas {
	t.Helper()
	atlas, err := emulator.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	atlas.AddProject(projectID)
	atlas.AddAccessToken(ownerToken, owner())
	return atlas
}

func owner() map[string][]emulator.Role {
	return map[string][]emulator.Role{projectID: {emulator.ProjectOwner}}
}

// answer is one answer of the emulator.
type answer struct {
	status int
	header http.Header
	text   string
}

// send sends a request as the owner, in versions that every endpoint answers,
// unless edits say otherwise.
func send(t *testing.T, atlas *emulator.Atlas, method, target, body string, edits ...func(*http.Request)) answer {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+ownerToken)
	r.Header.Set("Accept", "application/vnd.atlas.2025-03-12+json")
	r.Header.Set("Content-Type", "application/vnd.atlas.2025-03-12+json")
	for _, edit := range edits {
		edit(r)
	}
	w := httptest.NewRecorder()
	atlas.ServeHTTP(w, r)
	return answer{status: w.Code, header: w.Header(), text: w.Body.String()}
}

func withHeader(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// object decodes the answer's body.
func (a answer) object(t *testing.T) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(a.text), &object); err != nil {
		t.Fatalf("%v in %q", err, a.text)
	}
	return object
}

// wantStatus ends the test when the status is another.
func (a answer) wantStatus(t *testing.T, status int) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.text)
	}
	return a
}

// wantError ends the test when the answer is not that error in Atlas' shape.
func (a answer) wantError(t *testing.T, status int, code string) map[string]any {
	t.Helper()
	object := a.wantStatus(t, status).object(t)
	got, _ := object["errorCode"].(string)
	if got != code || object["error"] != float64(status) || object["reason"] != http.StatusText(status) || object["detail"] == "" {
		t.Fatalf("got %s, want %d %s", a.text, status, code)
	}
	if _, ok := object["parameters"].([]any); !ok {
		t.Fatalf("no parameters in %s", a.text)
	}
	a.wantErrorCode(t, code)
	return object
}

// wantErrorCode ends the test when the header has another code.
func (a answer) wantErrorCode(t *testing.T, code string) {
	t.Helper()
	if got := a.header.Get("X-Error-Code"); got != code {
		t.Fatalf("X-Error-Code %q, want %q: %s", got, code, a.text)
	}
}

// wantUnauthenticated ends the test when the answer is not the recorded one to a wrong credential.
func (a answer) wantUnauthenticated(t *testing.T) {
	t.Helper()
	a.wantStatus(t, 401).wantObject(t,
		`{"error":401,"reason":"Unauthorized","detail":"You are not authorized for this resource.","errorCode":"UNEXPECTED_ERROR"}`)
	a.wantErrorCode(t, "UNEXPECTED_ERROR")
}

// wantObject ends the test when the body is not exactly want, a JSON object.
func (a answer) wantObject(t *testing.T, want string) {
	t.Helper()
	if got := a.object(t); !reflect.DeepEqual(got, answer{text: want}.object(t)) {
		t.Fatalf("got  %s\nwant %s", a.text, want)
	}
}

// create makes an export bucket and returns its id.
func create(t *testing.T, atlas *emulator.Atlas, body string) string {
	t.Helper()
	id, _ := send(t, atlas, "POST", bucketsPath, body).wantStatus(t, 200).object(t)["_id"].(string)
	return id
}

func TestConcurrentCallsLoseNothing(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{StateFile: t.TempDir() + "/state.json"})
	atlas.AddCluster(projectID, "Cluster0")
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			id := create(t, atlas, awsBody)
			send(t, atlas, "GET", bucketsPath, "")
			send(t, atlas, "PATCH", bucketsPath+"/"+id, `{"requirePrivateNetworking":true}`)
			if i%2 == 0 {
				send(t, atlas, "DELETE", bucketsPath+"/"+id, "")
			}
			atlas.SetAutoExport(projectID, "Cluster0", id)
			send(t, atlas, "GET", schedulePath, "")
			send(t, atlas, "DELETE", schedulePath, "")
			send(t, atlas, "PATCH", schedulePath, `{"unknown":1,"policies":[{"policyItems":[]}]}`)
			send(t, atlas, "GET", clustersPath, "")
			_, _, _ = atlas.ExportBuckets(projectID), atlas.Requests(), atlas.LiveTokens()
		})
	}
	wg.Wait()
	buckets := atlas.ExportBuckets(projectID)
	if len(buckets) != 10 {
		t.Errorf("%d buckets, want 10", len(buckets))
	}
	seen := map[string]bool{}
	for _, b := range buckets {
		if seen[b.ID] || !b.RequirePrivateNetworking {
			t.Errorf("bucket %+v is there twice or was not changed", b)
		}
		seen[b.ID] = true
	}
	if n := len(atlas.Requests()); n != 150 {
		t.Errorf("%d requests, want 150", n)
	}
}
