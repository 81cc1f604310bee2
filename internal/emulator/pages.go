package emulator

import (
	"net/url"
	"strconv"
)

// page is one page of a list, in the shape recorded on 2026-08-10.
type page struct {
	Status     int    `json:"status,omitempty"` // with envelope=true
	Links      []link `json:"links"`
	Results    any    `json:"results"`
	TotalCount *int   `json:"totalCount,omitempty"` // unless includeCount=false
}

type link struct {
	Href string `json:"href"`
	Rel  string `json:"rel"`
}

// paginate returns the page of items that the query parameters itemsPerPage
// (1 to 500, default 100), pageNum (from 1) and includeCount (default true) ask
// for. A page after the last is empty. A number out of range is
// VALIDATION_ERROR: the code is unverified.
func paginate[T any](u *url.URL, items []T) (any, *failure) {
	query := u.Query()
	itemsPerPage, f := numberIn(query, "itemsPerPage", 100, 1, 500)
	if f != nil {
		return nil, f
	}
	pageNum, f := numberIn(query, "pageNum", 1, 1, 1_000_000)
	if f != nil {
		return nil, f
	}
	total := len(items)
	first := min((pageNum-1)*itemsPerPage, total)
	last := min(first+itemsPerPage, total)

	p := page{Links: []link{}, Results: append([]T{}, items[first:last]...)}
	addLink := func(rel string, number int) {
		query.Set("itemsPerPage", strconv.Itoa(itemsPerPage))
		query.Set("pageNum", strconv.Itoa(number))
		to := *u
		to.RawQuery = query.Encode()
		p.Links = append(p.Links, link{Href: to.String(), Rel: rel})
	}
	addLink("self", pageNum)
	if pageNum > 1 {
		addLink("previous", pageNum-1)
	}
	if last < total {
		addLink("next", pageNum+1)
	}
	if query.Get("includeCount") != "false" {
		p.TotalCount = &total
	}
	return p, nil
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
