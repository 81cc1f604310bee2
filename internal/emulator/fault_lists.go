package emulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// sendSpoiled sends the answer, if it is a page of a list, with what is wrong
// in it, one of the values of Fault.List. Of another answer it changes nothing.
func (k *keptAnswer) sendSpoiled(w http.ResponseWriter, r *http.Request, what string) {
	var results json.RawMessage
	p := page{Results: &results}
	if json.Unmarshal(k.body.Bytes(), &p) != nil || results == nil {
		k.send(w)
		return
	}
	switch what {
	case NextElsewhere:
		p.setNext("https://elsewhere.invalid" + r.URL.Path)
	case Repeats:
		p.setNext(withPageNum(absoluteURL(r), 2).String())
	case CountsTooFew:
		p.setTotalCount(0)
	case CountsTooMany:
		p.setTotalCount(1_000_000)
	}
	maps.Copy(w.Header(), k.header)
	writeEnveloped(w, r, k.status, p)
}

// setNext replaces the next link, or adds one.
func (p *page) setNext(href string) {
	p.Links = slices.DeleteFunc(p.Links, func(l link) bool { return l.Rel == "next" })
	p.Links = append(p.Links, link{Href: href, Rel: "next"})
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
