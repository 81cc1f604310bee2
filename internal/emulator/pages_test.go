package emulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// newAtlasWithBuckets returns an Atlas with n buckets, which a list has as bucket-0, bucket-1 and so on.
func newAtlasWithBuckets(t *testing.T, n int) *emulator.Atlas {
	t.Helper()
	atlas := newAtlas(t, emulator.Options{})
	for range n {
		atlas.PutExportBucket(projectID, emulator.ExportBucket{CloudProvider: "AWS", IAMRoleID: roleID})
	}
	for i, id := range listedIDs(t, atlas) {
		atlas.RemoveExportBucket(projectID, id)
		atlas.PutExportBucket(projectID, emulator.ExportBucket{ID: id, BucketName: fmt.Sprint("bucket-", i), CloudProvider: "AWS", IAMRoleID: roleID})
	}
	return atlas
}

// listedIDs returns the ids of the buckets in the order of a list.
func listedIDs(t *testing.T, atlas *emulator.Atlas) []string {
	t.Helper()
	var ids []string
	for _, result := range send(t, atlas, "GET", bucketsPath+"?itemsPerPage=500", "").wantStatus(t, 200).object(t)["results"].([]any) {
		ids = append(ids, result.(map[string]any)["_id"].(string))
	}
	return ids
}

func TestOrderOfAListIsStableAndNotThatOfTheIDs(t *testing.T) {
	file := t.TempDir() + "/state.json"
	atlas := newAtlas(t, emulator.Options{StateFile: file})
	for range 6 {
		create(t, atlas, awsBody)
	}
	ids := listedIDs(t, atlas)
	descending := slices.Clone(ids)
	slices.Reverse(descending)
	if len(ids) != 6 || slices.IsSorted(ids) || slices.IsSorted(descending) {
		t.Errorf("the list has %v", ids)
	}
	again := newAtlas(t, emulator.Options{StateFile: file})
	if got := listedIDs(t, again); !slices.Equal(got, ids) {
		t.Errorf("the list has %v, and after a restart %v", ids, got)
	}
	atlas.RemoveExportBucket(projectID, ids[2])
	if got := listedIDs(t, atlas); !slices.Equal(got, slices.Delete(ids, 2, 3)) {
		t.Errorf("without one bucket the list has %v", got)
	}
}

func TestOrderOfAListIsTheSameInEveryRun(t *testing.T) {
	var orders []string
	for range 2 {
		atlas := newAtlas(t, emulator.Options{})
		var made []string
		for range 6 {
			made = append(made, create(t, atlas, awsBody))
		}
		var order []int
		for _, id := range listedIDs(t, atlas) {
			order = append(order, slices.Index(made, id))
		}
		orders = append(orders, fmt.Sprint(order))
	}
	if orders[0] != orders[1] {
		t.Errorf("the order is %s in one run, and %s in the next one", orders[0], orders[1])
	}
}

// names returns the bucket names of a list.
func names(t *testing.T, list map[string]any) []string {
	t.Helper()
	var names []string
	results, ok := list["results"].([]any)
	if !ok {
		t.Fatalf("no results in %v", list)
	}
	for _, result := range results {
		names = append(names, result.(map[string]any)["bucketName"].(string))
	}
	return names
}

// links returns the links of a list by rel.
func links(list map[string]any) map[string]string {
	links := map[string]string{}
	for _, l := range list["links"].([]any) {
		l := l.(map[string]any)
		links[l["rel"].(string)] = l["href"].(string)
	}
	return links
}

func TestLinksLeadThroughEveryPage(t *testing.T) {
	atlas := newAtlasWithBuckets(t, 5)
	server := httptest.NewServer(atlas)
	defer server.Close()

	var seen []string
	next := server.URL + bucketsPath + "?itemsPerPage=2&pretty=true"
	for next != "" {
		if !strings.HasPrefix(next, server.URL+bucketsPath+"?") || !strings.Contains(next, "pretty=true") {
			t.Fatalf("the link %s leads elsewhere", next)
		}
		target, err := url.Parse(next)
		if err != nil {
			t.Fatal(err)
		}
		list := send(t, atlas, "GET", next, "", func(r *http.Request) { r.Host = target.Host }).wantStatus(t, 200).object(t)
		seen = append(seen, names(t, list)...)
		if list["totalCount"] != 5.0 {
			t.Errorf("totalCount %v, want 5", list["totalCount"])
		}
		next = links(list)["next"]
	}
	if got := fmt.Sprint(seen); got != "[bucket-0 bucket-1 bucket-2 bucket-3 bucket-4]" {
		t.Errorf("got %s", got)
	}
}

