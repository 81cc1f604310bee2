package exportbucket_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// latency is that of each request to a distantAtlas.
const latency = 50 * time.Millisecond

// distantAtlas is an Atlas that answers each request after latency, with n export buckets, and a
// provider with the first few of them in the state.
func distantAtlas(t *testing.T, n, inState int) (*acctest.Atlas, *acctest.Provider, []acctest.Resource) {
	t.Helper()
	atlas := acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(latency)
			next.ServeHTTP(w, r)
		})
	})
	p := acctest.NewProvider(t, atlas, acctest.AccessToken)
	first := create(t, p, awsBucket)
	for i := range n - 1 {
		atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{
			ID: fmt.Sprintf("%024x", i+1), BucketName: "snapshots", CloudProvider: "AWS", IAMRoleID: acctest.IAMRoleID, Region: "us-east-1",
		})
	}
	buckets := []acctest.Resource{first}
	for i := range inState - 1 {
		edited := first.With(t, acctest.Values{"id": fmt.Sprintf("%024x", i+1), "region": "us-east-1"})
		edited.Identity = nil // as of an older state
		buckets = append(buckets, edited)
	}
	time.Sleep(time.Minute)
	return atlas, p, buckets
}

// refresh reads all buckets, ten at a time, as Terraform does, and returns them with the number
// of requests.
func refresh(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider, buckets []acctest.Resource) ([]acctest.Resource, int) {
	t.Helper()
	before := atlas.Count(http.MethodGet)
	refreshed := make([]acctest.Resource, len(buckets))
	var next atomic.Int64
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(buckets)); i = next.Add(1) - 1 {
				var diags acctest.Diagnostics
				refreshed[i], diags = p.Read(t, buckets[i])
				diags.RequireNone(t)
			}
		})
	}
	group.Wait()
	return refreshed, atlas.Count(http.MethodGet) - before
}

func requireUnchanged(t *testing.T, got, want []acctest.Resource) {
	t.Helper()
	for i := range want {
		if !got[i].Exists() || !got[i].Value.Equal(want[i].Value) {
			t.Errorf("bucket %d was %s, and is %s", i, want[i].Value, got[i].Value)
		}
	}
}

func TestRefreshOfManyBucketsSharesAList(t *testing.T) {
	for _, c := range []struct{ inAtlas, inState, requests int }{
		{1, 1, 1}, {2500, 1, 1}, {2, 2, 2}, {100, 100, 2}, {1000, 1000, 3}, {1000, 20, 3},
	} {
		synctest.Test(t, func(t *testing.T) {
			atlas, p, buckets := distantAtlas(t, c.inAtlas, c.inState)
			refreshed, requests := refresh(t, atlas, p, buckets)
			requireUnchanged(t, refreshed, buckets)
			if requests != c.requests {
				t.Errorf("%d of %d buckets took %d requests, want %d", c.inState, c.inAtlas, requests, c.requests)
			}
		})
	}
}

func TestSharedListIsUsedForTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas, p, buckets := distantAtlas(t, 20, 20)
		refresh(t, atlas, p, buckets)
		time.Sleep(9 * time.Second)
		if _, requests := refresh(t, atlas, p, buckets[:1]); requests != 0 {
			t.Errorf("%d requests after nine seconds, want none", requests)
		}
		time.Sleep(time.Second)
		if _, requests := refresh(t, atlas, p, buckets[:1]); requests != 1 {
			t.Errorf("%d requests after ten seconds, want one", requests)
		}
	})
}

func TestSharedListIsNotUsedAfterAWriteOfThisProcess(t *testing.T) {
	writes := map[string]func(t *testing.T, p *acctest.Provider, bucket acctest.Resource){
		"a creation": func(t *testing.T, p *acctest.Provider, _ acctest.Resource) { create(t, p, gcpBucket) },
		"a change": func(t *testing.T, p *acctest.Provider, bucket acctest.Resource) {
			_, diags := p.Apply(t, bucket, private)
			diags.RequireNone(t)
		},
		"a deletion": func(t *testing.T, p *acctest.Provider, bucket acctest.Resource) {
			_, diags := p.Destroy(t, bucket)
			diags.RequireNone(t)
		},
	}
	for name, write := range writes {
		synctest.Test(t, func(t *testing.T) {
			atlas, p, buckets := distantAtlas(t, 20, 20)
			refresh(t, atlas, p, buckets)
			write(t, p, buckets[0])
			if _, requests := refresh(t, atlas, p, buckets[1:2]); requests != 1 {
				t.Errorf("%d requests after %s, want one", requests, name)
			}
		})
	}
}

func TestBucketThatTheSharedListLacksIsReadAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas, p, buckets := distantAtlas(t, 20, 20)
		gone := buckets[7].Get(t, "id").(string)
		atlas.RemoveExportBucket(acctest.ProjectID, gone)
		refreshed, requests := refresh(t, atlas, p, buckets)
		if refreshed[7].Exists() {
			t.Error("the bucket is still in the state")
		}
		requireUnchanged(t, slices.Delete(refreshed, 7, 8), slices.Delete(buckets, 7, 8))
		if requests != 3 {
			t.Errorf("%d requests, want three", requests)
		}
	})
}

func TestBucketWithoutWhatTheStateHasIsReadAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas, p, buckets := distantAtlas(t, 20, 20)
		id := buckets[7].Get(t, "id").(string)
		atlas.RemoveExportBucket(acctest.ProjectID, id)
		atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{ID: id, BucketName: "snapshots", CloudProvider: "AWS", IAMRoleID: acctest.IAMRoleID})
		refreshed, requests := refresh(t, atlas, p, buckets)
		if region := refreshed[7].Get(t, "region"); region != nil || requests != 3 {
			t.Errorf("the region is %v after %d requests, want three", region, requests)
		}
	})
}

func TestListThatFailsLeavesEachReadItsOwnRequest(t *testing.T) {
	for _, preset := range []string{"403-html", "reset", "hold"} {
		synctest.Test(t, func(t *testing.T) {
			atlas, p, buckets := distantAtlas(t, 20, 20)
			setFault(t, atlas, preset, http.MethodGet, bucketsPath, -1)
			refreshed, _ := refresh(t, atlas, p, buckets)
			requireUnchanged(t, refreshed, buckets)
			alone := 0
			for _, r := range atlas.Requests() {
				if r.Path != "/api/atlas/v2/groups/"+acctest.ProjectID+"/backup/exportBuckets" && r.Method == http.MethodGet {
					alone++
				}
			}
			if alone < 20 {
				t.Errorf("%s: %d reads of one bucket, want 20", preset, alone)
			}
			atlas.ClearFaults()
		})
	}
}

func TestReaderThatIsCancelledLeavesTheListToTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas, p, buckets := distantAtlas(t, 20, 20)
		var group sync.WaitGroup
		defer group.Wait()
		group.Go(func() { // alone
			_, diags := p.Read(t, buckets[0])
			diags.RequireNone(t)
		})
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		group.Go(func() { // begins the list
			kept, diags := p.WithContext(ctx).Read(t, buckets[1])
			diags.RequireError(t, "", "Export bucket not read", "cancelled")
			if !kept.Value.Equal(buckets[1].Value) {
				t.Errorf("the state has %s", kept.Value)
			}
		})
		synctest.Wait()
		for _, bucket := range buckets[2:] {
			group.Go(func() {
				read, diags := p.Read(t, bucket)
				diags.RequireNone(t)
				requireUnchanged(t, []acctest.Resource{read}, []acctest.Resource{bucket})
			})
		}
		synctest.Wait()
		before := atlas.Count(http.MethodGet)
		cancel()
		group.Wait()
		if requests := atlas.Count(http.MethodGet) - before; requests > 2 {
			t.Errorf("%d requests, want two: one bucket, and the list", requests)
		}
	})
}

func TestListThatNobodyWaitsForIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running atomic.Int64
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				running.Add(1)
				defer running.Add(-1)
				next.ServeHTTP(w, r)
			})
		})
		p := acctest.NewProvider(t, atlas, acctest.AccessToken)
		bucket := create(t, p, awsBucket)
		setFault(t, atlas, "hold", http.MethodGet, bucketPath, 1)
		setFault(t, atlas, "hold", http.MethodGet, bucketsPath, 1)
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() { p.WithContext(ctx).Read(t, bucket) })
			synctest.Wait()
		}
		if running.Load() != 2 {
			t.Errorf("%d requests are running, want two: one bucket, and the list", running.Load())
		}
		cancel()
		group.Wait()
		synctest.Wait()
		if running.Load() != 0 {
			t.Errorf("%d requests are running", running.Load())
		}
	})
}
