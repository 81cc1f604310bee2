package atlas

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strconv"
)

// itemsPerPage is the most that Atlas puts on a page.
const itemsPerPage = 500

// list yields the items of every page, each page fetched when its first item is asked
// for. An error is the last thing it yields.
//
// The next page is asked for by number: a link in an answer is no reason to send a
// credential to where it points.
func list[T any](ctx context.Context, c *Client, version string, path ...string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for number := 1; ; number++ {
			var page struct {
				Links []struct {
					Rel string `json:"rel"`
				} `json:"links"`
				Results []T `json:"results"`
			}
			err := c.do(ctx, request{
				method:  http.MethodGet,
				version: version,
				path:    path,
				query:   url.Values{"itemsPerPage": {strconv.Itoa(itemsPerPage)}, "pageNum": {strconv.Itoa(number)}},
				out:     &page,
			})
			if err != nil {
				yield(*new(T), err)
				return
			}
			for _, item := range page.Results {
				if !yield(item, nil) {
					return
				}
			}
			more := false
			for _, link := range page.Links {
				more = more || link.Rel == "next"
			}
			if !more || len(page.Results) == 0 {
				return
			}
		}
	}
}
