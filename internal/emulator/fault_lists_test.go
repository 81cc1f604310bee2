package emulator_test

import (
	"fmt"
	"regexp"
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

func TestPageCanRepeatEndlessly(t *testing.T) {
	for _, pageNum := range []string{"1", "2", "3", "4"} {
		list := spoiled(t, emulator.Repeats, "?itemsPerPage=2&pageNum="+pageNum)
		next := links(list)["next"]
		if got := fmt.Sprint(names(t, list)); got != "[bucket-0 bucket-1]" || next != "http://example.com"+bucketsPath+"?includeCount=true&itemsPerPage=2&pageNum=2" {
			t.Errorf("page %s has %s, next %s", pageNum, got, next)
		}
	}
	if list := spoiled(t, emulator.Repeats, ""); len(names(t, list)) != 5 || links(list)["next"] == "" {
		t.Errorf("a single page: %v", list)
	}
}

func TestListCanBeEndless(t *testing.T) {
	atlas := newAtlasWithBuckets(t, 5)
	addFaults(t, atlas, emulator.Fault{List: emulator.Endless, After: true, Times: 6})
	seen := map[string]bool{}
	for _, bucket := range atlas.ExportBuckets(projectID) {
		seen[bucket.ID] = true
	}
	target := bucketsPath + "?itemsPerPage=500"
	for pageNum := range 6 { // the last ones are after Atlas' last
		list := send(t, atlas, "GET", target, "").wantStatus(t, 200).object(t)
		const want = "http://example.com" + bucketsPath + "?includeCount=true"
		if self := links(list)["self"]; self != fmt.Sprintf("%s&pageNum=%d&itemsPerPage=500", want, pageNum+1) {
			t.Errorf("self is %s", self)
		}
		target = links(list)["next"]
		if target != fmt.Sprintf("%s&itemsPerPage=500&pageNum=%d", want, pageNum+2) || list["totalCount"] != 5.0 || len(list["links"].([]any)) != 2 {
			t.Fatalf("page %d: totalCount %v, links %v", pageNum+1, list["totalCount"], list["links"])
		}
		for _, item := range list["results"].([]any) {
			item := item.(map[string]any)
			id, _ := item["_id"].(string)
			if len(id) != 24 || seen[id] {
				t.Errorf("page %d: the id %q is none, or is there twice", pageNum+1, id)
			}
			seen[id] = true
			item["_id"] = "an id"
			if got := fmt.Sprint(item); got != "map[_id:an id bucketName:bucket-0 cloudProvider:AWS iamRoleId:"+roleID+" requirePrivateNetworking:false]" {
				t.Errorf("page %d has %s", pageNum+1, got)
			}
		}
	}
	if len(seen) != 5+6*50 {
		t.Errorf("%d items, want 50 on each of 6 pages", len(seen)-5)
	}
	if list := send(t, atlas, "GET", bucketsPath, "").object(t); len(names(t, list)) != 5 {
		t.Errorf("Atlas has %v", list)
	}
}

func TestListOfNothingCanBeEndless(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	addFaults(t, atlas, emulator.Fault{List: emulator.Endless, After: true, Times: 3})
	for _, pageNum := range []string{"", "?pageNum=7"} {
		list := send(t, atlas, "GET", bucketsPath+pageNum, "").wantStatus(t, 200).object(t)
		results := list["results"].([]any)
		if list["totalCount"] != 0.0 || len(results) != 50 || results[0].(map[string]any)["cloudProvider"] != "AWS" {
			t.Errorf("%q: %v", pageNum, list)
		}
	}
	list := send(t, atlas, "GET", clustersPath, "").wantStatus(t, 200).object(t)
	requireNames(t, list, 50)
}

func TestListOfClustersCanBeEndless(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	atlas.AddCluster(projectID, "Cluster0")
	addFaults(t, atlas, emulator.Fault{List: emulator.Endless, After: true, Times: 2})
	seen := requireNames(t, send(t, atlas, "GET", clustersPath, "").wantStatus(t, 200).object(t), 50)
	for name := range requireNames(t, send(t, atlas, "GET", clustersPath+"?pageNum=2", "").wantStatus(t, 200).object(t), 50) {
		if seen[name] || name == "Cluster0" {
			t.Errorf("%s is there twice", name)
		}
	}
}

// requireNames returns the names of n clusters in a list.
func requireNames(t *testing.T, list map[string]any, n int) map[string]bool {
	t.Helper()
	names, seen := map[string]bool{}, map[any]bool{}
	for _, item := range list["results"].([]any) {
		item := item.(map[string]any)
		name, _ := item["name"].(string)
		if !regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9-]*$`).MatchString(name) || len(item) != 9 || item["groupId"] != projectID || seen[item["id"]] {
			t.Errorf("cluster %v", item)
		}
		names[name], seen[item["id"]] = true, true
	}
	if len(names) != n {
		t.Errorf("%d names, want %d", len(names), n)
	}
	return names
}

func TestPageCanBeTruncated(t *testing.T) {
	for query, items := range map[string]string{
		"":                          "[bucket-0 bucket-1]",
		"?itemsPerPage=2":           "[bucket-0]",
		"?itemsPerPage=2&pageNum=2": "[bucket-2]",
		"?itemsPerPage=2&pageNum=3": "[]",
		"?itemsPerPage=2&pageNum=4": "[]",
	} {
		list := spoiled(t, emulator.Truncated, query)
		if got := fmt.Sprint(names(t, list)); got != items || list["totalCount"] != 5.0 || links(list)["next"] != "" || links(list)["self"] == "" {
			t.Errorf("%q: %v, want %s", query, list, items)
		}
	}
}

func TestTotalCountCanBeWrong(t *testing.T) {
	for list, want := range map[string]any{emulator.CountsTooFew: 0.0, emulator.CountsTooMany: 1_000_000.0} {
		page := spoiled(t, list, "?itemsPerPage=2")
		if len(names(t, page)) != 2 || page["totalCount"] != want || links(page)["next"] == "" {
			t.Errorf("%s: %v", list, page)
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
