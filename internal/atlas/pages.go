package atlas

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
)

// ItemsPerPage is the most that Atlas puts on a page, and what is asked for.
const ItemsPerPage = 500

// page is one of a list.
type page[T any] struct {
	Links []struct {
		Rel string `json:"rel"`
	} `json:"links"`
	Results    []T `json:"results"`
	TotalCount int `json:"totalCount"`
}

// check refuses an answer that is no list: it would be taken for an empty one, and what is
// not in it for gone.
func (p *page[T]) check() error {
	if p.Results == nil {
		return errors.New("it has no results")
	}
	return nil
}

// pageCount is what a list noticed of its pages.
type pageCount struct {
	pages int
	total int  // of the items, as the last page has it
	moved bool // the total changed between two pages
}

func (c *pageCount) add(total int) {
	c.moved = c.moved || c.pages > 0 && total != c.total
	c.pages++
	c.total = total
}

// whole tells that n items can be all there are: a page alone is always whole, but an item
// that goes between two pages takes another one out of sight.
func (c *pageCount) whole(n int) bool {
	return c.pages <= 1 || !c.moved && n == c.total
}

// list yields the items of every page, each page fetched when its first item is asked
// for, and no item twice: one that comes or goes meanwhile moves others to another page.
// An error is the last thing it yields.
//
// The next page is asked for by number: a link in an answer is no reason to send a
// credential to where it points. A page that has nothing new and yet a next one is an
// error, or a server that repeats itself would be listed for ever.
//
// What it notices of the pages is in count while it runs.
func list[T any](ctx context.Context, c *Client, version string, key func(T) string, count *pageCount, path ...string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		*count = pageCount{}
		known := map[string]bool{}
		for number := 1; ; number++ {
			var page page[T]
			r := request{
				method:  http.MethodGet,
				version: version,
				path:    path,
				query:   url.Values{"itemsPerPage": {strconv.Itoa(ItemsPerPage)}, "pageNum": {strconv.Itoa(number)}},
				out:     &page,
			}
			if err := c.do(ctx, r); err != nil {
				yield(*new(T), err)
				return
			}
			before := len(known)
			count.add(page.TotalCount)
			for _, item := range page.Results {
				if known[key(item)] {
					continue
				}
				known[key(item)] = true
				if !yield(item, nil) {
					return
				}
			}
			more := false
			for _, link := range page.Links {
				more = more || link.Rel == "next"
			}
			if !more {
				return
			}
			if len(known) == before {
				failed := &Error{Method: r.method, Path: c.url(r).EscapedPath(), Status: http.StatusOK}
				yield(*new(T), failed.because(fmt.Errorf("the list does not end: page %d has nothing new and names a next one", number)))
				return
			}
		}
	}
}
