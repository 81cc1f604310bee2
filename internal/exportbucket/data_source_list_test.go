package exportbucket_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const pluralType = "atlasbackup_export_buckets"

// all reads the plural data source.
func all(t *testing.T, p *acctest.Provider, config acctest.Values) []any {
	t.Helper()
	read, diags := p.ReadDataSource(t, pluralType, acctest.Values{"project_id": acctest.ProjectID}.With(config))
	diags.RequireNone(t)
	results, ok := read["results"].([]any)
	if !ok {
		t.Fatalf("the results are %v", read["results"])
	}
	return results
}

func idsOf(results []any) []string {
	var ids []string
	for _, result := range results {
		ids = append(ids, result.(acctest.Values)["id"].(string))
	}
	return ids
}

func TestPluralDataSourceHasEveryAttribute(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		buckets := []acctest.Resource{create(t, p, awsBucket), create(t, p, azureBucket), create(t, p, gcpBucket)}
		results := all(t, p, nil)
		if len(results) != len(buckets) {
			t.Fatalf("%d results, want %d", len(results), len(buckets))
		}
		for i, result := range results {
			requireSame(t, result, buckets[i])
		}
	})
}

func TestPluralDataSourceWithoutAMatchIsEmpty(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		if results := all(t, p, nil); len(results) != 0 {
			t.Errorf("a project without buckets has %v", results)
		}
		create(t, p, awsBucket)
		if results := all(t, p, acctest.Values{"cloud_provider": "GCP"}); len(results) != 0 {
			t.Errorf("GCP has %v", results)
		}
	})
}

// filtered are buckets by name, and what each filter leaves of them.
var (
	otherRole = "668c5f0ed436263134491594"
	filtered  = map[string]emulator.ExportBucket{
		"a": {ID: "65b2f1d09b3d0e4c5a6f708a", CloudProvider: "AWS", BucketName: "snapshots", IAMRoleID: acctest.IAMRoleID},
		"b": {ID: "65b2f1d09b3d0e4c5a6f708b", CloudProvider: "AWS", BucketName: "archive", IAMRoleID: otherRole},
		"c": {ID: "65b2f1d09b3d0e4c5a6f708c", CloudProvider: "AZURE", BucketName: "snapshots", RoleID: acctest.RoleID, ServiceURL: "https://acmebackups.blob.core.windows.net"},
		"d": {ID: "65b2f1d09b3d0e4c5a6f708d", CloudProvider: "GCP", BucketName: "snapshots-of-old", RoleID: acctest.RoleID},
	}
	filters = []struct {
		filter acctest.Values
		want   string
	}{
		{nil, "abcd"},
		{acctest.Values{"cloud_provider": "AWS"}, "ab"},
		{acctest.Values{"bucket_name": "snapshots"}, "ac"},
		{acctest.Values{"iam_role_id": otherRole}, "b"},
		{acctest.Values{"role_id": acctest.RoleID}, "cd"},
		{acctest.Values{"role_id": acctest.RoleID, "bucket_name": "snapshots"}, "c"},
		{acctest.Values{"cloud_provider": "AWS", "bucket_name": "snapshots", "iam_role_id": otherRole}, ""},
		{acctest.Values{"cloud_provider": "AWS", "role_id": acctest.RoleID}, ""},
	}
)

// wanted are the ids of the filtered buckets of those names.
func wanted(names string) []string {
	var ids []string
	for name := range strings.SplitSeq(names, "") {
		ids = append(ids, filtered[name].ID)
	}
	return ids
}

func TestPluralDataSourceFiltersAndSorts(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		for _, name := range []string{"c", "a", "d", "b"} {
			atlas.PutExportBucket(acctest.ProjectID, filtered[name])
		}
		for _, c := range filters {
			if got := idsOf(all(t, p, c.filter)); !slices.Equal(got, wanted(c.want)) {
				t.Errorf("%v leaves %v, want %v", c.filter, got, wanted(c.want))
			}
		}
	})
}

func TestPluralDataSourceReadsEveryPage(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		ids := put(atlas, 1200)
		if got := idsOf(all(t, p, nil)); !slices.Equal(got, ids) {
			t.Errorf("%d results, not the 1200 in their order", len(got))
		}
		if gets := atlas.Count(http.MethodGet); gets != 6 {
			t.Errorf("%d GETs, want each of the three pages twice", gets)
		}
	})
}

func TestPluralDataSourceHasNoneTwiceWhileBucketsComeAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var atlas *acctest.Atlas
		var ids, shown []string
		changes := map[string]func(){ // after the page, once
			"1": func() { // one of a later page goes
				later := slices.IndexFunc(ids, func(id string) bool { return !slices.Contains(shown, id) })
				atlas.RemoveExportBucket(acctest.ProjectID, ids[later])
			},
			"2": func() { put(atlas, 10) }, // some of them move others from this page to the next one
		}
		atlas = acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var text bytes.Buffer
				next.ServeHTTP(teeWriter{w, &text}, r)
				var page struct {
					Results []struct {
						ID string `json:"_id"`
					} `json:"results"`
				}
				_ = json.Unmarshal(text.Bytes(), &page) // the answer to the token call has no results
				for _, bucket := range page.Results {
					shown = append(shown, bucket.ID)
				}
				number := r.URL.Query().Get("pageNum")
				if change := changes[number]; change != nil {
					delete(changes, number)
					change()
				}
			})
		})
		ids = put(atlas, 1200)
		got := idsOf(all(t, acctest.NewProvider(t, atlas, acctest.ServiceAccount), nil))
		var want []string
		for _, b := range atlas.ExportBuckets(acctest.ProjectID) {
			want = append(want, b.ID)
		}
		slices.Sort(want)
		if len(want) != 1209 || !slices.Equal(got, want) {
			t.Errorf("%d results, not the %d buckets by id", len(got), len(want))
		}
		firstPass := shown[:1209]
		if once := slices.Compact(slices.Sorted(slices.Values(firstPass))); len(once) == len(firstPass) {
			t.Error("no bucket was on two pages")
		}
	})
}

// teeWriter also writes what it answers to text.
type teeWriter struct {
	http.ResponseWriter
	text *bytes.Buffer
}

func (w teeWriter) Write(b []byte) (int, error) {
	w.text.Write(b)
	return w.ResponseWriter.Write(b)
}

func TestPluralDataSourceReportsAnErrorOnALaterPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, withoutPage("2"))
		put(atlas, 600)
		p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
		read, diags := p.ReadDataSource(t, pluralType, acctest.Values{"project_id": acctest.ProjectID})
		diags.RequireError(t, "", "Export buckets not read", "Unexpected error.", "HTTP 500 UNEXPECTED_ERROR, GET")
		if read != nil {
			t.Errorf("it has half a list: %v", read)
		}
	})
}
