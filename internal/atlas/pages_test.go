package atlas_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// pageOf writes a page of export buckets as Atlas does.
func pageOf(w http.ResponseWriter, next string, total int, ids ...string) {
	page := map[string]any{"totalCount": total, "links": []any{}}
	results := []any{}
	for _, id := range ids {
		results = append(results, map[string]any{"_id": id})
	}
	page["results"] = results
	if next != "" {
		page["links"] = []any{map[string]any{"rel": "next", "href": next}}
	}
	_ = json.NewEncoder(w).Encode(page)
}

// all lists the export buckets of what answers.
func all(t *testing.T, answer http.HandlerFunc) (ids []string, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var buckets []atlas.ExportBucket
		buckets, err = newClient(t, atlas.NewPool(inProcess{answer}), "http://localhost", atlas.AccessToken("token")).AllExportBuckets(ctx, projectID)
		for _, b := range buckets {
			ids = append(ids, b.ID)
		}
	})
	return ids, err
}

func TestListAsksNoOtherHostForTheNextPage(t *testing.T) {
	ids, err := all(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "localhost" {
			t.Errorf("%s was asked", r.Host)
		}
		if r.URL.Query().Get("pageNum") == "1" {
			pageOf(w, "https://elsewhere.example/api/atlas/v2/next?pageNum=9", 2, "a")
			return
		}
		pageOf(w, "", 2, "b")
	})
	if err != nil || strings.Join(ids, "") != "ab" {
		t.Errorf("got %v, %v", ids, err)
	}
}

func TestListOfRepeatingPagesEnds(t *testing.T) {
	requests := 0
	_, err := all(t, func(w http.ResponseWriter, _ *http.Request) {
		requests++
		pageOf(w, "/next", 1000, "a", "b")
	})
	if err == nil || !strings.Contains(err.Error(), "does not end") || requests != 2 {
		t.Errorf("after %d requests: %v", requests, err)
	}
}

func TestListHasNothingTwiceWhenItemsMoveToAnotherPage(t *testing.T) {
	ids, err := all(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("pageNum") == "1" {
			pageOf(w, "/next", 3, "b", "c") // then a comes in front
			return
		}
		pageOf(w, "", 3, "c", "d")
	})
	if err != nil || strings.Join(ids, "") != "bcd" {
		t.Errorf("got %v, %v", ids, err)
	}
}

func TestListMissesNothingWhenItemsMoveToAnEarlierPage(t *testing.T) {
	deleted := false
	ids, err := all(t, func(w http.ResponseWriter, r *http.Request) {
		pages := map[string][]string{"1": {"a", "b"}, "2": {"c", "d"}}
		if deleted {
			pages = map[string][]string{"1": {"b", "c"}, "2": {"d"}}
		}
		total := len(pages["1"]) + len(pages["2"])
		if number := r.URL.Query().Get("pageNum"); number == "1" {
			pageOf(w, "/next", total, pages[number]...)
			deleted = true
		} else {
			pageOf(w, "", total, pages[number]...)
		}
	})
	if err != nil || strings.Join(ids, "") != "bcd" {
		t.Errorf("got %v, %v", ids, err)
	}
}

func TestListEndsWhateverTheTotalCountSays(t *testing.T) {
	for _, total := range []int{-1, 0, 3, 1 << 40} {
		requests := 0
		ids, err := all(t, func(w http.ResponseWriter, r *http.Request) {
			requests++
			if r.URL.Query().Get("pageNum") == "1" {
				pageOf(w, "/next", total, "a")
				return
			}
			pageOf(w, "", total, "b")
		})
		if err != nil || strings.Join(ids, "") != "ab" || requests > 4 {
			t.Errorf("total %d: got %v, %v after %d requests", total, ids, err, requests)
		}
	}
}

func FuzzListPage(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "[]", "null", `{"results":null}`, `{"results":[{}]}`, `{"results":[{"_id":"a"}],"links":[{"rel":"next"}]}`,
		`{"results":[{"_id":"a"}],"totalCount":99,"links":[{"rel":"next","href":"https://elsewhere.example/"}]}`, `{"links":{"rel":"next"}}`, `{"totalCount":"many"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, page string) {
		requests := 0
		_, _ = all(t, func(w http.ResponseWriter, r *http.Request) {
			if requests++; r.Host != "localhost" || r.URL.Path != fmt.Sprintf("/api/atlas/v2/groups/%s/backup/exportBuckets", projectID) {
				t.Errorf("%s %s was asked", r.Host, r.URL)
			}
			_, _ = w.Write([]byte(page))
		})
		if requests > 100 {
			t.Errorf("%d requests", requests)
		}
	})
}
