package exportbucket_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestCreateAdoptsTheBucketOfALostAnswer(t *testing.T) {
	for _, preset := range []string{
		"500-after", "502-after", "503-after", "504-after", "reset-after", "cut-after", "html-after", "half-json-after", "empty-after", "hold-after",
	} {
		for cloud, config := range everyCloud {
			inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				setFault(t, atlas, preset, http.MethodPost, bucketsPath, 1)
				bucket := create(t, p, config)
				requireHeld(t, atlas, bucket.Get(t, "id"))
				requireEmptyPlan(t, p, bucket, config)
				if posts := atlas.Count(http.MethodPost); posts != 1 {
					t.Errorf("%s on %s: %d POSTs, want 1", preset, cloud, posts)
				}
			})
		}
	}
}

// OAuth has its error code in the field error; many proxies and frameworks have a text there.
func TestCreateDoesNotTakeAProxysErrorForOneOfAtlas(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		if err := atlas.AddFault(emulator.Fault{Method: http.MethodPost, Path: bucketsPath, After: true, Status: http.StatusNotFound,
			Body: `{"status":404,"error":"Not Found","path":"/"}`}); err != nil {
			t.Fatal(err)
		}
		bucket := create(t, p, awsBucket)
		requireHeld(t, atlas, bucket.Get(t, "id"))
	})
}

func TestCreateRetriesThePOSTWhenTheProjectHasNoSuchBucket(t *testing.T) {
	for _, preset := range []string{"500", "502-html", "503", "504-html", "reset", "hold", "404-html"} {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			setFault(t, atlas, preset, http.MethodPost, bucketsPath, 1)
			bucket := create(t, p, awsBucket)
			requireHeld(t, atlas, bucket.Get(t, "id"))
			if posts := atlas.Count(http.MethodPost); posts != 2 {
				t.Errorf("%s: %d POSTs, want 2", preset, posts)
			}
		})
	}
}

func TestCreateSearchesThreeTimesBeforeItRetriesThePOST(t *testing.T) {
	for preset, want := range map[string]time.Duration{"500": 10 * time.Second, "503-retry-after": 15 * time.Second} {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			setFault(t, atlas, preset, http.MethodPost, bucketsPath, 1)
			start := time.Now()
			create(t, p, gcpBucket)
			if took := time.Since(start); took != want {
				t.Errorf("%s: created after %s, want %s", preset, took, want)
			}
			if gets := atlas.Count(http.MethodGet); gets != 4 {
				t.Errorf("%s: %d GETs, want three searches and the read of the new bucket", preset, gets)
			}
		})
	}
}

func TestCreateAdoptsABucketThatShowsLate(t *testing.T) {
	for _, late := range []time.Duration{time.Second, 9 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			var atlas *acctest.Atlas
			atlas = acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/exportBuckets") {
						next.ServeHTTP(w, r)
						return
					}
					time.AfterFunc(late, func() {
						atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{BucketName: "snapshots", CloudProvider: "GCP", RoleID: acctest.RoleID})
					})
					w.WriteHeader(http.StatusBadGateway)
				})
			})
			p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
			bucket := create(t, p, gcpBucket)
			requireHeld(t, atlas, bucket.Get(t, "id"))
		})
	}
}

func TestCreateDoesNotRetryThePOSTWithoutTimeToSearch(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		setFault(t, atlas, "hold", http.MethodPost, bucketsPath, 1)
		_, diags := p.Apply(t, p.None(resourceType), awsBucket.With(acctest.Values{"timeouts": acctest.Values{"create": "8s"}}))
		diags.RequireError(t, "", "Export bucket may have been created", "not enough time left (timeouts.create) to check the project", "If it exists, import it", "Otherwise apply again.")
		if posts := atlas.Count(http.MethodPost); posts != 1 {
			t.Errorf("%d POSTs, want 1", posts)
		}
	})
}

// A 504 does not tell whether Atlas is still working on the request.
func TestCreateWaitsForALateBucketAfterAGatewayTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var atlas *acctest.Atlas
		posts := 0
		atlas = acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/exportBuckets") {
					next.ServeHTTP(w, r)
					return
				}
				if posts++; posts > 1 {
					next.ServeHTTP(w, r)
					return
				}
				time.AfterFunc(40*time.Second, func() {
					atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{BucketName: "snapshots", CloudProvider: "GCP", RoleID: acctest.RoleID})
				})
				w.WriteHeader(http.StatusGatewayTimeout)
			})
		})
		p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
		bucket := create(t, p, gcpBucket)
		time.Sleep(time.Minute)
		requireHeld(t, atlas, bucket.Get(t, "id"))
	})
}

