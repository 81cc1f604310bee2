package exportbucket

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

const someProject = "32b6e34b3d91647abb20e7b8"

// some are ids, and buckets of these ids.
func some(n int) (ids []string, buckets []atlas.ExportBucket) {
	for i := range n {
		ids = append(ids, fmt.Sprintf("%024x", i+1))
		buckets = append(buckets, atlas.ExportBucket{ID: ids[i]})
	}
	return ids, buckets
}

func withID(id string) model {
	return model{ProjectID: types.StringValue(someProject), attributes: attributes{ID: types.StringValue(id)}}
}

// requireCommands fails the test unless a text has an import command for each of the first ten
// ids, none without an id, and the number of the others.
func requireCommands(t *testing.T, text string, ids []string) {
	t.Helper()
	if got := strings.Count(text, "terraform import <address> "); got != min(len(ids), 10) {
		t.Errorf("%d commands for %d export buckets:\n%s", got, len(ids), text)
	}
	for i, id := range ids {
		if command := "  terraform import <address> " + someProject + "/" + id + "  # created 1970-01-01T"; strings.Contains(text, command) != (i < 10) {
			t.Errorf("number %d of %d, %s:\n%s", i+1, len(ids), id, text)
		}
	}
	if more := fmt.Sprintf("\n  and %d more", len(ids)-10); strings.Contains(text, more) != (len(ids) > 10) || strings.Contains(text, "more") != (len(ids) > 10) {
		t.Errorf("%d export buckets:\n%s", len(ids), text)
	}
}

func TestWarningNamesAtMostTenTwins(t *testing.T) {
	for _, n := range []int{1, 9, 10, 11, 2508} {
		ids, twins := some(n)
		diags := twinsOf(withID(strings.Repeat("f", 24)), twins)
		if len(diags) != 1 {
			t.Fatalf("%d: %v", n, diags)
		}
		want := "Identical export bucket found: " + strings.Join(ids[:min(n, 10)], ", ")
		if n > 10 {
			want += fmt.Sprintf(", and %d more", n-10)
		}
		if got := diags[0].Summary(); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
		requireCommands(t, diags[0].Detail(), ids)
	}
}

func TestErrorNamesAtMostTwentyClusters(t *testing.T) {
	names := func(n int) (names []string) {
		for i := range n {
			names = append(names, fmt.Sprintf("cluster-%d", i+1))
		}
		return names
	}
	for n, want := range map[int]string{
		1:   "The automatic export of cluster cluster-1 goes",
		2:   "The automatic export of clusters cluster-1 and cluster-2 goes",
		3:   "The automatic export of clusters cluster-1, cluster-2 and cluster-3 goes",
		20:  ", cluster-19 and cluster-20 goes",
		21:  ", cluster-19, cluster-20, and 1 more goes",
		400: ", cluster-19, cluster-20, and 380 more goes",
	} {
		if got := (&inUseError{clusters: names(n)}).hint(); !strings.Contains(got, want) || strings.Contains(got, "cluster-21") {
			t.Errorf("%d: no %q in:\n%s", n, want, got)
		}
		unread := (&inUseError{waited: time.Minute, unread: names(n)}).hint()
		if !strings.Contains(unread, "Could not read the schedules of cluster-1") || strings.Contains(unread, "cluster-21") || strings.Contains(unread, fmt.Sprintf("; and %d more.", n-20)) != (n > 20) {
			t.Errorf("%d that cannot be read:\n%s", n, unread)
		}
	}
}
