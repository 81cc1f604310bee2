package emulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// newAtlasWithBuckets returns an Atlas with buckets bucket-0 to bucket-(n-1).
func newAtlasWithBuckets(t *testing.T, n int) *emulator.Atlas {
	t.Helper()
	atlas := newAtlas(t, emulator.Options{})
	for i := range n {
		atlas.PutExportBucket(projectID, emulator.ExportBucket{BucketName: fmt.Sprint("bucket-", i), CloudProvider: "AWS", IAMRoleID: roleID})
	}
	return atlas
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

func TestTotalCountCanBeLeftOut(t *testing.T) {
	list := send(t, newAtlasWithBuckets(t, 3), "GET", bucketsPath+"?includeCount=false", "").wantStatus(t, 200).object(t)
	if _, ok := list["totalCount"]; ok {
		t.Errorf("got %v", list)
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
