package atlas_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// pageOf writes a page of export buckets as Atlas does. An id is 24 times the same digit.
func pageOf(w http.ResponseWriter, next string, total int, ids ...string) {
	page := map[string]any{"totalCount": total, "links": []any{}}
	results := []any{}
	for _, id := range ids {
		results = append(results, map[string]any{"_id": strings.Repeat(id, 24)})
	}
	page["results"] = results
	if next != "" {
		page["links"] = []any{map[string]any{"rel": "next", "href": next}}
	}
	_ = json.NewEncoder(w).Encode(page)
}

// all lists the export buckets that a server answers with.
func all(t *testing.T, answer http.HandlerFunc) (ids []string, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var buckets []atlas.ExportBucket
		buckets, _, err = newClient(t, atlas.NewPool(inProcess{answer}), "http://localhost", atlas.AccessToken("token")).AllExportBuckets(ctx, projectID)
		for _, b := range buckets {
			ids = append(ids, b.ID[:1])
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
			pageOf(w, "/next", 3, "b", "c") // then a is created before them
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
	for _, total := range []int{-1, 0, 3, math.MaxInt32, math.MaxInt} {
		requests := 0
		ids, err := all(t, func(w http.ResponseWriter, r *http.Request) {
			requests++
			if r.URL.Query().Get("pageNum") == "1" {
				pageOf(w, "/next", total, "a")
				return
			}
			pageOf(w, "", total, "b")
		})
		if err != nil || strings.Join(ids, "") != "ab" || requests > 15 {
			t.Errorf("total %d: got %v, %v after %d requests", total, ids, err, requests)
		}
	}
}

// numbered writes a page of n export buckets that no other page has.
func numbered(w http.ResponseWriter, page, n, total int, next bool) {
	results := make([]string, n)
	for i := range results {
		results[i] = fmt.Sprintf(`{"_id":"%024x"}`, page*atlas.ItemsPerPage+i)
	}
	link := ""
	if next {
		link = `{"rel":"next"}`
	}
	_, _ = fmt.Fprintf(w, `{"results":[%s],"totalCount":%d,"links":[%s]}`, strings.Join(results, ","), total, link)
}

func pageNumber(r *http.Request) int {
	number, _ := strconv.Atoi(r.URL.Query().Get("pageNum"))
	return number
}

func TestListOfNewPagesWithoutAnEndIsAnError(t *testing.T) {
	for name, c := range map[string]struct {
		perPage, total int
		next           bool
		most           int // requests
	}{
		"no count":                        {atlas.ItemsPerPage, 0, true, 11},
		"a small count":                   {atlas.ItemsPerPage, 1200, true, 13},
		"a negative count":                {atlas.ItemsPerPage, -1, true, 11},
		"an absurd count":                 {26, math.MaxInt32, true, 200},
		"the largest count":               {26, math.MaxInt, true, 200},
		"short pages, no count":           {1, 0, true, 200},
		"short pages, an absurd count":    {1, math.MaxInt32, true, 200},
		"no next page, an absurd count":   {26, math.MaxInt32, false, 200},
		"short, no next, an absurd count": {1, math.MaxInt32, false, 200},
	} {
		t.Run(name, func(t *testing.T) {
			requests := 0
			_, err := all(t, func(w http.ResponseWriter, r *http.Request) {
				requests++
				numbered(w, pageNumber(r), c.perPage, c.total, c.next)
			})
			if err == nil || !strings.Contains(err.Error(), "the list does not end") || requests > c.most {
				t.Errorf("after %d requests, want at most %d: %v", requests, c.most, err)
			}
		})
	}
}

func TestListThatEndsIsWholeWhateverTheCountIs(t *testing.T) {
	for perPage, totals := range map[int][]int{
		1:                  {math.MinInt, math.MinInt32, -1, 0, 1, 9, 10, 11, math.MaxInt32, math.MaxInt},
		atlas.ItemsPerPage: {0, 10*atlas.ItemsPerPage + 1},
	} {
		for _, total := range totals {
			requests := 0
			ids, err := all(t, func(w http.ResponseWriter, r *http.Request) {
				requests++
				if number := pageNumber(r); number <= 10 {
					numbered(w, number, perPage, total, number < 10)
				} else {
					numbered(w, number, 0, total, false)
				}
			})
			if err != nil || len(ids) != 10*perPage || requests > 55 {
				t.Errorf("%d a page, total %d: %d export buckets after %d requests, %v", perPage, total, len(ids), requests, err)
			}
		}
	}
}

// A gateway may remove the links, or what is in them.
func TestListIsWholeWithoutAnyLink(t *testing.T) {
	for name, links := range map[string]string{"none": `[]`, "null": `null`, "no next one": `[{"rel":"self"},{}]`} {
		ids, err := all(t, func(w http.ResponseWriter, r *http.Request) {
			results := map[int]string{1: `{"_id":"aaaaaaaaaaaaaaaaaaaaaaaa"}`, 2: `{"_id":"bbbbbbbbbbbbbbbbbbbbbbbb"}`, 3: `{"_id":"cccccccccccccccccccccccc"}`}[pageNumber(r)]
			_, _ = fmt.Fprintf(w, `{"results":[%s],"totalCount":3,"links":%s}`, results, links)
		})
		if err != nil || strings.Join(ids, "") != "abc" {
			t.Errorf("%s: got %v, %v", name, ids, err)
		}
	}
}

func TestListThatWasCutIsReadAgain(t *testing.T) {
	for _, cut := range [][]string{{"a", "b"}, {"c"}, {}} {
		requests := 0
		ids, err := all(t, func(w http.ResponseWriter, r *http.Request) {
			if requests++; requests == 1 {
				pageOf(w, "", 3, cut...)
				return
			}
			if pageNumber(r) == 1 {
				pageOf(w, "", 3, "a", "b", "c")
				return
			}
			pageOf(w, "", 3)
		})
		if err != nil || strings.Join(ids, "") != "abc" {
			t.Errorf("%v, then %v, %v", cut, ids, err)
		}
	}
}

// The count stays the same when one item is deleted and another is created between two pages.
func TestListMissesNothingWhenTheCountStaysTheSame(t *testing.T) {
	requests := 0
	ids, err := all(t, func(w http.ResponseWriter, r *http.Request) {
		pages := map[int][]string{1: {"a", "b"}, 2: {"c", "d"}}
		if requests++; requests > 1 { // a was deleted, and e is new
			pages = map[int][]string{1: {"b", "c"}, 2: {"d", "e"}}
		}
		number := pageNumber(r)
		pageOf(w, map[int]string{1: "/next"}[number], 4, pages[number]...)
	})
	if err != nil || strings.Join(ids, "") != "bcde" {
		t.Errorf("got %v, %v", ids, err)
	}
}

func TestListThatKeepsChangingIsAllThatWasSeen(t *testing.T) {
	requests := 0
	ids, err := all(t, func(w http.ResponseWriter, r *http.Request) {
		requests++
		if pageNumber(r) == 1 {
			pageOf(w, "/next", 3, "a", "b")
			return
		}
		pageOf(w, "", 3, string("cdef0123456789"[requests%14]))
	})
	slices.Sort(ids)
	if err != nil || len(ids) != 7 || requests != 10 || !slices.Contains(ids, "a") || !slices.Contains(ids, "b") {
		t.Errorf("got %v after %d requests, %v", ids, requests, err)
	}
}

func TestListOfOnePageIsReadOnce(t *testing.T) {
	for _, total := range []int{0, 1, 2} {
		requests := 0
		ids, err := all(t, func(w http.ResponseWriter, _ *http.Request) {
			requests++
			pageOf(w, "", total, "a", "b")
		})
		if err != nil || strings.Join(ids, "") != "ab" || requests != 1 {
			t.Errorf("total %d: got %v after %d requests, %v", total, ids, requests, err)
		}
	}
}

func TestAPageWithAnInvalidExportBucketIsNotUsed(t *testing.T) {
	for name, page := range map[string]string{
		"no id":                   `{"results":[{"bucketName":"snapshots"}]}`,
		"an invalid id":           `{"results":[{"_id":"65b2f1d09b3d0e4c5a6f708"}]}`,
		"an id and more":          `{"results":[{"_id":"65b2f1d09b3d0e4c5a6f7081\n"}]}`,
		"an escape sequence":      `{"results":[{"_id":"65b2f1d09b3d0e4c5a6f70\u001b"}]}`,
		"null":                    `{"results":[null]}`,
		"no results":              `{"totalCount":0}`,
		"null for results":        `{"results":null}`,
		"results of a wrong type": `{"results":{}}`,
		"results twice":           `{"results":[],"results":[]}`,
		"links of a wrong type":   `{"results":[],"links":{}}`,
		"a list":                  `[]`,
	} {
		ids, err := all(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(page)) })
		if err == nil || len(ids) > 0 {
			t.Errorf("%s: got %q, %v", name, ids, err)
		}
	}
}

