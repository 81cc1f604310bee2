package emulator

import (
	"cmp"
	"hash/crc32"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// page is one page of a list, in the shape recorded on 2026-08-10.
type page struct {
	Status     int    `json:"status,omitempty"` // with envelope=true
	Links      []link `json:"links"`
	Results    any    `json:"results"`
	TotalCount int    `json:"totalCount"` // 0 with includeCount=false: recorded
}

type link struct {
	Href string `json:"href"`
	Rel  string `json:"rel"`
}

// paginate returns the page of items that the query parameters itemsPerPage (1 to 500,
// default 100), pageNum (from 1) and includeCount (default true) ask for. A page after the
// last one is empty. A number out of range is VALIDATION_ERROR: the code is unverified.
//
// It sorts items by compareInList of their ids.
func paginate[T any](c *call, items []T, id func(T) string) (any, *failure) {
	query := c.url.Query()
	itemsPerPage, f := numberIn(query, "itemsPerPage", 100, 1, 500)
	if f != nil {
		return nil, f
	}
	pageNum, f := numberIn(query, "pageNum", 1, 1, 1_000_000)
	if f != nil {
		return nil, f
	}
	slices.SortFunc(items, func(a, b T) int { return compareInList(id(a), id(b)) })
	total := len(items)
	first := min((pageNum-1)*itemsPerPage, total)
	last := min(first+itemsPerPage, total)

	p := page{Links: []link{c.route.pageLink(c.url, "self", pageNum)}, Results: append([]T{}, items[first:last]...)}
	if pageNum > 1 {
		p.Links = append(p.Links, c.route.pageLink(c.url, "previous", pageNum-1))
	}
	if last < total {
		p.Links = append(p.Links, c.route.pageLink(c.url, "next", pageNum+1))
	}
	if query.Get("includeCount") != "false" {
		p.TotalCount = total
	}
	return p, nil
}

// compareInList compares objects by their ids, for the order of lists. That order is not that of
// the ids: recorded. Atlas' own is unknown. This one is stable, and the same in every run, because
// the last digits of the emulator's ids are a counter.
func compareInList(a, b string) int {
	rank := func(id string) uint32 { return crc32.ChecksumIEEE([]byte(id[max(len(id)-6, 0):])) }
	return cmp.Or(cmp.Compare(rank(b), rank(a)), strings.Compare(a, b))
}

// pageLink returns a link to a page of the list that u asks for. Links have the parameters of
// lists also if u has not. pageNum is before itemsPerPage in the link to the page itself, and
// after it in the next one: recorded. The order in the previous one, and the place of other
// parameters, is unverified.
func (r route) pageLink(u *url.URL, rel string, pageNum int) link {
	query := u.Query()
	take := func(name, byDefault string) string {
		value := byDefault
		if query.Has(name) {
			value = query.Get(name)
		}
		query.Del(name)
		return name + "=" + url.QueryEscape(value)
	}
	var parameters []string
	for _, name := range r.linkParameters {
		parameters = append(parameters, take(name, "false"))
	}
	parameters = append(parameters, take("includeCount", "true"), take("itemsPerPage", "100"))
	query.Del("pageNum")
	place := len(parameters)
	if rel == "self" {
		place--
	}
	parameters = slices.Insert(parameters, place, "pageNum="+strconv.Itoa(pageNum))
	if len(query) > 0 {
		parameters = append(parameters, query.Encode())
	}
	to := *u
	to.RawQuery = strings.Join(parameters, "&")
	return link{Href: to.String(), Rel: rel}
}

func numberIn(query url.Values, name string, byDefault, lowest, highest int) (int, *failure) {
	if !query.Has(name) {
		return byDefault, nil
	}
	n, err := strconv.Atoi(query.Get(name))
	if err != nil || n < lowest || n > highest {
		return 0, validationError(violation{
			Field:       name,
			Description: "must be a number from " + strconv.Itoa(lowest) + " to " + strconv.Itoa(highest),
		})
	}
	return n, nil
}
