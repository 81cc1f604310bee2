package exportstatus_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	typeName     = "atlasbackup_export_status"
	clustersPath = "/api/atlas/v2/groups/*/clusters"
	bucketID     = "65b2f1d09b3d0e4c5a6f7081"
)

var project = acctest.Values{"project_id": acctest.ProjectID}

// job is an export job in Atlas' form.
type job map[string]any

// jobs are those of clusters, by their names, in the order in which Atlas lists them; and what it
// answers for a cluster instead.
type jobs struct {
	mu      sync.Mutex
	of      map[string][]job
	instead map[string]http.HandlerFunc
	lists   int // how many pages were asked for
}

// before answers the requests for export jobs, and leaves the others to Atlas.
func (j *jobs) before(atlas http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest, isJobs := strings.CutSuffix(r.URL.Path, "/backup/exports")
		if !isJobs {
			atlas.ServeHTTP(w, r)
			return
		}
		cluster := rest[strings.LastIndex(rest, "/")+1:]
		j.mu.Lock()
		j.lists++
		instead := j.instead[cluster]
		all := j.of[cluster]
		j.mu.Unlock()
		if instead != nil {
			instead(w, r)
			return
		}
		perPage, _ := strconv.Atoi(r.URL.Query().Get("itemsPerPage"))
		page, _ := strconv.Atoi(r.URL.Query().Get("pageNum"))
		first := min((page-1)*perPage, len(all))
		last := min(first+perPage, len(all))
		links := []any{}
		if last < len(all) {
			links = append(links, map[string]any{"rel": "next"})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"links": links, "results": append([]job{}, all[first:last]...), "totalCount": len(all)})
	})
}

// answer returns a handler that gives one answer.
func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// newID returns a new id for a job.
func newID(n int) string { return fmt.Sprintf("64c0ffee%016x", n) }

// inBubble runs a test with an Atlas whose clusters have export jobs. Its time begins at
// 2000-01-01T00:00:00Z.
func inBubble(t *testing.T, test func(t *testing.T, atlas *acctest.Atlas, j *jobs, p *acctest.Provider)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		j := &jobs{of: map[string][]job{}, instead: map[string]http.HandlerFunc{}}
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, j.before)
		atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{ID: bucketID, CloudProvider: "AWS", BucketName: "snapshots", IAMRoleID: acctest.IAMRoleID})
		test(t, atlas, j, acctest.NewProvider(t, atlas, acctest.ServiceAccount))
	})
}

// read reads the data source, and fails the test on any diagnostic. The results and what is
// unknown are by the names of their clusters, after a check that they are sorted by these.
func read(t *testing.T, p *acctest.Provider, config acctest.Values) (results, unknown map[string]acctest.Values) {
	t.Helper()
	status, diags := p.ReadDataSource(t, typeName, project.With(config))
	diags.RequireNone(t)
	return byName(t, status["results"]), byName(t, status["unknown"])
}

func byName(t *testing.T, list any) map[string]acctest.Values {
	t.Helper()
	items, ok := list.([]any)
	if !ok {
		t.Fatalf("%v is no list", list)
	}
	found, last := map[string]acctest.Values{}, ""
	for _, item := range items {
		name := item.(acctest.Values)["cluster_name"].(string)
		if name <= last {
			t.Errorf("%s comes after %s", name, last)
		}
		found[name], last = item.(acctest.Values), name
	}
	return found
}

// clusterNames is a value of cluster_names.
func clusterNames(names ...any) acctest.Values {
	elements := []tftypes.Value{}
	for _, name := range names {
		if name == acctest.Unknown {
			name = tftypes.UnknownValue
		}
		elements = append(elements, tftypes.NewValue(tftypes.String, name))
	}
	return acctest.Values{"cluster_names": elements}
}

func requireNames(t *testing.T, found map[string]acctest.Values, want ...string) {
	t.Helper()
	got := map[string]bool{}
	for name := range found {
		got[name] = true
	}
	wanted := map[string]bool{}
	for _, name := range want {
		wanted[name] = true
	}
	if !reflect.DeepEqual(got, wanted) {
		t.Errorf("got the clusters %v, want %v", got, wanted)
	}
}

func requireAttributes(t *testing.T, got any, want acctest.Values) {
	t.Helper()
	values, ok := got.(acctest.Values)
	if !ok {
		t.Fatalf("%v has no attributes", got)
	}
	for name, value := range want {
		if !reflect.DeepEqual(values[name], value) {
			t.Errorf("%s is %v, want %v", name, values[name], value)
		}
	}
}

// setFault makes a fault hit requests.
func setFault(t *testing.T, atlas *acctest.Atlas, name, path string, times int) {
	t.Helper()
	faulttest.SetFault(t, atlas, name, http.MethodGet, path, times)
}
