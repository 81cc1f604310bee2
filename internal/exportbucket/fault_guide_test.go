package exportbucket_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
)

const reliabilityGuide = "../../templates/guides/reliability.md"

// measured is what a page of facts has of the provider mongodb/mongodbatlas, and what this
// one does: of a call and a fault, as the matrix expects it.
var measured = []struct{ what, theirs, ours, call, fault, expected string }{
	{"one 429 on create", "the apply fails", "waits, then creates the bucket", "create.post", "429", "ok"},
	{
		"the answer to the POST is lost", "the apply fails, the bucket is an orphan, and the next apply creates a second one",
		"finds the bucket, and uses it", "create.post", "reset-after", "ok",
	},
	{"500 on the GET after the POST", "the new bucket is tainted, and the next plan replaces it", "retries", "create.list", "500", "ok"},
	{"one 503 on refresh", "the plan fails", "retries", "read.get", "503", "ok"},
	{"the answer to DELETE is 404", "the destroy fails, and so does every later one", "the destroy succeeds", "destroy.delete", "export-bucket-not-found", "gone"},
	{
		"the bucket is in use", "the destroy fails; the workaround is two applies by hand",
		"with `disable_auto_export_on_destroy` switches the automatic export off, and waits until Atlas allows the deletion", "destroy.again", "in-use", "ok",
	},
	{"a 502 in HTML", "`failed to decode response body: undefined response type`", "retries; on a create, searches for the bucket first", "create.post", "502-html", "ok"},
	{"an error text that contains 404, for example in an id", "the resource is removed from the state", "stays in the state", "read.get", "404-html", "ok"},
}

// comparison is measured in Markdown.
func comparison(t *testing.T) string {
	t.Helper()
	rows := []string{"| what goes wrong | `mongodb/mongodbatlas` | this provider |", "|---|---|---|"}
	for _, m := range measured {
		if got := exportBuckets.Expected(m.call, m.fault); got != m.expected {
			t.Errorf("%q: the matrix expects %q, the guide %q", m.what, got, m.expected)
		}
		rows = append(rows, fmt.Sprintf("| %s | %s | %s |", m.what, m.theirs, m.ours))
	}
	return strings.Join(rows, "\n") + "\n"
}

func TestGuideHasTheFaultMatrix(t *testing.T) {
	table := exportBuckets.GuideTable(t,
		faulttest.Column{Title: "create", Call: "create.post"},
		faulttest.Column{Title: "refresh", Call: "read.get"},
		faulttest.Column{Title: "change", Call: "update.patch"},
		faulttest.Column{Title: "destroy", Call: "destroy.delete"},
		faulttest.Column{Title: "lists: data sources, query", Call: "data.plural"},
		faulttest.Column{Title: "sign-in", Call: "read.sign-in"},
	)
	faulttest.RequireInGuide(t, reliabilityGuide, "faults", table)
	faulttest.RequireInGuide(t, reliabilityGuide, "mongodbatlas", comparison(t))
}
