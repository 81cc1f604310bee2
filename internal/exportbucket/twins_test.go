package exportbucket_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestCreateAdoptsNoOlderTwin(t *testing.T) {
	for _, preset := range []string{"reset", "reset-after"} {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			twin := atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{BucketName: "snapshots", CloudProvider: "AWS", IAMRoleID: acctest.IAMRoleID})
			time.Sleep(10 * time.Second)
			setFault(t, atlas, preset, http.MethodPost, bucketsPath, 1)
			bucket, diags := p.Apply(t, p.None(resourceType), awsBucket)
			diags.RequireWarning(t, "", "Identical export bucket found", "terraform import <address> "+acctest.ProjectID+"/"+twin.ID)
			requireHeld(t, atlas, twin.ID, bucket.Get(t, "id"))
		})
	}
}

// A refused POST creates nothing, so only what was created since the last POST can be its own.
func TestCreateAdoptsNoTwinFromBeforeItsLastAttempt(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		setFault(t, atlas, "cannot-assume-role", http.MethodPost, bucketsPath, 6)
		setFault(t, atlas, "reset", http.MethodPost, bucketsPath, 1)
		var twin emulator.ExportBucket
		var meanwhile sync.WaitGroup
		meanwhile.Go(func() {
			time.Sleep(2 * time.Second)
			twin = atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{BucketName: "snapshots", CloudProvider: "AWS", IAMRoleID: acctest.IAMRoleID})
		})
		bucket, diags := p.Apply(t, p.None(resourceType), awsBucket)
		meanwhile.Wait()
		diags.RequireWarning(t, "", "Identical export bucket found", twin.ID)
		requireHeld(t, atlas, twin.ID, bucket.Get(t, "id"))
	})
}

// The POST begins when it is sent, not when its token is requested.
func TestCreateAdoptsNoTwinFromBeforeItsToken(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		if err := atlas.AddFault(emulator.Fault{Path: "/api/oauth/token", Status: http.StatusTooManyRequests, Code: "RATE_LIMITED", RetryAfter: "60"}); err != nil {
			t.Fatal(err)
		}
		setFault(t, atlas, "reset", http.MethodPost, bucketsPath, 1)
		var twin emulator.ExportBucket
		var meanwhile sync.WaitGroup
		meanwhile.Go(func() {
			time.Sleep(30 * time.Second)
			twin = atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{BucketName: "snapshots", CloudProvider: "AWS", IAMRoleID: acctest.IAMRoleID})
		})
		bucket, diags := p.Apply(t, p.None(resourceType), awsBucket)
		meanwhile.Wait()
		diags.RequireWarning(t, "", "Identical export bucket found", twin.ID)
		requireHeld(t, atlas, twin.ID, bucket.Get(t, "id"))
	})
}

func TestCreateAdoptsNoBucketThatDiffers(t *testing.T) {
	for _, other := range []emulator.ExportBucket{
		{BucketName: "other", CloudProvider: "AWS", IAMRoleID: acctest.IAMRoleID},
		{BucketName: "snapshots", CloudProvider: "AWS", IAMRoleID: acctest.RoleID},
		{BucketName: "snapshots", CloudProvider: "GCP", RoleID: acctest.RoleID},
		{BucketName: "snapshots", CloudProvider: "AZURE", RoleID: acctest.IAMRoleID, ServiceURL: "https://acmebackups.blob.core.windows.net"},
		{BucketName: "snapshots", CloudProvider: "AZURE", RoleID: acctest.RoleID, ServiceURL: "https://otherbackups.blob.core.windows.net"},
	} {
		config := everyCloud[other.CloudProvider]
		if other.CloudProvider == "GCP" {
			config = awsBucket
		}
		synctest.Test(t, func(t *testing.T) {
			var atlas *acctest.Atlas
			atlas = acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/exportBuckets") && len(atlas.ExportBuckets(acctest.ProjectID)) == 0 {
						atlas.PutExportBucket(acctest.ProjectID, other) // of another process, at the same time
					}
					next.ServeHTTP(w, r)
				})
			})
			p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
			setFault(t, atlas, "reset", http.MethodPost, bucketsPath, 1)
			bucket := create(t, p, config)
			if held := len(atlas.ExportBuckets(acctest.ProjectID)); held != 2 {
				t.Errorf("Atlas holds %d buckets beside %+v, want one", held-1, other)
			}
			requireEmptyPlan(t, p, bucket, config)
		})
	}
}

