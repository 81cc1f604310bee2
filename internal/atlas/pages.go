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
	// maxPages is how many pages of a list are read: many more than any project has.
	maxPages = 200

	// maxUncounted is how many items a list may have beyond Atlas' count.
	maxUncounted = 10 * ItemsPerPage

	// maxPasses is how often a list is read until it is complete.
	maxPasses = 5
)

// listing is a list of Atlas'.
type listing[T any] struct {
	version      string
	path         []string
	itemsPerPage int            // 0 for a list that is not paged
	key          func(T) string // identifies an item; "" makes its page unusable
}

// untyped returns the list to those who read it, for which the type of its items does not matter. So
// their code is in the program only once, and not once for each type.
func (l listing[T]) untyped() untypedListing {
	return untypedListing{l.version, l.path, l.itemsPerPage, func(text []byte) ([]listed, error) {
		var values items[T]
		if err := values.UnmarshalJSON(text); err != nil || values == nil {
			return nil, err
		}
		found := make([]listed, len(values))
		for i, value := range values {
			found[i] = listed{l.key(value), value}
		}
		return found, nil
	}}
}

// untypedListing is a listing of items of any type.
type untypedListing struct {
	version      string
	path         []string
	itemsPerPage int
	decode       func(results []byte) ([]listed, error) // nil for null
}

// listed is an item of a list, with its key.
type listed struct {
	key   string
	value any
}

// page is one page of a list.
type page struct {
	Links items[struct {
		Rel string `json:"rel"`
	}] `json:"links"`
	Results    results `json:"results"`
	TotalCount int     `json:"totalCount"`
}

// results are the items of a page, which are decoded later.
type results []byte

func (r *results) UnmarshalJSON(text []byte) error {
	if *r != nil {
		return errTwice
	}
	*r = bytes.Clone(text)
	return nil
}

// errTwice tells of a page of which one half would replace the other.
var errTwice = errors.New("it has its results or links twice")

func (p *page) hasNext() bool {
	for _, link := range p.Links {
		if link.Rel == "next" {
			return true
		}
	}
	return false
}

// items are the items of a page, or its links. No page has more than ItemsPerPage, and more are
// not decoded: empty objects would take many times the memory of the answer.
type items[T any] []T

