package argument

import (
	"fmt"
	"strings"
)

// Enumerate writes a list as a sentence does: "a", "a and b", "a, b and c", where last is
// the word before the last item.
func Enumerate(items []string, last string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return fmt.Sprintf("%s %s %s", strings.Join(items[:len(items)-1], ", "), last, items[len(items)-1])
}

// FirstOf returns at most the first items and, after an indent, how many more there are.
func FirstOf(items []string, most int, indent string) []string {
	if len(items) <= most {
		return items
	}
	return append(items[:most:most], fmt.Sprintf("%sand %d more", indent, len(items)-most))
}

// Describe joins the sentences of the documents on an attribute, and ends with what the API
// calls it.
func Describe(field string, sentences ...string) string {
	return strings.Join(sentences, " ") + " Atlas: `" + field + "`."
}

// Capitalize writes half a sentence as the beginning of one.
func Capitalize(sentence string) string {
	return strings.ToUpper(sentence[:1]) + sentence[1:]
}
