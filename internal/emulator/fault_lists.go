package emulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// spoilList changes the answer, if it is a page of a list, in what what says, one
// of the values of Fault.List. Of another answer it changes nothing. r is what the
// client asked for; ids are for new items.
func (k *keptAnswer) spoilList(r *http.Request, what string, ids objectIDs) {
	var items []map[string]any
	p := page{Results: &items}
	if json.Unmarshal(k.body.Bytes(), &p) != nil || items == nil {
		return
	}
	switch what {
	case NextElsewhere:
		p.setLink("next", "https://elsewhere.invalid"+r.URL.Path)
	case Repeats:
		p.setLink("next", withPageNum(absoluteURL(r), 2).String())
	case Endless:
		p.Results = newItems(exampleItem(r.URL.Path, items), ids)
		asked, _ := strconv.Atoi(r.URL.Query().Get("pageNum")) // fails without one, which is the first
		p.setLink("self", absoluteURL(r).String())
		p.setLink("next", withPageNum(absoluteURL(r), max(asked, 1)+1).String())
	case Truncated:
		p.Results = items[:len(items)/2]
		p.removeLink("next")
	case CountsTooFew:
		p.setTotalCount(0)
	case CountsTooMany:
		p.setTotalCount(1_000_000)
	}
	k.body.Reset()
	writeJSON(&k.body, r, p)
}

// exampleItem is an item of the list at path: the first of items, if there is one.
func exampleItem(path string, items []map[string]any) map[string]any {
	switch {
	case len(items) > 0:
		return items[0]
	case strings.HasSuffix(path, "/clusters"):
		return map[string]any{"name": ""}
	}
	return map[string]any{
		"_id":                      "",
		"bucketName":               "endless",
		"cloudProvider":            aws,
		"iamRoleId":                "64c0ffee00000000000000aa",
		"region":                   "us-east-1",
		"requirePrivateNetworking": false,
	}
}

// newItems are copies of item with an _id, or for clusters a name, of their own.
func newItems(item map[string]any, ids objectIDs) []map[string]any {
	items := make([]map[string]any, 50)
	for i := range items {
		items[i] = maps.Clone(item)
		id := ids.next(time.Now())
		replace(items[i], "_id", id)
		replace(items[i], "name", "Cluster-"+id)
	}
	return items
}

// setLink replaces the link of that rel, or adds one.
func (p *page) setLink(rel, href string) {
	p.removeLink(rel)
	p.Links = append(p.Links, link{Href: href, Rel: rel})
}

func (p *page) removeLink(rel string) {
	p.Links = slices.DeleteFunc(p.Links, func(l link) bool { return l.Rel == rel })
}

// setTotalCount leaves a page without a totalCount as it is.
func (p *page) setTotalCount(count int) {
	if p.TotalCount != nil {
		p.TotalCount = &count
	}
}

func withPageNum(u *url.URL, number int) *url.URL {
	to, query := *u, u.Query()
	query.Set("pageNum", strconv.Itoa(number))
	to.RawQuery = query.Encode()
	return &to
}
