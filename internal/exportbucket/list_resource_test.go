package exportbucket_test

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

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

func identities(results []acctest.ListResult) []string {
	var ids []string
	for _, result := range results {
		ids = append(ids, result.Identity["id"].(string))
	}
	return ids
}

// countOf counts which of ids are listed: Atlas' order is unknown.
func countOf(listed, ids []string) int {
	return len(slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !slices.Contains(listed, id) }))
}

func TestListNamesEachBucket(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		var want []acctest.ListResult
		for _, config := range []acctest.Values{awsBucket, azureBucket, gcpBucket} {
			bucket := create(t, p, config)
			want = append(want, acctest.ListResult{
				DisplayName: config["cloud_provider"].(string) + " snapshots",
				Identity:    acctest.Values{"project_id": acctest.ProjectID, "id": bucket.Get(t, "id")},
			})
		}
		got := list(t, p, nil, acctest.ListOptions{})
		slices.SortFunc(got, func(a, b acctest.ListResult) int { return strings.Compare(a.DisplayName, b.DisplayName) })
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

// Atlas' names are its own, but what stands between may change them.
func TestListShowsNoNameThatControlsATerminal(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{BucketName: "snap\x1b[31mshots\u202e\n", CloudProvider: "AWS\u009b", IAMRoleID: acctest.IAMRoleID})
		if results := list(t, p, nil, acctest.ListOptions{}); len(results) != 1 || results[0].DisplayName != "AWS snap[31mshots" {
			t.Errorf("got %q", results)
		}
	})
}

func TestListIncludesTheResourceAsItIsImported(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		for _, config := range everyCloud {
			create(t, p, config)
		}
		results := list(t, p, nil, acctest.ListOptions{IncludeResource: true})
		if len(results) != len(everyCloud) {
			t.Fatalf("%d results, want %d", len(results), len(everyCloud))
		}
		for _, result := range results {
			imported, diags := p.Import(t, resourceType, "", result.Identity)
			diags.RequireNone(t)
			for name, value := range result.Resource {
				if value != imported.Get(t, name) {
					t.Errorf("%s is %v, and imported %v", name, value, imported.Get(t, name))
				}
			}
		}
	})
}

func TestListFilters(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		for _, name := range []string{"a", "b", "c", "d"} {
			atlas.PutExportBucket(acctest.ProjectID, filtered[name])
		}
		for _, c := range filters {
			got := identities(list(t, p, c.filter, acctest.ListOptions{}))
			slices.Sort(got)
			if !slices.Equal(got, wanted(c.want)) {
				t.Errorf("%v leaves %v, want %v", c.filter, got, wanted(c.want))
			}
		}
	})
}

func TestListAsksForNoPageBeyondItsLimit(t *testing.T) {
	for name, c := range map[string]struct {
		limit         int64
		results, gets int
	}{
		"within a page":      {3, 3, 1},
		"a whole page":       {500, 500, 1},
		"one more":           {501, 501, 2},
		"more than there is": {5000, 1200, 3},
		"none":               {0, 1200, 3},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				ids := put(atlas, 1200)
				results := list(t, p, nil, acctest.ListOptions{Limit: c.limit})
				if n := countOf(identities(results), ids); n != c.results || len(results) != n {
					t.Errorf("%d results, %d of them different buckets, want %d", len(results), n, c.results)
				}
				if gets := atlas.Count(http.MethodGet); gets != c.gets {
					t.Errorf("%d GETs, want %d", gets, c.gets)
				}
			})
		})
	}
}

func TestListLimitCountsWhatTheFilterLeaves(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		put(atlas, 10)
		bucket := create(t, p, awsBucket)
		results := list(t, p, acctest.Values{"cloud_provider": "AWS"}, acctest.ListOptions{Limit: 1})
		if len(results) != 1 || results[0].Identity["id"] != bucket.Get(t, "id") {
			t.Errorf("got %+v", results)
		}
	})
}

func TestListAsksForAPageWhenItIsWanted(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		put(atlas, 1200)
		seen := 0
		for result := range p.List(t, resourceType, acctest.Values{"project_id": acctest.ProjectID}, acctest.ListOptions{}) {
			result.Diagnostics.RequireNone(t)
			if seen++; seen == 501 {
				break
			}
			if gets := atlas.Count(http.MethodGet); gets != 1 {
				t.Fatalf("%d GETs at result %d, want 1", gets, seen)
			}
		}
		if gets := atlas.Count(http.MethodGet); gets != 2 {
			t.Errorf("%d GETs after result 501, want 2", gets)
		}
	})
}

func TestListReportsAnErrorAfterWhatItHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, withoutPage("2"))
		ids := put(atlas, 600)
		p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
		results := slices.Collect(p.List(t, resourceType, acctest.Values{"project_id": acctest.ProjectID}, acctest.ListOptions{IncludeResource: true}))
		if len(results) != 501 || countOf(identities(results[:500]), ids) != 500 {
			t.Fatalf("%d results, not 500 buckets and an error", len(results))
		}
		results[500].Diagnostics.RequireError(t, "", "Export buckets not listed", "Unexpected error.", "HTTP 500 UNEXPECTED_ERROR, GET")
		if last := results[500]; last.Identity != nil || last.Resource != nil {
			t.Errorf("the error comes with %+v", last)
		}
	})
}

func TestListEndsWithItsContext(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		put(atlas, 1200)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var last acctest.ListResult
		for last = range p.WithContext(ctx).List(t, resourceType, acctest.Values{"project_id": acctest.ProjectID}, acctest.ListOptions{}) {
			cancel() // at the first result
		}
		last.Diagnostics.RequireError(t, "", "Export buckets not listed", "cancelled before Atlas answered")
		if gets := atlas.Count(http.MethodGet); gets != 1 {
			t.Errorf("%d GETs, want 1", gets)
		}
	})
}

func TestListReportsAProjectThatIsNotThereAtItsArgument(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		diags := everyReading["list"](t, p, acctest.Values{"project_id": missingID})
		diags.RequireError(t, "project_id", "Export buckets not listed", "No group with ID "+missingID)
		diags = everyReading["plural data source"](t, p, acctest.Values{"project_id": missingID})
		diags.RequireError(t, "project_id", "Export buckets not read", "No group with ID "+missingID)
	})
}