func TestCreateListsSeveralCandidatesWithTheirImportCommands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var atlas *acctest.Atlas
		atlas = acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/exportBuckets") {
					// Another process creates the same bucket.
					atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{BucketName: "snapshots", CloudProvider: "AWS", IAMRoleID: acctest.IAMRoleID})
				}
				next.ServeHTTP(w, r)
			})
		})
		p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
		setFault(t, atlas, "reset-after", http.MethodPost, bucketsPath, 1)
		bucket, diags := p.Apply(t, p.None(resourceType), awsBucket)
		held := atlas.ExportBuckets(acctest.ProjectID)
		if bucket.Exists() || len(held) != 2 {
			t.Fatalf("%v is in the state, and Atlas holds %+v", bucket.Value, held)
		}
		diags.RequireError(t, "", "Export bucket may have been created", held[0].ID, held[1].ID, "terraform import <address> "+acctest.ProjectID+"/"+held[0].ID+"  # created 2")
	})
}

func TestCreateListsAtMostTenCandidates(t *testing.T) {
	for n, fault := range map[int]emulator.Fault{
		10: {Break: emulator.Reset},
		// The proxy asks for a wait, but there is enough time to search for the bucket.
		11: {Status: http.StatusServiceUnavailable, Code: "SERVICE_UNAVAILABLE", Detail: "Service unavailable.", RetryAfter: "5"},
		40: {Status: http.StatusServiceUnavailable, Code: "SERVICE_UNAVAILABLE", Detail: "Service unavailable.", RetryAfter: "60"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var atlas *acctest.Atlas
			atlas = acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/exportBuckets") {
						for range n { // another process creates the same bucket
							atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{BucketName: "snapshots", CloudProvider: "AWS", IAMRoleID: acctest.IAMRoleID})
						}
					}
					next.ServeHTTP(w, r)
				})
			})
			p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
			fault.Method, fault.Path = http.MethodPost, bucketsPath
			if err := atlas.AddFault(fault); err != nil {
				t.Fatal(err)
			}
			_, diags := p.Apply(t, p.None(resourceType), awsBucket)
			diags.RequireError(t, "", "Export bucket may have been created")
			text := diags.String()
			named := 0
			for _, b := range atlas.ExportBuckets(acctest.ProjectID) {
				named += strings.Count(text, "/"+b.ID+"  # created ")
			}
			if named != 10 {
				t.Errorf("%d candidates are named, want 10:\n%s", named, text)
			}
			if commands := strings.Count(text, "terraform import <address> "+acctest.ProjectID+"/"); commands != 10 {
				t.Errorf("%d commands, want 10:\n%s", commands, text)
			}
			if more := fmt.Sprintf("\n  and %d more", n-10); strings.Contains(text, more) != (n > 10) {
				t.Errorf("%d candidates:\n%s", n, text)
			}
			if strings.Contains(text, "asks to wait") || strings.Contains(text, "timeouts") {
				t.Errorf("it says that there is not enough time:\n%s", text)
			}
		})
	}
}