func (i *items[T]) UnmarshalJSON(text []byte) error {
	if *i != nil {
		return errTwice
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

// pageCount counts the pages of one pass over a list.
type pageCount struct {
	pages int
	total int // Atlas' count of the items, on the last page
}

// isWhole tells that n items are certainly all of them. A proxy may have removed some. It is
// never certain for several pages: an item that is deleted while they are read moves another
// one to a page that was read before, and one that is created keeps the count the same.
func (c *pageCount) isWhole(n int) bool {
	return c.pages <= 1 && n >= c.total
}

// listOnce reads a list once: see readOnce.
func listOnce[T any](ctx context.Context, c *Client, l listing[T]) iter.Seq2[T, error] {
	return valuesOf[T](readOnce(ctx, c, l.untyped(), new(pageCount)))
}

// readOnce yields the items of every page, and no item twice: items move to another page when
// others are created or deleted meanwhile. A page is fetched when its first item is needed. An
// error is the last thing that readOnce yields.
//
// Pages are asked for by number and not by the link in the answer, because the link may lead to
// another host. A page is followed by another one when it has a link to a next one, or when
// Atlas counts more items than were read. A list that does not end is an error: a page that has
// nothing new but a next one, or too many pages for Atlas' count.
//
// count is that of the pages so far.
func readOnce(ctx context.Context, c *Client, l untypedListing, count *pageCount) iter.Seq2[listed, error] {
	return func(yield func(listed, error) bool) {
		*count = pageCount{}
		known := map[string]bool{}
		for number := 1; ; number++ {
			r := request{
				method:  http.MethodGet,
				version: l.version,
				path:    l.path,
			}
			if l.itemsPerPage > 0 {
				r.query = url.Values{"itemsPerPage": {strconv.Itoa(l.itemsPerPage)}, "pageNum": {strconv.Itoa(number)}}
			}
			fail := func(err error) { yield(listed{}, err) }
			var found []listed
			page, err := call(ctx, c, r, func(p page) (err error) {
				found, err = l.read(p)
				return err
			})
			if err != nil {
				fail(err)
				return
			}
			before := len(known)
			*count = pageCount{pages: number, total: page.TotalCount}
			for _, one := range found {
				if known[one.key] {
					continue
				}
				known[one.key] = true
				if !yield(one, nil) {
					return
				}
			}
			isNew, isShort := len(known) > before, len(known) < page.TotalCount
			switch {
			case l.itemsPerPage == 0, !page.hasNext() && (!isNew || !isShort):
				return
			case !isNew:
				fail(c.newError(r, http.StatusOK, fmt.Errorf("the list does not end: page %d has nothing new, but a next page", number)))
				return
			case number == maxPages || len(known)-maxUncounted > max(page.TotalCount, 0):
				fail(c.newError(r, http.StatusOK, fmt.Errorf("the list does not end: %d items on %d pages, and Atlas counts %d", len(known), number, page.TotalCount)))
				return
			}
		}
	}
}

// read returns the items of a page. An answer that is not a list is an error, because it would look
// like an empty one, and so is a list with an item that cannot be identified.
func (l untypedListing) read(p page) ([]listed, error) {
	found, err := l.decode(p.Results)
	switch {
	case p.Results == nil, err == nil && found == nil:
		return nil, errors.New("it has no results")
	case err != nil:
		return nil, err
	}
	for i, one := range found {
		if one.key == "" {
			return nil, fmt.Errorf("result %d of the page does not belong to this list", i+1)
		}
	}
	return found, nil
}

// listEach yields the items of a list as they are read, and none of them twice. It reads the
// list again when Atlas counts more items than it has shown. An error is the last thing that
// listEach yields.
func listEach[T any](ctx context.Context, c *Client, l listing[T]) iter.Seq2[T, error] {
	return valuesOf[T](readEach(ctx, c, l.untyped()))
}

func readEach(ctx context.Context, c *Client, l untypedListing) iter.Seq2[listed, error] {
	return func(yield func(listed, error) bool) {
		known := map[string]bool{}
		for range maxPasses {
			var count pageCount
			for one, err := range readOnce(ctx, c, l, &count) {
				if err == nil && known[one.key] {
					continue
				}
				if !yield(one, err) || err != nil {
					return
				}
				known[one.key] = true
			}
			if len(known) >= count.total {
				return
			}
		}
	}
}

// valuesOf yields the values of items.
func valuesOf[T any](items iter.Seq2[listed, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for one, err := range items {
			value, _ := one.value.(T) // an error comes without a value
			if !yield(value, err) {
				return
			}
		}
	}
}

// listAll returns the items of a list at once, in Atlas' order. It reads a list of several pages
// until two passes have the same items, because it may change meanwhile, and a list that is shorter than
// Atlas' count again. Of a list that changes in each pass, it returns every item that it has
// seen. whole tells that no item is missing.
func listAll[T any](ctx context.Context, c *Client, l listing[T]) (all []T, whole bool, err error) {
	items, whole, err := readAll(ctx, c, l.untyped())
	for _, one := range items {
		all = append(all, one.value.(T)) //nolint:forcetypeassert // untyped has made it
	}
	return all, whole, err
}

func readAll(ctx context.Context, c *Client, l untypedListing) (all []listed, whole bool, err error) {
	var before, seen []listed
	var count pageCount
	known := map[string]bool{}
	for pass := range maxPasses {
		var now []listed
		for one, err := range readOnce(ctx, c, l, &count) {
			if err != nil {
				return nil, false, err
			}
			now = append(now, one)
			if !known[one.key] {
				known[one.key] = true
				seen = append(seen, one)
			}
		}
		if count.isWhole(len(now)) || pass > 0 && len(now) >= count.total && slices.EqualFunc(now, before, func(a, b listed) bool { return a.key == b.key }) {
			return now, true, nil
		}
		before = now
	}
	return seen, len(seen) >= count.total, nil
}
