package atlas

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// ItemsPerPage is the most that Atlas puts on a page.
const ItemsPerPage = 500

const (
	// maxPages is the most that is listed: far more than any project has.
	maxPages = 200

	// uncounted is how many items a list may have beyond what Atlas counts.
	uncounted = 10 * ItemsPerPage
)

// listing is a list of Atlas'.
type listing[T any] struct {
	version      string
	path         []string
	itemsPerPage int
	key          func(T) string // what an item is known by; "" makes the page unusable
}

// page is one of a list.
type page[T any] struct {
	Links items[struct {
		Rel string `json:"rel"`
	}] `json:"links"`
	Results    items[T] `json:"results"`
	TotalCount int      `json:"totalCount"`
}

func (p *page[T]) hasNext() bool {
	for _, link := range p.Links {
		if link.Rel == "next" {
			return true
		}
	}
	return false
}

// items are those of a page, or its links. No page has more than ItemsPerPage, and none is kept
// beyond that: empty objects would take many times the memory of the answer.
type items[T any] []T

func (i *items[T]) UnmarshalJSON(text []byte) error {
	if *i != nil {
		return errors.New("it has its results or links twice")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	switch start, err := decoder.Token(); {
	case err == nil && start == nil: // null
		return nil
	case err != nil || start != json.Delim('['):
		return errors.New("its results or links are not a list")
	}
	decoded := items[T]{}
	for decoder.More() {
		if len(decoded) == ItemsPerPage {
			return fmt.Errorf("it has more than %d results or links", ItemsPerPage)
		}
		var item T
		if err := decoder.Decode(&item); err != nil {
			return err
		}
		decoded = append(decoded, item)
	}
	*i = decoded
	return nil
}

// pageCount is what a list noticed of its pages.
type pageCount struct {
	pages int
	total int // of the items, as the last page has it
}

func (c *pageCount) add(total int) {
	c.pages++
	c.total = total
}

// whole tells that n items are certainly all there are. A proxy may leave some out. Of several
// pages it is not certain: an item that is deleted between two of them moves another one to a
// page that was read already, and one that is made keeps the count.
func (c *pageCount) whole(n int) bool {
	return c.pages <= 1 && n >= c.total
}

// list yields the items of every page, each page fetched when its first item is asked
// for, and no item twice: one that comes or goes meanwhile moves others to another page.
// An error is the last thing it yields.
//
// The next page is asked for by number: a link in an answer is no reason to send a
// credential to where it points. A page is followed by another one when it names it, or when
// Atlas counts more items than have come. A list does not end by itself when its server
// repeats or invents pages: a page that has nothing new and yet a next one is an error, and
// so are pages far beyond what Atlas counts.
//
// What it notices of the pages is in count while it runs.
func list[T any](ctx context.Context, c *Client, l listing[T], count *pageCount) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		*count = pageCount{}
		known := map[string]bool{}
		for number := 1; ; number++ {
			var page page[T]
			r := request{
				method:  http.MethodGet,
				version: l.version,
				path:    l.path,
				query:   url.Values{"itemsPerPage": {strconv.Itoa(l.itemsPerPage)}, "pageNum": {strconv.Itoa(number)}},
				decode:  into(&page, l.check),
			}
			if err := c.do(ctx, r); err != nil {
				yield(*new(T), err)
				return
			}
			before := len(known)
			count.add(page.TotalCount)
			for _, item := range page.Results {
				if known[l.key(item)] {
					continue
				}
				known[l.key(item)] = true
				if !yield(item, nil) {
					return
				}
			}
			isNew, isShort := len(known) > before, len(known) < page.TotalCount
			switch {
			case !page.hasNext() && (!isNew || !isShort):
				return
			case !isNew:
				yield(*new(T), c.endless(r, fmt.Sprintf("page %d has nothing new and names a next one", number)))
				return
			case number == maxPages || len(known)-uncounted > max(page.TotalCount, 0):
				yield(*new(T), c.endless(r, fmt.Sprintf("%d items on %d pages, and Atlas counts %d", len(known), number, page.TotalCount)))
				return
			}
		}
	}
}

// check refuses an answer that is no list, which would be taken for an empty one, and what is
// not in it for gone; and a list with an item that is none.
func (l listing[T]) check(p page[T]) error {
	if p.Results == nil {
		return errors.New("it has no results")
	}
	for i, item := range p.Results {
		if l.key(item) == "" {
			return fmt.Errorf("result %d of the page is not of this list", i+1)
		}
	}
	return nil
}

func (c *Client) endless(r request, why string) *Error {
	failed := c.newError(r)
	failed.Status = http.StatusOK
	return failed.because(errors.New("the list does not end: " + why))
}

// passes is how often a list is read that is not whole.
const passes = 5

// listEach yields the items of a list as they come, none of them twice, and lists them again
// when Atlas counts more than it has shown. An error is the last thing it yields.
func listEach[T any](ctx context.Context, c *Client, l listing[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		known := map[string]bool{}
		for range passes {
			var count pageCount
			for item, err := range list(ctx, c, l, &count) {
				if err == nil && known[l.key(item)] {
					continue
				}
				if !yield(item, err) || err != nil {
					return
				}
				known[l.key(item)] = true
			}
			if len(known) >= count.total {
				return
			}
		}
	}
}

// listAll returns the items of a list at once, in Atlas' order. When items come or go between
// two pages, or when Atlas counts more items than it shows, it lists them again, until two
// passes agree; so a list of several pages is read twice at least. Of a list that changes with
// each pass it returns all that it has seen. whole tells that none is missing.
func listAll[T comparable](ctx context.Context, c *Client, l listing[T]) (all []T, whole bool, err error) {
	var before, seen []T
	var count pageCount
	known := map[string]bool{}
	for pass := range passes {
		var shown []T
		for item, err := range list(ctx, c, l, &count) {
			if err != nil {
				return nil, false, err
			}
			shown = append(shown, item)
			if !known[l.key(item)] {
				known[l.key(item)] = true
				seen = append(seen, item)
			}
		}
		if count.whole(len(shown)) || pass > 0 && len(shown) >= count.total && slices.Equal(shown, before) {
			return shown, true, nil
		}
		before = shown
	}
	return seen, len(seen) >= count.total, nil
}
