package autoexport_test

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// list lists, and fails the test on any diagnostic.
func list(t *testing.T, p *acctest.Provider, config acctest.Values, opts acctest.ListOptions) []acctest.ListResult {
	t.Helper()
	results := slices.Collect(p.List(t, resourceType, acctest.Values{"project_id": acctest.ProjectID}.With(config), opts))
	for _, result := range results {
		result.Diagnostics.RequireNone(t)
	}
	return results
}

func namesOf(results []acctest.ListResult) string {
	var names []string
	for _, result := range results {
		names = append(names, result.DisplayName)
	}
	return strings.Join(names, " ")
}

// exporting adds clusters of which each exports to the bucket after its name; "" is none.
func exporting(atlas *acctest.Atlas, buckets map[string]string) {
	for name, bucket := range buckets {
		atlas.SetAutoExport(acctest.ProjectID, name, bucket)
	}
}

func TestListHasEveryClusterThatExports(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		exporting(atlas, map[string]string{"c": bucketID, "a": otherBucketID, "b": "", "d": bucketID, "e-f": missingBucketID})
		atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: "d", Paused: true})
		atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: "flex", ClusterType: emulator.Flex})
		atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: "no-backup", BackupDisabled: true})
		for want, filter := range map[string]acctest.Values{
			"a c d e-f": nil,
			"c d":       {"export_bucket_id": bucketID},
			"a":         {"export_bucket_id": otherBucketID},
			"":          {"export_bucket_id": "65b2f1d09b3d0e4c5a6f7089"},
		} {
			results := list(t, p, filter, acctest.ListOptions{})
			if got := namesOf(results); got != want {
				t.Errorf("%v leaves %q, want %q", filter, got, want)
			}
			for _, result := range results {
				if id := (acctest.Values{"project_id": acctest.ProjectID, "cluster_name": result.DisplayName}); !reflect.DeepEqual(result.Identity, id) || result.Resource != nil {
					t.Errorf("%s: the identity is %v, and the resource %v", result.DisplayName, result.Identity, result.Resource)
				}
			}
		}
	})
}

func TestListOfAProjectWithoutClustersIsEmpty(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		atlas.RemoveCluster(acctest.ProjectID, cluster)
		if results := list(t, p, nil, acctest.ListOptions{}); len(results) != 0 {
			t.Errorf("got %+v", results)
		}
	})
}

func TestListStopsAtItsLimit(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		exporting(atlas, map[string]string{"a": otherBucketID, "b": bucketID, "c": "", "d": bucketID, "e": bucketID})
		for want, opts := range map[string]acctest.ListOptions{"b d e": {}, "b": {Limit: 1}, "b d": {Limit: 2}} {
			if got := namesOf(list(t, p, acctest.Values{"export_bucket_id": bucketID}, opts)); got != want {
				t.Errorf("limit %d: got %q, want %q", opts.Limit, got, want)
			}
		}
		if got := namesOf(list(t, p, nil, acctest.ListOptions{Limit: 100})); got != "a b d e" {
			t.Errorf("limit 100: got %q", got)
		}
		for range p.List(t, resourceType, acctest.Values{"project_id": acctest.ProjectID}, acctest.ListOptions{}) {
			break // a reader that wants no more
		}
	})
}

func TestListIncludesTheResourceAsItIsImported(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		exporting(atlas, map[string]string{"a": bucketID, "b-c": otherBucketID})
		send(t, atlas, http.MethodPatch, "a", `{"useOrgAndGroupNamesInExportPrefix":true}`)
		results := list(t, p, nil, acctest.ListOptions{IncludeResource: true})
		if len(results) != 2 {
			t.Fatalf("%d results, want 2", len(results))
		}
		for _, result := range results {
			imported, diags := p.Import(t, resourceType, "", result.Identity)
			diags.RequireNone(t)
			if len(result.Resource) != 6 {
				t.Errorf("the resource is %v", result.Resource)
			}
			for name, value := range result.Resource {
				if value != imported.Get(t, name) {
					t.Errorf("%s is %v, and imported %v", name, value, imported.Get(t, name))
				}
			}
		}
	})
}

// schedulesAtOnce delays each GET of a schedule by a second and tells how many there were, and how
// many at the same time.
func schedulesAtOnce(all, most *int) func(http.Handler) http.Handler {
	var mu sync.Mutex
	reading := 0
	return func(atlas http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/backup/schedule") {
				mu.Lock()
				*all++
				reading++
				*most = max(*most, reading)
				mu.Unlock()
				time.Sleep(time.Second) // the bubble's
				mu.Lock()
				reading--
				mu.Unlock()
			}
			atlas.ServeHTTP(w, r)
		})
	}
}

func TestListReadsTenSchedulesAtATime(t *testing.T) {
	var all, most int
	behind(t, schedulesAtOnce(&all, &most), func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		atlas.RemoveCluster(acctest.ProjectID, cluster)
		for i := range 250 {
			atlas.SetAutoExport(acctest.ProjectID, fmt.Sprintf("cluster-%03d", i), bucketID)
		}
		start := time.Now()
		if results := list(t, p, nil, acctest.ListOptions{}); len(results) != 250 || results[0].DisplayName != "cluster-000" || results[249].DisplayName != "cluster-249" {
			t.Errorf("%d results", len(results))
		}
		if took := time.Since(start); all != 250 || most != 10 || took != 25*time.Second {
			t.Errorf("%d schedules, %d at the same time, took %s; want 250, ten at a time in 25s", all, most, took)
		}
	})
}

