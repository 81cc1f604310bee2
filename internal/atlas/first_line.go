package atlas

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxPage is how much is read of a page that is not from Atlas, in bytes.
const maxPage = 4 << 10

// firstLine is the first line of a text that is not from Atlas, at most 200 characters of it.
// Of a proxy's HTML page it is the first line that a browser shows. clean makes a line safe to
// show; it is called before the line is cut.
func firstLine(page string, clean func(string) string) string {
	if len(page) > maxPage {
		page = page[:maxPage]
		// A part of a word may be a part of a secret, which would not be found.
		if end := strings.LastIndexAny(page, " \t\r\n<>"); end >= 0 {
			page = page[:end]
		}
	}
	for line := range strings.Lines(textOfPage(page)) {
		if line = clean(unescaped(line)); line != "" {
			if runes := []rune(line); len(runes) > 200 {
				line = string(runes[:200]) + "…"
			}
			return line
		}
	}
	return ""
}

// escaped is a character as JSON escapes it. Pages contain such characters, too, and so does
// JSON that is not complete.
var escaped = regexp.MustCompile(`\\u[0-9a-fA-F]{4}|\\/`)

// unescaped is a line of a page as a reader sees it: a secret is found only in this form.
func unescaped(line string) string {
	return html.UnescapeString(escaped.ReplaceAllStringFunc(line, func(text string) string {
		code, err := strconv.ParseUint(strings.TrimPrefix(text, `\u`), 16, 16)
		if err != nil {
			return "/"
		}
		return string(rune(code))
	}))
}

var tagName = regexp.MustCompile(`^[A-Za-z]*`)

// textOfPage is a page with a line break in place of each tag, and without the elements that
// a browser does not show as text.
func textOfPage(page string) string {
	var text strings.Builder
	for {
		before, tag, found := strings.Cut(page, "<")
		text.WriteString(before)
		if !found {
			return text.String()
		}
		text.WriteByte('\n')
		tag, page, found = strings.Cut(tag, ">")
		if !found {
			return text.String()
		}
		name := strings.ToLower(tagName.FindString(tag))
		if !slices.Contains([]string{"script", "style", "title"}, name) {
			continue
		}
		end := strings.Index(strings.ToLower(page), "</"+name)
		if end < 0 {
			return text.String()
		}
		page = page[end:]
	}
}
