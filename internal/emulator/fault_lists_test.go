package emulator_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// spoiled returns the page of an Atlas with five buckets that query asks for.
func spoiled(t *testing.T, list, query string) map[string]any {
	t.Helper()
	atlas := newAtlasWithBuckets(t, 5)
	addFaults(t, atlas, emulator.Fault{List: list, After: true})
	answer := send(t, atlas, "GET", bucketsPath+query, "").wantStatus(t, 200)
	if got := answer.header.Get("Content-Type"); got != "application/vnd.atlas.2024-05-30+json;charset=utf-8" {
		t.Errorf("%s: Content-Type %s", list, got)
	}
	return answer.object(t)
}

func TestNextLinkCanLeadElsewhere(t *testing.T) {
	for query, items := range map[string]string{
		"?itemsPerPage=2": "[bucket-0 bucket-1]",
		"":                "[bucket-0 bucket-1 bucket-2 bucket-3 bucket-4]", // has none of its own
	} {
		list := spoiled(t, emulator.NextElsewhere, query)
		rels := strings.Count(fmt.Sprint(list["links"]), "rel:next")
		if next := links(list)["next"]; next != "https://elsewhere.invalid"+bucketsPath || rels != 1 {
			t.Errorf("%q: %d next links, %s", query, rels, next)
		}
		if got := fmt.Sprint(names(t, list)); got != items || list["totalCount"] != 5.0 {
			t.Errorf("%q has %s of %v", query, got, list["totalCount"])
		}
	}
}

func TestPageCanRepeatForEver(t *testing.T) {
	for _, pageNum := range []string{"1", "2", "3", "4"} {
		list := spoiled(t, emulator.Repeats, "?itemsPerPage=2&pageNum="+pageNum)
		next := links(list)["next"]
		if got := fmt.Sprint(names(t, list)); got != "[bucket-0 bucket-1]" || next != "http://example.com"+bucketsPath+"?itemsPerPage=2&pageNum=2" {
			t.Errorf("page %s has %s, next %s", pageNum, got, next)
		}
	}
	if list := spoiled(t, emulator.Repeats, ""); len(names(t, list)) != 5 || links(list)["next"] == "" {
		t.Errorf("a single page: %v", list)
	}
}

func TestTotalCountCanBeWrong(t *testing.T) {
	for list, want := range map[string]any{emulator.CountsTooFew: 0.0, emulator.CountsTooMany: 1_000_000.0} {
		page := spoiled(t, list, "?itemsPerPage=2")
		if len(names(t, page)) != 2 || page["totalCount"] != want || links(page)["next"] == "" {
			t.Errorf("%s: %v", list, page)
		}
		if page := spoiled(t, list, "?includeCount=false"); page["totalCount"] != nil {
			t.Errorf("%s without a count: %v", list, page)
		}
	}
	page := spoiled(t, emulator.CountsTooFew, "?envelope=true")
	if page["status"] != 200.0 || page["totalCount"] != 0.0 {
		t.Errorf("in an envelope: %v", page)
	}
}

func TestListFaultLeavesOtherAnswersAsTheyAre(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	addFaults(t, atlas, emulator.Fault{List: emulator.NextElsewhere, After: true, Times: -1})
	id := create(t, atlas, awsBody)
	send(t, atlas, "GET", bucketsPath+"?pageNum=0", "").wantError(t, 400, "VALIDATION_ERROR")
	send(t, atlas, "DELETE", bucketsPath+"/"+id, "").wantStatus(t, 204)
}

func TestItemsCanComeAndGoBetweenTwoPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithBuckets(t, 4)
		addFaults(t, atlas, emulator.Fault{Skip: 1, Break: emulator.Hold})
		go func() {
			synctest.Wait()
			atlas.RemoveExportBucket(projectID, atlas.ExportBuckets(projectID)[0].ID)
			atlas.ClearFaults()
		}()
		var seen []string
		for _, query := range []string{"?itemsPerPage=2", "?itemsPerPage=2&pageNum=2"} {
			seen = append(seen, names(t, send(t, atlas, "GET", bucketsPath+query, "").wantStatus(t, 200).object(t))...)
		}
		if got := fmt.Sprint(seen); got != "[bucket-0 bucket-1 bucket-3]" {
			t.Errorf("got %s", got)
		}
	})
}
