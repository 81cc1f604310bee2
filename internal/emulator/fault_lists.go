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

// changeList changes a page of a list as value says, one of those of Fault.List. Another
// answer does not change. r is what the client asked for; ids are for new items.
func (k *keptAnswer) changeList(r *http.Request, value string, ids objectIDs) {
	var items []map[string]any
	p := page{Results: &items}
	if json.Unmarshal(k.body.Bytes(), &p) != nil || items == nil {
		return
	}
	list, pathValues, _ := findRoute(http.Header{}, r.Method, strings.TrimPrefix(r.URL.Path, apiPath)) // a page has one
	switch value {
	case NextElsewhere:
		p.setLink(link{Rel: "next", Href: "https://elsewhere.invalid" + r.URL.Path})
	case Repeats:
		p.setLink(list.pageLink(absoluteURL(r), "next", 2))
	case Endless:
		asked, _ := strconv.Atoi(r.URL.Query().Get("pageNum")) // fails without one, which is the first
		p.Results = newItems(items, func() any { return list.exampleItem(pathValues["groupId"], ids.next(time.Now())) })
		p.setLink(list.pageLink(absoluteURL(r), "self", max(asked, 1)))
		p.setLink(list.pageLink(absoluteURL(r), "next", max(asked, 1)+1))
	case Truncated:
		p.Results = items[:len(items)/2]
		p.removeLink("next")
	case CountsTooFew:
		p.TotalCount = 0
	case CountsTooMany:
		p.TotalCount = 1_000_000
	}
	k.body.Reset()
	writeJSON(&k.body, r, p)
}

// newItems returns items with the ids and names of examples. The rest of them is that of the
// first of items, if there is one.
func newItems(items []map[string]any, example func() any) []map[string]any {
	added := make([]map[string]any, 50)
	for i := range added {
		text, _ := json.Marshal(example()) // every answer can be encoded
		_ = json.Unmarshal(text, &added[i])
		if len(items) == 0 {
			continue
		}
		identity := added[i]
		added[i] = maps.Clone(items[0])
		for _, name := range append(idAttributes, "name") {
			if value, ok := identity[name]; ok {
				added[i][name] = value
			}
		}
	}
	return added
}

// setLink replaces the link with the same rel, or adds one.
func (p *page) setLink(l link) {
	p.removeLink(l.Rel)
	p.Links = append(p.Links, l)
}

func (p *page) removeLink(rel string) {
	p.Links = slices.DeleteFunc(p.Links, func(l link) bool { return l.Rel == rel })
}

// firstPage returns the URL of the first page of the list at u.
func firstPage(u *url.URL) *url.URL {
	to, query := *u, u.Query()
	query.Del("pageNum")
	to.RawQuery = query.Encode()
	return &to
}