func TestPageHasLinksToItsNeighboursOnly(t *testing.T) {
	atlas := newAtlasWithBuckets(t, 5)
	for _, tc := range []struct{ query, rels string }{
		{"", "[self]"},
		{"?itemsPerPage=2", "[next self]"},
		{"?itemsPerPage=2&pageNum=2", "[next previous self]"},
		{"?itemsPerPage=2&pageNum=3", "[previous self]"},
	} {
		found := links(send(t, atlas, "GET", bucketsPath+tc.query, "").wantStatus(t, 200).object(t))
		var rels []string
		for _, rel := range []string{"next", "previous", "self"} {
			if found[rel] != "" {
				rels = append(rels, rel)
			}
		}
		if fmt.Sprint(rels) != tc.rels || len(found) != len(rels) {
			t.Errorf("%q has links %v, want %s", tc.query, found, tc.rels)
		}
	}
	previous := links(send(t, atlas, "GET", bucketsPath+"?itemsPerPage=2&pageNum=2", "").object(t))["previous"]
	if got := names(t, send(t, atlas, "GET", previous, "").object(t)); fmt.Sprint(got) != "[bucket-0 bucket-1]" {
		t.Errorf("the previous page has %v", got)
	}
}

func TestPageAfterTheLastIsEmpty(t *testing.T) {
	list := send(t, newAtlasWithBuckets(t, 3), "GET", bucketsPath+"?pageNum=2", "").wantStatus(t, 200).object(t)
	if got := names(t, list); len(got) != 0 || list["totalCount"] != 3.0 {
		t.Errorf("got %v", list)
	}
}

func TestPageHasOneHundredItemsByDefault(t *testing.T) {
	if got := names(t, send(t, newAtlasWithBuckets(t, 101), "GET", bucketsPath, "").object(t)); len(got) != 100 {
		t.Errorf("%d items, want 100", len(got))
	}
}

func TestTotalCountIsZeroWithoutACount(t *testing.T) {
	list := send(t, newAtlasWithBuckets(t, 3), "GET", bucketsPath+"?includeCount=false", "").wantStatus(t, 200).object(t)
	if count, ok := list["totalCount"]; !ok || count != 0.0 || len(names(t, list)) != 3 {
		t.Errorf("got %v", list)
	}
}

func TestLinksHaveTheirParametersInTheRecordedOrder(t *testing.T) {
	atlas := newAtlasWithBuckets(t, 5)
	for query, want := range map[string]map[string]string{
		"":                                    {"self": "includeCount=true&pageNum=1&itemsPerPage=100"},
		"?pretty=true&pageNum=1":              {"self": "includeCount=true&pageNum=1&itemsPerPage=100&pretty=true"},
		"?itemsPerPage=2":                     {"self": "includeCount=true&pageNum=1&itemsPerPage=2", "next": "includeCount=true&itemsPerPage=2&pageNum=2"},
		"?includeCount=false&pageNum=3":       {"self": "includeCount=false&pageNum=3&itemsPerPage=100", "previous": "includeCount=false&itemsPerPage=100&pageNum=2"},
		"?pageNum=1&itemsPerPage=2&x=%26&a=b": {"self": "includeCount=true&pageNum=1&itemsPerPage=2&a=b&x=%26", "next": "includeCount=true&itemsPerPage=2&pageNum=2&a=b&x=%26"},
	} {
		for rel, href := range links(send(t, atlas, "GET", bucketsPath+query, "").wantStatus(t, 200).object(t)) {
			if href != "http://example.com"+bucketsPath+"?"+want[rel] {
				t.Errorf("%q: the link %s is %s, want %s", query, rel, href, want[rel])
			}
			delete(want, rel)
		}
		if len(want) > 0 {
			t.Errorf("%q: no links %v", query, want)
		}
	}
}

func TestPageNumbersOutOfRangeAreRefused(t *testing.T) {
	atlas := newAtlasWithBuckets(t, 1)
	for _, query := range []string{"itemsPerPage=0", "itemsPerPage=501", "itemsPerPage=x", "itemsPerPage=", "pageNum=0", "pageNum=-1"} {
		body := send(t, atlas, "GET", bucketsPath+"?"+query, "").wantError(t, 400, "VALIDATION_ERROR")
		name, _, _ := strings.Cut(query, "=")
		if got := fields(t, body); fmt.Sprint(got) != "["+name+"]" {
			t.Errorf("%s: fields %v", query, got)
		}
	}
	send(t, atlas, "GET", bucketsPath+"?itemsPerPage=500&pageNum=1", "").wantStatus(t, 200)
}

// fields returns the fields that badRequestDetail names.
func fields(t *testing.T, body map[string]any) []string {
	t.Helper()
	detail, ok := body["badRequestDetail"].(map[string]any)
	if !ok {
		t.Fatalf("no badRequestDetail in %v", body)
	}
	var fields []string
	for _, field := range detail["fields"].([]any) {
		field := field.(map[string]any)
		if field["description"] == "" {
			t.Errorf("no description in %v", field)
		}
		fields = append(fields, field["field"].(string))
	}
	return fields
}
