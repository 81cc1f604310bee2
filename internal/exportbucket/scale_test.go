package exportbucket_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// requireNoWait fails the test if Atlas has refused a request because of its rate limit.
func requireNoWait(t *testing.T, atlas *acctest.Atlas) {
	t.Helper()
	if n := refusedByRate(atlas); n > 0 {
		t.Errorf("Atlas refused %d requests because of its rate limit", n)
	}
}

func refusedByRate(atlas *acctest.Atlas) int {
	n := 0
	for _, r := range atlas.Requests() {
		if r.Status == http.StatusTooManyRequests {
			n++
		}
	}
	return n
}

func TestRefreshOfManyProjectsSendsOneRequestForEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas, p, buckets := distantAtlas(t, 1, 1)
		roles := map[string][]emulator.Role{acctest.ProjectID: {emulator.ProjectOwner}}
		for i := range 299 {
			projectID := fmt.Sprintf("%024x", i+1)
			roles[projectID] = []emulator.Role{emulator.ProjectOwner}
			put := atlas.PutExportBucket(projectID, emulator.ExportBucket{
				BucketName: "snapshots", CloudProvider: "AWS", IAMRoleID: acctest.IAMRoleID, Region: "us-east-1",
			})
			edited := buckets[0].With(t, acctest.Values{"project_id": projectID, "id": put.ID, "region": "us-east-1"})
			edited.Identity = nil // as of an older state
			buckets = append(buckets, edited)
		}
		atlas.AddAccessToken(acctest.AccessToken["access_token"].(string), roles)
		start := time.Now()
		refreshed, requests := refresh(t, atlas, p, buckets)
		requireUnchanged(t, refreshed, buckets)
		requireNoWait(t, atlas)
		if took := time.Since(start); requests != 300 || took != 30*latency {
			t.Errorf("%d requests in %s, want 300, ten at a time", requests, took)
		}
	})
}

func TestRefreshInALargeProjectIsFarFromTheRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas, p, buckets := distantAtlas(t, 5000, 500) // more of them in the state need no more requests
		start := time.Now()
		refreshed, requests := refresh(t, atlas, p, buckets)
		requireUnchanged(t, refreshed, buckets)
		requireNoWait(t, atlas)
		// One bucket, and the list, which has ten pages.
		if took := time.Since(start); requests != 11 || took != 10*latency {
			t.Errorf("%d requests in %s, want 11", requests, took)
		}
	})
}

// The limit is a tenth of Atlas' own one, and so is the number of buckets.
func TestCreationOfManyBucketsWaitsForTheRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas, p, _ := distantAtlas(t, 1, 1)
		atlas.SetRateLimit(120)
		start := time.Now()
		var workers sync.WaitGroup
		for worker := range 10 {
			workers.Go(func() {
				for i := range 7 {
					create(t, p, awsBucket.With(acctest.Values{"bucket_name": fmt.Sprintf("snapshots-%d-%d", worker, i)}))
				}
			})
		}
		workers.Wait()
		if n := len(atlas.ExportBuckets(acctest.ProjectID)); n != 71 {
			t.Errorf("%d buckets, want 71", n)
		}
		// 140 requests: the last 20 wait for the next minute. Each worker is refused once.
		if took, refused := time.Since(start), refusedByRate(atlas); refused != 10 || took < time.Minute || took > 75*time.Second {
			t.Errorf("%s, with %d requests refused because of the rate limit", took, refused)
		}
	})
}
