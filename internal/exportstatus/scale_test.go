package exportstatus_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// Two passes over the two pages of clusters, and the schedule and the jobs of each cluster, ten
// clusters at a time.
func TestStatusOfManyClustersIsFarFromTheRateLimit(t *testing.T) {
	const latency = 50 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				time.Sleep(latency)
				next.ServeHTTP(w, r)
			})
		})
		p := acctest.NewProvider(t, atlas, acctest.AccessToken)
		for i := range 200 {
			atlas.AddCluster(acctest.ProjectID, fmt.Sprintf("cluster-%d", i))
		}
		start := time.Now()
		status, diags := p.ReadDataSource(t, "atlasbackup_export_status", acctest.Values{"project_id": acctest.ProjectID})
		diags.RequireNone(t)
		took := time.Since(start)
		requests := atlas.Requests()
		for _, r := range requests {
			if r.Status != http.StatusOK {
				t.Errorf("HTTP %d to %s", r.Status, r.Path)
			}
		}
		if n := len(status["results"].([]any)); n != 200 || len(requests) != 404 || took != 44*latency {
			t.Errorf("%d clusters with %d requests in %s, want 404, ten at a time", n, len(requests), took)
		}
	})
}