// A list that has an item without a usable id is invalid: it is no reason to import anything,
// or to retry the POST.
func TestCreateTakesNoIDFromAnInvalidList(t *testing.T) {
	for name, item := range map[string]string{
		"no id": `{"bucketName":"snapshots"}`, "an empty id": `{"_id":""}`, "an escape sequence": `{"_id":"65b2f1d09b3d0e4c5a6f70\u001b"}`, "two ids": `{"_id":"65b2f1d09b3d0e4c5a6f7081 65b2f1d09b3d0e4c5a6f7082"}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			posts := 0
			atlas := acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					switch {
					case !strings.HasSuffix(r.URL.Path, "/exportBuckets"):
						next.ServeHTTP(w, r)
					case r.Method == http.MethodPost:
						posts++
						w.WriteHeader(http.StatusBadGateway)
					default:
						_, _ = fmt.Fprintf(w, `{"results":[%s],"totalCount":1}`, item)
					}
				})
			})
			p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
			_, diags := p.Apply(t, p.None(resourceType), awsBucket)
			diags.RequireError(t, "", "Export bucket may have been created", "result 1 of the page does not belong to this list", "terraform import <address> "+acctest.ProjectID+"/<id>")
			text := diags.String()
			if commands := strings.Count(text, "terraform import"); commands != 1 || posts != 1 || strings.Contains(text, "65b2f1d09b3d0e4c5a6f70") {
				t.Errorf("%s: %d POSTs, %d commands:\n%s", name, posts, commands, text)
			}
		})
	}
}

func TestEachConcurrentTwinHasItsOwnBucket(t *testing.T) {
	for _, preset := range []string{"reset", "reset-after", "hold-after", "500"} {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			setFault(t, atlas, preset, http.MethodPost, bucketsPath, 4)
			config := awsBucket.With(acctest.Values{"timeouts": acctest.Values{"create": "1h"}})
			ids := make([]any, 6)
			var creates sync.WaitGroup
			for i := range ids {
				creates.Go(func() {
					bucket, diags := p.Apply(t, p.None(resourceType), config)
					if diags.HasError() {
						t.Error(diags)
						return
					}
					ids[i] = bucket.Get(t, "id")
				})
			}
			creates.Wait()
			requireHeld(t, atlas, ids...)
		})
	}
}

func TestCreateAdoptsNoBucketThatThisProcessKnows(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		made := create(t, p, awsBucket)
		foreign := atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{BucketName: "snapshots", CloudProvider: "AWS", IAMRoleID: acctest.IAMRoleID})
		imported, diags := p.Import(t, resourceType, acctest.ProjectID+"/"+foreign.ID, nil)
		diags.RequireNone(t)
		setFault(t, atlas, "reset", http.MethodPost, bucketsPath, 1)
		twin := create(t, p, awsBucket) // without a warning about the others
		setFault(t, atlas, "reset-after", http.MethodPost, bucketsPath, 1)
		adopted := create(t, p, awsBucket)
		setFault(t, atlas, "reset", http.MethodPost, bucketsPath, 1)
		last := create(t, p, awsBucket)
		requireHeld(t, atlas, made.Get(t, "id"), imported.Get(t, "id"), twin.Get(t, "id"), adopted.Get(t, "id"), last.Get(t, "id"))
	})
}

func TestCreateWarnsAboutTheOrphanOfAnInterruptedRun(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		orphan := atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{BucketName: "snapshots", CloudProvider: "AWS", IAMRoleID: acctest.IAMRoleID})
		time.Sleep(time.Second)
		bucket, diags := p.Apply(t, p.None(resourceType), awsBucket)
		diags.RequireWarning(t, "", "Identical export bucket found", fmt.Sprint(bucket.Get(t, "id")), "terraform import <address> "+acctest.ProjectID+"/"+orphan.ID)
		other := create(t, p, gcpBucket) // without a twin there is no warning
		requireHeld(t, atlas, orphan.ID, bucket.Get(t, "id"), other.Get(t, "id"))
	})
}

// Terraform shows only the first of several warnings with the same summary.
func TestCreateWarnsAboutEachOrphanSeparately(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		orphans := map[string]string{
			"AWS":   atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{BucketName: "snapshots", CloudProvider: "AWS", IAMRoleID: acctest.IAMRoleID}).ID,
			"GCP":   atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{BucketName: "snapshots", CloudProvider: "GCP", RoleID: acctest.RoleID}).ID,
			"AZURE": atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{BucketName: "snapshots", CloudProvider: "AZURE", RoleID: acctest.RoleID, ServiceURL: "https://acmebackups.blob.core.windows.net"}).ID,
		}
		time.Sleep(time.Second)
		summaries := map[string]bool{}
		for cloud, id := range orphans {
			_, diags := p.Apply(t, p.None(resourceType), everyCloud[cloud])
			diags.RequireWarning(t, "", "terraform import <address> "+acctest.ProjectID+"/"+id)
			if !strings.Contains(diags[0].Summary, id) {
				t.Errorf("the summary is %q, and does not have %s", diags[0].Summary, id)
			}
			summaries[diags[0].Summary] = true
		}
		if len(summaries) != len(orphans) {
			t.Errorf("%v, want one for each of %v", summaries, orphans)
		}
	})
}

func TestCreateListsTenOfManyTwinsAndCountsTheRest(t *testing.T) {
	for orphans, more := range map[int]string{10: "", 11: "and 1 more", 23: "and 13 more"} {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			for range orphans {
				atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{BucketName: "snapshots", CloudProvider: "AWS", IAMRoleID: acctest.IAMRoleID})
			}
			time.Sleep(time.Second)
			_, diags := p.Apply(t, p.None(resourceType), awsBucket)
			diags.RequireWarning(t, "", "Identical export bucket found")
			summary, detail := diags[0].Summary, diags[0].Detail
			named := 0
			for _, b := range atlas.ExportBuckets(acctest.ProjectID)[:orphans] {
				command := strings.Contains(detail, "\n  terraform import <address> "+acctest.ProjectID+"/"+b.ID+"  # created ")
				if command {
					named++
				}
				if command != strings.Contains(summary, b.ID) {
					t.Errorf("%d orphans, %s:\n%s\n%s", orphans, b.ID, summary, detail)
				}
			}
			if named != 10 {
				t.Errorf("%d of %d orphans are named, want 10:\n%s", named, orphans, detail)
			}
			if commands := strings.Count(detail, "terraform import "); commands != 10 {
				t.Errorf("%d commands, want 10:\n%s", commands, detail)
			}
			if more == "" && strings.Contains(summary+detail, " more") || !strings.HasSuffix(summary, more) || !strings.HasSuffix(detail, more) {
				t.Errorf("no %q at the end of:\n%s\n%s", more, summary, detail)
			}
		})
	}
}

// The first reads the list while the answer to the second is still pending.
func TestCreateDoesNotWarnAboutATwinThatIsBeingCreated(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		for _, fault := range []emulator.Fault{
			{Method: http.MethodPost, Path: bucketsPath, Skip: 1, After: true, Delay: 5 * time.Second},
			{Method: http.MethodGet, Path: bucketsPath, Delay: 3 * time.Second},
		} {
			if err := atlas.AddFault(fault); err != nil {
				t.Fatal(err)
			}
		}
		var creates sync.WaitGroup
		for range 2 {
			creates.Go(func() { create(t, p, awsBucket) })
		}
		creates.Wait()
		if held := len(atlas.ExportBuckets(acctest.ProjectID)); held != 2 {
			t.Errorf("Atlas holds %d buckets, want 2", held)
		}
	})
}

// Containers of different accounts often have the same name.
func TestCreateDoesNotWaitForACreationInAnotherAccount(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		setFault(t, atlas, "hold-after", http.MethodPost, bucketsPath, 1)
		var first sync.WaitGroup
		first.Go(func() { create(t, p, azureBucket) })
		time.Sleep(time.Second)
		start := time.Now()
		create(t, p, azureBucket.With(acctest.Values{"service_url": "https://otherbackups.blob.core.windows.net"}))
		if took := time.Since(start); took > 0 {
			t.Errorf("it waited %s", took)
		}
		first.Wait()
	})
}