// Atlas may still act on a request that it has not answered within a minute.
func TestCreateWaitsForALateBucketBeforeItRetriesThePOST(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		if err := atlas.AddFault(emulator.Fault{Method: http.MethodPost, Path: bucketsPath, Delay: 100 * time.Second}); err != nil {
			t.Fatal(err)
		}
		bucket := create(t, p, awsBucket)
		requireHeld(t, atlas, bucket.Get(t, "id"))
		if posts := atlas.Count(http.MethodPost); posts != 1 {
			t.Errorf("%d POSTs, want 1", posts)
		}
	})
}

func TestInterruptedCreateWaitsForAPendingAnswer(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		if err := atlas.AddFault(emulator.Fault{Method: http.MethodPost, Path: bucketsPath, After: true, Delay: 1500 * time.Millisecond}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		bucket, diags := p.WithContext(ctx).Apply(t, p.None(resourceType), awsBucket)
		diags.RequireWarning(t, "", "created, but not read back", "cancelled")
		requireHeld(t, atlas, bucket.Get(t, "id"))
	})
}

// While it waits for a pending answer, it sends no new request.
func TestInterruptedCreateSendsNoNewRequest(t *testing.T) {
	for before, config := range map[string]acctest.Values{"token": acctest.ServiceAccount, "challenge": acctest.APIKey} {
		synctest.Test(t, func(t *testing.T) {
			atlas := acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					time.Sleep(1300 * time.Millisecond)
					next.ServeHTTP(w, r)
				})
			})
			p := acctest.NewProvider(t, atlas, config)
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			_, diags := p.WithContext(ctx).Apply(t, p.None(resourceType), awsBucket)
			diags.RequireError(t, "", "Export bucket not created", "cancelled")
			time.Sleep(time.Minute)
			requireHeld(t, atlas)
			if len(atlas.Requests()) > 1 {
				t.Errorf("after the %s: %+v", before, atlas.Requests())
			}
		})
	}
}

func TestInterruptedCreateSaysThatTheBucketMayExist(t *testing.T) {
	for _, preset := range []string{"hold", "hold-after"} {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			setFault(t, atlas, preset, http.MethodPost, bucketsPath, 1)
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			start := time.Now()
			_, diags := p.WithContext(ctx).Apply(t, p.None(resourceType), awsBucket)
			diags.RequireError(t, "", "Export bucket may have been created", "cancelled", "the run was interrupted before the provider could check the project", "terraform query", "terraform import <address> "+acctest.ProjectID+"/<id>")
			if took := time.Since(start); took >= 2*time.Second {
				t.Errorf("it ended %s after the interrupt", took-time.Second)
			}
		})
	}
}

func TestCreateSearchesBeforeItsTimeout(t *testing.T) {
	for limit, preset := range map[string]string{"20s": "hold-after", "5s": "hold-after", "70s": "hold-after", "8s": "500-after"} {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			setFault(t, atlas, preset, http.MethodPost, bucketsPath, -1)
			start := time.Now()
			bucket, diags := p.Apply(t, p.None(resourceType), awsBucket.With(acctest.Values{"timeouts": acctest.Values{"create": limit}}))
			if diags.HasError() {
				t.Fatalf("%s within %s: %s", preset, limit, diags)
			}
			requireHeld(t, atlas, bucket.Get(t, "id"))
			if allowed, _ := time.ParseDuration(limit); time.Since(start) > allowed {
				t.Errorf("%s took %s of %s", preset, time.Since(start), limit)
			}
		})
	}
}

func TestCreateReportsThatItCouldNotSearch(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		setFault(t, atlas, "reset-after", http.MethodPost, bucketsPath, 1)
		setFault(t, atlas, "503", http.MethodGet, bucketsPath, -1)
		bucket, diags := p.Apply(t, p.None(resourceType), awsBucket)
		diags.RequireError(t, "", "Export bucket may have been created", "the check of the project failed too (Service unavailable. HTTP 503", "POST")
		if posts := atlas.Count(http.MethodPost); posts != 1 || bucket.Exists() {
			t.Errorf("%d POSTs, in the state: %v", posts, bucket.Exists())
		}
	})
}

func TestCreateSearchesAgainAfterAForeign404(t *testing.T) {
	for _, fault := range []string{"reset-after", "reset"} {
		for _, times := range []int{1, 3} {
			inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				setFault(t, atlas, fault, http.MethodPost, bucketsPath, 1)
				setFault(t, atlas, "404-html", http.MethodGet, bucketsPath, times)
				bucket, diags := p.Apply(t, p.None(resourceType), awsBucket)
				if times == 1 {
					diags.RequireNone(t)
					requireHeld(t, atlas, bucket.Get(t, "id"))
					return
				}
				diags.RequireError(t, "", "Export bucket may have been created", "the check of the project failed too (404 Not Found")
				if posts := atlas.Count(http.MethodPost); posts != 1 {
					t.Errorf("%d POSTs without a search, want 1", posts)
				}
			})
		}
	}
}