func TestListLeavesOutAClusterThatIsDeletedMeanwhile(t *testing.T) {
	var atlas *acctest.Atlas
	deleting := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/b/backup/schedule") {
				atlas.RemoveCluster(acctest.ProjectID, "b")
			}
			next.ServeHTTP(w, r)
		})
	}
	behind(t, deleting, func(t *testing.T, a *acctest.Atlas, p *acctest.Provider) {
		atlas = a
		exporting(atlas, map[string]string{"a": bucketID, "b": bucketID, "c": bucketID})
		if got := namesOf(list(t, p, nil, acctest.ListOptions{})); got != "a c" {
			t.Errorf("got %q", got)
		}
	})
}

func TestListWarnsOfSchedulesThatAtlasDoesNotShow(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		exporting(atlas, map[string]string{"a": bucketID, "b": bucketID, "c": bucketID})
		for _, name := range []string{"b", cluster} {
			f := emulator.Fault{Method: http.MethodGet, Path: clustersPath + "/" + name + "/backup/schedule", Times: -1, Status: 400, Code: "BACKUP_NOT_ENABLED", Detail: "It has no backup"}
			if err := atlas.AddFault(f); err != nil {
				t.Fatal(err)
			}
		}
		for _, opts := range []acctest.ListOptions{{}, {IncludeResource: true}, {Limit: 3}} {
			results := slices.Collect(p.List(t, resourceType, acctest.Values{"project_id": acctest.ProjectID}, opts))
			if len(results) != 3 || namesOf(results[:2]) != "a c" {
				t.Fatalf("got %+v", results)
			}
			last := results[2]
			last.Diagnostics.RequireWarning(t, "", "Automatic exports of project "+acctest.ProjectID+" may be missing", "b: It has no backup", cluster+": It has no backup")
			if last.Identity != nil || last.Resource != nil || last.DisplayName != "" {
				t.Errorf("the warning comes with %+v", last)
			}
		}
		// A limit that is reached is no reason for a warning.
		if got := namesOf(list(t, p, nil, acctest.ListOptions{Limit: 2})); got != "a c" {
			t.Errorf("got %q", got)
		}
	})
}

func TestTheWarningOfAListNamesAtMostTwentyClusters(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		for i := range 30 {
			atlas.AddCluster(acctest.ProjectID, fmt.Sprintf("cluster-%02d", i))
		}
		f := emulator.Fault{Method: http.MethodGet, Path: clustersPath + "/cluster-*/backup/schedule", Times: -1, Status: 400, Code: "BACKUP_NOT_ENABLED", Detail: "No backup"}
		if err := atlas.AddFault(f); err != nil {
			t.Fatal(err)
		}
		results := slices.Collect(p.List(t, resourceType, acctest.Values{"project_id": acctest.ProjectID}, acctest.ListOptions{}))
		if len(results) != 1 {
			t.Fatalf("got %+v", results)
		}
		results[0].Diagnostics.RequireWarning(t, "", "cluster-19: No backup", "and 10 more")
		if strings.Contains(results[0].Diagnostics.String(), "cluster-20") {
			t.Error("the warning names more than twenty clusters")
		}
	})
}

func TestListFailsIfNoScheduleCanBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		preset, path, argument string
		fragments              []string
	}{
		"no role":             {"user-unauthorized", schedulePath, "", []string{"Project Read Only", "HTTP 401 USER_UNAUTHORIZED, GET"}},
		"a page of a proxy":   {"403-html", schedulePath, "", []string{"HTTP 403, GET"}},
		"too many requests":   {"429-hour", schedulePath, "", []string{"HTTP 429 RATE_LIMITED, GET"}},
		"no project":          {"group-not-found", clustersPath, "project_id", []string{"Check project_id", "HTTP 404 GROUP_NOT_FOUND, GET"}},
		"no list of clusters": {"404-html", clustersPath, "", []string{"HTTP 404, GET"}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				exporting(atlas, map[string]string{cluster: bucketID, "a": bucketID})
				setFault(t, atlas, c.preset, http.MethodGet, c.path, -1)
				results := slices.Collect(p.List(t, resourceType, acctest.Values{"project_id": acctest.ProjectID}, acctest.ListOptions{IncludeResource: true}))
				if len(results) != 1 || results[0].Identity != nil || results[0].Resource != nil {
					t.Fatalf("got %+v", results)
				}
				results[0].Diagnostics.RequireError(t, c.argument, append(c.fragments, "Automatic exports not listed")...)
			})
		})
	}
}

func TestListEndsWithItsContextAndItsTimeout(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		exporting(atlas, map[string]string{cluster: bucketID})
		setFault(t, atlas, "hold", http.MethodGet, schedulePath, -1)
		for limit, want := range map[string]time.Duration{"7s": 7 * time.Second, "1ns": 5 * time.Second} {
			start := time.Now()
			for result := range p.List(t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "timeouts": acctest.Values{"list": limit}}, acctest.ListOptions{}) {
				result.Diagnostics.RequireError(t, "", "Automatic exports not listed", "Atlas did not answer in time.")
			}
			if took := time.Since(start); took != want {
				t.Errorf("with %s it took %s, want %s", limit, took, want)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		for result := range p.WithContext(ctx).List(t, resourceType, acctest.Values{"project_id": acctest.ProjectID}, acctest.ListOptions{}) {
			result.Diagnostics.RequireOne(t, tfprotov6.DiagnosticSeverityError, "", "cancelled before Atlas answered")
		}
	})
}
