package atlas

import (
	"strings"
	"testing"
)

func trimmed(text string) string { return strings.TrimSpace(text) }

func TestFirstLineIsWhatABrowserShowsFirst(t *testing.T) {
	for name, c := range map[string]struct{ page, want string }{
		"text":                       {"\r\n\n upstream connect error \nmore", "upstream connect error"},
		"a page":                     {"<!DOCTYPE html><html>\n<head><title>502</title><style>b{}</style></head>\n<body><h1>502 Bad Gateway</h1></body></html>", "502 Bad Gateway"},
		"no tag is closed":           {"<html><h1>Sorry<p>more", "Sorry"},
		"a tag without an end":       {"Sorry<h1", "Sorry"},
		"a script":                   {"<script>if (a < b) {}</script>Sorry", "Sorry"},
		"a script with a tag":        {"<script>'<b>no</b>'</script>Sorry", "Sorry"},
		"upper case":                 {"<SCRIPT>no</SCRIPT><TITLE>no</TITLE>Sorry", "Sorry"},
		"attributes":                 {`<style type="text/css">no</style><p class="x">Sorry`, "Sorry"},
		"a title that never ends":    {"<title>no", ""},
		"a script that never ends":   {"Sorry<script>no", "Sorry"},
		"a title within a title":     {"<title><title><title>no</title>Sorry", "Sorry"},
		"nothing but tags":           {strings.Repeat("<b>", 100), ""},
		"nothing but less-than":      {strings.Repeat("<", 100), ""},
		"a character in HTML":        {"<p>Can&#39;t &lt;connect&gt; to A&amp;B", "Can't <connect> to A&B"},
		"a character in JSON":        {`{"detail":"caf\u00e9 \u0026 http:\/\/`, `{"detail":"café & http://`},
		"200 characters":             {strings.Repeat("é", 200), strings.Repeat("é", 200)},
		"more characters":            {strings.Repeat("é", 201), strings.Repeat("é", 200) + "…"},
		"after 3 kB of tags":         {strings.Repeat("<b>", 1000) + "Sorry</b>", "Sorry"},
		"after 4 kB of tags":         {strings.Repeat("<b>", 2000) + "Sorry</b>", ""},
		"a word that ends too late":  {strings.Repeat("<b>", 1360) + "Sorry, " + strings.Repeat("x", 100), "Sorry,"},
		"100 kB of titles":           {strings.Repeat("<title>", 100<<10/7) + "Sorry", ""},
		"100 kB of titles, closed":   {strings.Repeat("<title></title>", 100<<10/15) + "Sorry", ""},
		"100 kB of scripts":          {strings.Repeat("<script>", 100<<10/8) + "Sorry", ""},
		"100 kB of less-than":        {strings.Repeat("<", 100<<10) + "Sorry", ""},
		"100 kB of scripts and text": {"Sorry" + strings.Repeat("<script>", 100<<10/8), "Sorry"},
		"100 kB of one word":         {strings.Repeat("x", 100<<10), strings.Repeat("x", 200) + "…"},
	} {
		if got := firstLine(c.page, trimmed); got != c.want {
			t.Errorf("%s: %.300q, want %.300q", name, got, c.want)
		}
	}
}

// Only the first 4 kB of a page are read: one of 100 kB costs the same.
func TestFirstLineLooksAtTheBeginningOfAPageOnly(t *testing.T) {
	for _, part := range []string{"<title>", "<title></title>", "<script></script>", "<style><title></style>", "<", "<b>", "\n", "x ", "&amp;<b>"} {
		cost := func(length int) (steps, bytes int) {
			page := strings.Repeat(part, length/len(part))
			memory := allocated(func() {
				firstLine(page, func(string) string {
					steps++
					return ""
				})
			})
			return steps, int(memory)
		}
		steps, bytes := cost(100 << 10)
		mostSteps, mostBytes := cost(maxPage + 100)
		if steps > mostSteps || bytes > 2*mostBytes+64<<10 {
			t.Errorf("%q: %d lines and %d bytes for 100 kB, %d and %d for 4 kB", part, steps, bytes, mostSteps, mostBytes)
		}
	}
}