func TestAPageWithAnInvalidItemIsRetried(t *testing.T) {
	for _, item := range []string{
		`{}`, `null`, `{"_id":""}`, `{"_id":"65b2f1d09b3d0e4c5a6f708"}`, `{"_id":"65b2f1d09b3d0e4c5a6f70812"}`, `{"_id":"65B2F1D09B3D0E4C5A6F7081"}`,
		`{"_id":"../../../../other/clusters"}`, `{"_id":7}`, `"65b2f1d09b3d0e4c5a6f7081"`,
	} {
		calls := 0
		ids, err := all(t, func(w http.ResponseWriter, _ *http.Request) {
			if calls++; calls == 1 {
				_, _ = w.Write([]byte(`{"results":[{"_id":"aaaaaaaaaaaaaaaaaaaaaaaa"},` + item + `],"totalCount":2}`))
				return
			}
			pageOf(w, "", 1, "b")
		})
		if err != nil || strings.Join(ids, "") != "b" || calls != 2 {
			t.Errorf("%s, after %d calls: %v, %v", item, calls, ids, err)
		}
	}
}

func TestAPageWithoutResultsIsRetried(t *testing.T) {
	for _, page := range []string{`{}`, `{"results":null,"totalCount":1}`, `{"results":{}}`, `[]`, wholeBucket} {
		calls := 0
		ids, err := all(t, func(w http.ResponseWriter, _ *http.Request) {
			if calls++; calls == 1 {
				_, _ = w.Write([]byte(page))
				return
			}
			pageOf(w, "", 1, "b")
		})
		if err != nil || strings.Join(ids, "") != "b" || calls != 2 {
			t.Errorf("%s, after %d calls: %v, %v", page, calls, ids, err)
		}
	}
}

func FuzzListPage(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "[]", "null", `{"results":null}`, `{"results":[{}]}`, `{"results":[{"_id":"aaaaaaaaaaaaaaaaaaaaaaaa"}],"links":[{"rel":"next"}]}`,
		`{"results":[{"_id":"aaaaaaaaaaaaaaaaaaaaaaaa"}],"totalCount":99,"links":[{"rel":"next","href":"https://elsewhere.example/"}]}`, `{"links":{"rel":"next"}}`, `{"totalCount":"many"}`,
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
