package atlas_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

func TestClustersAreReadFromEveryPage(t *testing.T) {
	fake, url := startEmulator(t, "MD5")
	for i := range 1001 {
		fake.AddCluster(projectID, fmt.Sprintf("cluster-%04d", i))
	}
	clusters, _, err := newClient(t, atlas.NewPool(nil), url, account).AllClusters(t.Context(), projectID)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, cluster := range clusters {
		names[cluster.Name] = true
	}
	if len(names) != 1001 {
		t.Errorf("%d clusters, want 1001", len(names))
	}
}

// allClusters lists the clusters that a server answers with.
func allClusters(t *testing.T, answer http.HandlerFunc) (names []string, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		var clusters []atlas.Cluster
		clusters, _, err = newClient(t, atlas.NewPool(inProcess{answer}), "http://localhost", atlas.AccessToken("token")).AllClusters(ctx, projectID)
		for _, c := range clusters {
			names = append(names, c.Name)
		}
	})
	return names, err
}

func TestClustersAreReadAHundredAtATimeUntilNoneIsMissing(t *testing.T) {
	requests, perPage := 0, map[string]bool{}
	names, err := allClusters(t, func(w http.ResponseWriter, r *http.Request) {
		requests++
		perPage[r.URL.Query().Get("itemsPerPage")] = true
		pages := map[int][]string{1: {"one", "two"}, 2: {"three", "four"}}
		if requests > 1 { // one was deleted, and five is new
			pages = map[int][]string{1: {"two", "three"}, 2: {"four", "five"}}
		}
		results := []any{}
		for _, name := range pages[pageNumber(r)] {
			results = append(results, map[string]any{"name": name})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"results": results, "totalCount": 4})
	})
	if err != nil || strings.Join(names, " ") != "two three four five" {
		t.Errorf("got %v, %v", names, err)
	}
	if len(perPage) != 1 || !perPage["100"] {
		t.Errorf("asked for pages of %v", perPage)
	}
}

func TestClustersWithoutAnEndAreAnError(t *testing.T) {
	for _, total := range []int{0, 150, math.MaxInt32, math.MaxInt} {
		requests := 0
		_, err := allClusters(t, func(w http.ResponseWriter, r *http.Request) {
			requests++
			_, _ = fmt.Fprintf(w, `{"results":[{"name":"cluster-%d"}],"totalCount":%d,"links":[{"rel":"next"}]}`, pageNumber(r), total)
		})
		if err == nil || !strings.Contains(err.Error(), "the list does not end") || requests > 200 {
			t.Errorf("total %d: after %d requests: %v", total, requests, err)
		}
	}
}

// A name becomes part of addresses and messages.
func TestAPageWithAnInvalidClusterIsNotUsed(t *testing.T) {
	for name, result := range map[string]string{
		"no name": `{}`, "no text": `{"name":7}`, "an escape sequence": `{"name":"a\u001b[31m"}`, "two lines": `{"name":"a\nb"}`,
		"writing backwards": `{"name":"a\u202eb"}`, "a very long name": `{"name":"` + strings.Repeat("a", 257) + `"}`,
	} {
		names, err := allClusters(t, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(w, `{"results":[{"name":"cluster"},%s],"totalCount":2}`, result)
		})
		if err == nil || len(names) > 0 {
			t.Errorf("%s: got %q, %v", name, names, err)
		}
	}
	names, err := allClusters(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"results":[{"name":"Cluster0 größer_1.2"}]}`))
	})
	if err != nil || len(names) != 1 {
		t.Errorf("a name of another form: got %q, %v", names, err)
	}
}

func TestAPageWithAClusterWithoutANameIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &inTurn{answers: []string{`{"results":[{"name":""}],"totalCount":1}`, `{"results":[{"name":"cluster"}],"totalCount":1}`}}
		ctx, client := server.client(t)
		clusters, _, err := client.AllClusters(ctx, projectID)
		if err != nil || len(clusters) != 1 || clusters[0].Name != "cluster" || server.calls != 2 {
			t.Errorf("after %d calls: %v, %v", server.calls, clusters, err)
		}
	})
}
