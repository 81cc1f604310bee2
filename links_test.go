package main_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// repository is where links from the documents' pages to the rest of it begin: a registry
// has nothing but docs/.
var repository = regexp.MustCompile(`^https://github\.com/atlasbackup/terraform-provider-atlasbackup/(?:tree|blob)/main/(.*)$`)

// Patterns of Markdown as the documents use it.
var (
	fence    = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	codeSpan = regexp.MustCompile("`[^`\n]*`")
	link     = regexp.MustCompile(`\]\(([^)\s]+)(?: "[^"]*")?\)`)
	heading  = regexp.MustCompile(`(?m)^#{1,6} +(.*?) *#*$`)
	anchor   = regexp.MustCompile(`<a (?:id|name)="([^"]+)"`)
	linkText = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	notSlug  = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// documents are a tree in which every page of docs/ that is made of a template is read
// from it, so that links hold before the pages are generated.
type documents struct{ fs.FS }

// source is the file that a path of the tree is read from.
func (d documents) source(name string) string {
	if page, ok := strings.CutPrefix(name, "docs/"); ok {
		for _, template := range []string{"templates/" + page, "templates/" + page + ".tmpl"} {
			if _, err := fs.Stat(d, template); err == nil {
				return template
			}
		}
	}
	return name
}

func (d documents) text(name string) string {
	text, err := fs.ReadFile(d, name)
	if err != nil {
		return ""
	}
	return fence.ReplaceAllString(string(text), "")
}

// pages are the documents, by the paths at which their readers find them.
func (d documents) pages() ([]string, error) {
	var pages []string
	err := fs.WalkDir(d, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if template, ok := strings.CutPrefix(name, "templates/"); ok {
			name = "docs/" + strings.TrimSuffix(template, ".tmpl")
		}
		dir, file := path.Split(name)
		first, _, _ := strings.Cut(dir, "/")
		switch {
		case !strings.HasSuffix(file, ".md"):
		case first == "", first == "docs", first == "examples" && file == "README.md", strings.HasPrefix(dir, "internal/cmd/") && file == "README.md":
			pages = append(pages, name)
		}
		return nil
	})
	slices.Sort(pages)
	return slices.Compact(pages), err
}

// broken returns a sentence for each link that leads nowhere, and for each that a
// registry could not follow.
func (d documents) broken() ([]string, error) {
	pages, err := d.pages()
	var broken []string
	for _, page := range pages {
		text := codeSpan.ReplaceAllString(d.text(d.source(page)), "")
		for _, match := range link.FindAllStringSubmatch(text, -1) {
			if why := d.check(page, match[1]); why != "" {
				broken = append(broken, fmt.Sprintf("%s: %s: %s", d.source(page), match[1], why))
			}
		}
	}
	return broken, err
}

// check returns what is wrong with a link of a page. Links to other places are not
// followed. Between pages of docs/ a link is relative and ends with .md: GitHub needs the
// ending, and Terraform's registry takes it off.
func (d documents) check(page, target string) string {
	name, section, _ := strings.Cut(target, "#")
	switch match := repository.FindStringSubmatch(name); {
	case match != nil:
		name = path.Clean(match[1])
	case strings.Contains(name, ":"):
		return ""
	case name == "":
		name = page
	default:
		name = path.Join(path.Dir(page), name)
		if strings.HasPrefix(page, "docs/") && (!strings.HasPrefix(name, "docs/") || path.Ext(name) != ".md") {
			return "a registry has the pages of docs/ alone: link to one of them with .md, or to the repository on GitHub"
		}
	}
	if !fs.ValidPath(name) {
		return "it leaves the repository"
	}
	if _, err := fs.Stat(d, d.source(name)); err != nil {
		return "there is no " + name
	}
	// The page itself has what is generated into its template.
	if section != "" && !slices.Contains(append(sections(d.text(d.source(name))), sections(d.text(name))...), section) {
		return "there is no such section in " + name
	}
	return ""
}

// sections are the anchors of a page, as GitHub and the registries make them.
func sections(text string) []string {
	var found []string
	seen := map[string]int{}
	for _, match := range heading.FindAllStringSubmatch(text, -1) {
		title := linkText.ReplaceAllString(match[1], "$1")
		slug := strings.ReplaceAll(notSlug.ReplaceAllString(strings.ToLower(title), ""), " ", "-")
		if seen[slug]++; seen[slug] > 1 {
			slug += fmt.Sprintf("-%d", seen[slug]-1)
		}
		found = append(found, slug)
	}
	for _, match := range anchor.FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	return found
}

func TestLinksOfTheDocumentsLeadSomewhere(t *testing.T) {
	d := documents{os.DirFS(".")}
	pages, err := d.pages()
	if err != nil || !slices.Contains(pages, "docs/index.md") || !slices.Contains(pages, "README.md") {
		t.Fatal(pages, err)
	}
	broken, err := d.broken()
	if err != nil {
		t.Fatal(err)
	}
	for _, sentence := range broken {
		t.Error(sentence)
	}
}

func TestBrokenLinksAreFound(t *testing.T) {
	const github = "https://github.com/atlasbackup/terraform-provider-atlasbackup/tree/main/"
	for target, why := range map[string]string{
		"other.md":                                "",
		"other.md#a-section":                      "",
		"other.md#a-section-1":                    "",
		"#here-and-code":                          "",
		"../index.md":                             "",
		"../index.md#generated":                   "",
		github + "examples/testing":               "",
		"https://example.com/nothing":             "",
		"gone.md":                                 "there is no docs/guides/gone.md",
		"other.md#a-section-2":                    "no such section",
		"other.md#not-a-section":                  "no such section",
		"#gone":                                   "no such section",
		github + "examples/gone":                  "there is no examples/gone",
		"../../README.md":                         "docs/ alone",
		"other":                                   "docs/ alone",
		"../../../elsewhere.md":                   "docs/ alone",
		github + "README.md#gone":                 "no such section",
		github + "README.md#the-readme":           "",
		github + "../elsewhere":                   "leaves the repository",
		"../index.md#generated-later \"a title\"": "no such section",
	} {
		files := fstest.MapFS{
			"README.md":                 {Data: []byte("# The README\n")},
			"docs/index.md":             {Data: []byte("# Index\n\n## Generated\n")},
			"docs/guides/page.md":       {Data: []byte("an old copy with a [link](nowhere.md)\n")},
			"templates/index.md.tmpl":   {Data: []byte("# Index\n")},
			"templates/guides/other.md": {Data: []byte("## A section\n## A section\n```\n# Not a section\n```\n")},
			"templates/guides/page.md":  {Data: []byte("# Here, and `code`\n\n`[code](nowhere.md)`\n\n```\n[code](nowhere.md)\n```\n\n[a\nlink](" + target + ")\n")},
			"examples/testing/main.tf":  {},
		}
		broken, err := documents{files}.broken()
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(broken, "\n"); why == "" && text != "" || !strings.Contains(text, why) || len(broken) > 1 {
			t.Errorf("%s: %q, want %q", target, text, why)
		}
	}
}
