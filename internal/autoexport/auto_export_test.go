package autoexport_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	resourceType = "atlasbackup_auto_export"

	cluster      = "orders-eu" // a hyphen is also in import ids
	importID     = acctest.ProjectID + "/" + cluster
	clustersPath = "/api/atlas/v2/groups/*/clusters"
	schedulePath = clustersPath + "/" + cluster + "/backup/schedule"

	// Two export buckets of the project, and an id that none has.
	bucketID        = "65b2f1d09b3d0e4c5a6f7081"
	otherBucketID   = "65b2f1d09b3d0e4c5a6f7082"
	missingBucketID = "65b2f1d09b3d0e4c5a6f7083"
)

var (
	monthly = acctest.Values{"project_id": acctest.ProjectID, "cluster_name": cluster, "export_bucket_id": bucketID, "frequency_type": "monthly"}

	withNames    = acctest.Values{"use_org_and_group_names_in_export_prefix": true}
	withoutNames = acctest.Values{"use_org_and_group_names_in_export_prefix": false}
)

// inBubble runs a test in which time passes by itself, with a provider, and an Atlas that has the
// cluster and two export buckets.
func inBubble(t *testing.T, test func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider)) {
	t.Helper()
	behind(t, func(atlas http.Handler) http.Handler { return atlas }, test)
}

// behind is inBubble with something on the way to Atlas.
func behind(t *testing.T, proxy func(atlas http.Handler) http.Handler, test func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, proxy)
		fill(atlas)
		test(t, atlas, acctest.NewProvider(t, atlas, acctest.ServiceAccount))
	})
}

func fill(atlas *acctest.Atlas) {
	atlas.AddCluster(acctest.ProjectID, cluster)
	for _, id := range []string{bucketID, otherBucketID} {
		atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{ID: id, CloudProvider: "AWS", BucketName: "snapshots", IAMRoleID: acctest.IAMRoleID})
	}
}

// create applies a configuration to nothing.
func create(t *testing.T, p *acctest.Provider, config acctest.Values) acctest.Resource {
	t.Helper()
	export, diags := p.Apply(t, p.None(resourceType), config)
	diags.RequireNone(t)
	return export
}

// requireEmptyPlan fails the test unless nothing is left to do, with and without a refresh.
func requireEmptyPlan(t *testing.T, p *acctest.Provider, export acctest.Resource, config acctest.Values) {
	t.Helper()
	refreshed, diags := p.Read(t, export)
	diags.RequireNone(t)
	for name, state := range map[string]acctest.Resource{"without a refresh": export, "with a refresh": refreshed} {
		plan, diags := p.Plan(t, state, config)
		diags.RequireNone(t)
		if !plan.IsEmpty() {
			t.Errorf("the plan %s is not empty: %s, want %s", name, plan.Value, state.Value)
		}
	}
}

func requireAttributes(t *testing.T, export acctest.Resource, want acctest.Values) {
	t.Helper()
	if !export.Exists() {
		t.Fatal("it is not in the state")
	}
	for name, value := range want {
		if got := export.Get(t, name); got != value {
			t.Errorf("%s is %v, want %v", name, got, value)
		}
	}
}

// requireExport fails the test unless the cluster exports to a bucket; "" is none.
func requireExport(t *testing.T, atlas *acctest.Atlas, bucketID string) {
	t.Helper()
	if got := atlas.AutoExport(acctest.ProjectID, cluster); got != bucketID {
		t.Errorf("the cluster exports to %q, want %q", got, bucketID)
	}
}

// send sends a request as somebody else does, who does not use the provider, and returns the answer.
func send(t *testing.T, atlas *acctest.Atlas, method, cluster, body string) string {
	t.Helper()
	r := httptest.NewRequest(method, "/api/atlas/v2/groups/"+acctest.ProjectID+"/clusters/"+cluster+"/backup/schedule", strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+acctest.AccessToken["access_token"].(string))
	for _, name := range []string{"Accept", "Content-Type"} {
		r.Header.Set(name, "application/vnd.atlas.2024-08-05+json")
	}
	w := httptest.NewRecorder()
	atlas.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: HTTP %d: %s", method, w.Code, w.Body)
	}
	return w.Body.String()
}

// scheduleOf is a cluster's backup schedule as Atlas shows it, byte for byte.
func scheduleOf(t *testing.T, atlas *acctest.Atlas, cluster string) string {
	t.Helper()
	return send(t, atlas, http.MethodGet, cluster, "")
}

// fieldsOf returns the fields of a JSON object, byte for byte.
func fieldsOf(t *testing.T, object string) map[string]string {
	t.Helper()
	var decoded map[string]json.RawMessage
	if err := json.Unmarshal([]byte(object), &decoded); err != nil {
		t.Fatalf("%s: %s", err, object)
	}
	fields := map[string]string{}
	for name, value := range decoded {
		fields[name] = string(value)
	}
	return fields
}

// requireOnly fails the test unless only these fields of a schedule have changed.
func requireOnly(t *testing.T, before, after string, changed ...string) {
	t.Helper()
	was, is := fieldsOf(t, before), fieldsOf(t, after)
	for _, name := range slices.Concat(slices.Collect(maps.Keys(was)), slices.Collect(maps.Keys(is))) {
		if (was[name] != is[name]) != slices.Contains(changed, name) {
			t.Errorf("%s was %s, and is %s; only %v should change", name, was[name], is[name], changed)
		}
	}
}

// setFault makes a fault hit requests.
func setFault(t *testing.T, atlas *acctest.Atlas, name, method, path string, times int) {
	t.Helper()
	faulttest.SetFault(t, atlas, name, method, path, times)
}

// refuse makes Atlas refuse requests of a method for the cluster's schedule, with a code.
func refuse(t *testing.T, atlas *acctest.Atlas, method string, status int, code, detail string) {
	t.Helper()
	f := emulator.Fault{Method: method, Path: schedulePath, Times: -1, Status: status, Code: code, Detail: detail}
	if err := atlas.AddFault(f); err != nil {
		t.Fatal(err)
	}
}

// patchBodies keeps the body of each PATCH on its way to Atlas.
func patchBodies(bodies *[]string) func(http.Handler) http.Handler {
	return func(atlas http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPatch {
				body, _ := io.ReadAll(r.Body) // of an emulated client
				*bodies = append(*bodies, string(body))
				r.Body = io.NopCloser(strings.NewReader(string(body)))
			}
			atlas.ServeHTTP(w, r)
		})
	}
}

// only returns a set of policies with one item for each frequency.
func only(frequencies ...string) string {
	var items []string
	for _, frequency := range frequencies {
		items = append(items, `{"frequencyType":"`+frequency+`","frequencyInterval":1,"retentionUnit":"days","retentionValue":7}`)
	}
	return `{"policies":[{"policyItems":[` + strings.Join(items, ",") + `]}]}`
}
