package exportbucket_test

import (
	"context"
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

const (
	bucketsPath = "/api/atlas/v2/groups/*/backup/exportBuckets"
	bucketPath  = bucketsPath + "/*"
)

// setFault makes a preset happen to requests.
func setFault(t *testing.T, atlas *acctest.Atlas, preset, method, path string, times int) {
	t.Helper()
	for _, p := range emulator.Presets() {
		if p.Name == preset {
			p.Fault.Method, p.Fault.Path, p.Fault.Times = method, path, times
			if err := atlas.AddFault(p.Fault); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("there is no preset %q", preset)
}

// requireHeld fails the test unless Atlas holds exactly the buckets of those ids.
func requireHeld(t *testing.T, atlas *acctest.Atlas, ids ...any) {
	t.Helper()
	held := map[any]bool{}
	for _, b := range atlas.ExportBuckets(acctest.ProjectID) {
		held[b.ID] = true
	}
	if len(held) != len(ids) {
		t.Errorf("Atlas holds %v, want %v", held, ids)
	}
	for _, id := range ids {
		if !held[id] {
			t.Errorf("Atlas holds %v, want %v", held, ids)
		}
	}
}

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

// Many a proxy and framework has its own word in the field in which OAuth has its code.
func TestCreateTakesNoProxysWordForAtlas(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		if err := atlas.AddFault(emulator.Fault{Method: http.MethodPost, Path: bucketsPath, After: true, Status: http.StatusNotFound,
			Body: `{"status":404,"error":"Not Found","path":"/"}`}); err != nil {
			t.Fatal(err)
		}
		bucket := create(t, p, awsBucket)
		requireHeld(t, atlas, bucket.Get(t, "id"))
	})
}

func TestCreatePostsAgainWhenTheProjectHasNoSuchBucket(t *testing.T) {
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

func TestCreateLooksThreeTimesBeforeItPostsAgain(t *testing.T) {
	for preset, want := range map[string]time.Duration{"500": 10 * time.Second, "503-retry-after": 15 * time.Second} {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			setFault(t, atlas, preset, http.MethodPost, bucketsPath, 1)
			start := time.Now()
			create(t, p, gcpBucket)
			if took := time.Since(start); took != want {
				t.Errorf("%s: created after %s, want %s", preset, took, want)
			}
			if gets := atlas.Count(http.MethodGet); gets != 4 {
				t.Errorf("%s: %d GETs, want three looks and the look back", preset, gets)
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

func TestCreateDoesNotPostAgainWithoutTimeToLook(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		setFault(t, atlas, "hold", http.MethodPost, bucketsPath, 1)
		_, diags := p.Apply(t, p.None(resourceType), awsBucket.With(acctest.Values{"timeouts": acctest.Values{"create": "8s"}}))
		diags.RequireError(t, "", "Export bucket perhaps created", "the wait would be longer than the time that is left")
		if posts := atlas.Count(http.MethodPost); posts != 1 {
			t.Errorf("%d POSTs, want 1", posts)
		}
	})
}

// A proxy that has given up says nothing of what Atlas is doing.
func TestCreateWaitsForALateBucketAfterAGatewaysTimeout(t *testing.T) {
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

// A request that was not answered in a minute may act after that.
func TestCreateWaitsForALateBucketBeforeItPostsAgain(t *testing.T) {
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

// The time in which a role spreads is not the time of the POST that was lost.
func TestCreateAdoptsNoTwinOfBeforeItsLastAttempt(t *testing.T) {
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

// The time in which a token is waited for is not the time of the POST either.
func TestCreateAdoptsNoTwinOfBeforeItsToken(t *testing.T) {
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
		{BucketName: "snapshots", CloudProvider: "AWS", IAMRoleID: acctest.IAMRoleID, RequirePrivateNetworking: true},
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
						atlas.PutExportBucket(acctest.ProjectID, other) // another's, at the same moment
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
					// Another process makes the same.
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
		diags.RequireError(t, "", "Export bucket perhaps created", held[0].ID, held[1].ID, "terraform import <address> "+acctest.ProjectID+"/"+held[0].ID+"  # created 2")
	})
}

func TestConcurrentTwinsHaveABucketEach(t *testing.T) {
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
		twin := create(t, p, awsBucket) // and no word about the others
		setFault(t, atlas, "reset-after", http.MethodPost, bucketsPath, 1)
		adopted := create(t, p, awsBucket)
		setFault(t, atlas, "reset", http.MethodPost, bucketsPath, 1)
		last := create(t, p, awsBucket)
		requireHeld(t, atlas, made.Get(t, "id"), imported.Get(t, "id"), twin.Get(t, "id"), adopted.Get(t, "id"), last.Get(t, "id"))
	})
}

func TestInterruptedCreateTakesAnAnswerThatIsOnItsWay(t *testing.T) {
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

// The wait for an answer that is on its way is not one in which to send anything.
func TestInterruptedCreateSendsNothingMore(t *testing.T) {
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

func TestInterruptedCreateSaysWhatIsNotKnown(t *testing.T) {
	for _, preset := range []string{"hold", "hold-after"} {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			setFault(t, atlas, preset, http.MethodPost, bucketsPath, 1)
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			start := time.Now()
			_, diags := p.WithContext(ctx).Apply(t, p.None(resourceType), awsBucket)
			diags.RequireError(t, "", "Export bucket perhaps created", "cancelled", "terraform query", "terraform import <address> "+acctest.ProjectID+"/<id>")
			if took := time.Since(start); took >= 2*time.Second {
				t.Errorf("it ended %s after the interrupt", took-time.Second)
			}
		})
	}
}

func TestCreateLooksBeforeItsTimeIsOver(t *testing.T) {
	for limit, preset := range map[string]string{"20s": "hold-after", "2s": "hold-after", "70s": "hold-after", "8s": "500-after"} {
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

func TestCreateThatCannotLookSaysSo(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		setFault(t, atlas, "reset-after", http.MethodPost, bucketsPath, 1)
		setFault(t, atlas, "503", http.MethodGet, bucketsPath, -1)
		bucket, diags := p.Apply(t, p.None(resourceType), awsBucket)
		diags.RequireError(t, "", "Export bucket perhaps created", "a look at the project did not show the bucket (Service unavailable. HTTP 503", "POST")
		if posts := atlas.Count(http.MethodPost); posts != 1 || bucket.Exists() {
			t.Errorf("%d POSTs, in the state: %v", posts, bucket.Exists())
		}
	})
}

func TestCreateLooksAgainAfterAForeign404(t *testing.T) {
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
				diags.RequireError(t, "", "Export bucket perhaps created", "a look at the project did not show the bucket (404 Not Found")
				if posts := atlas.Count(http.MethodPost); posts != 1 {
					t.Errorf("%d POSTs without a look, want 1", posts)
				}
			})
		}
	}
}

func TestCreateWarnsOfTheOrphanOfAnInterruptedRun(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		orphan := atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{BucketName: "snapshots", CloudProvider: "AWS", IAMRoleID: acctest.IAMRoleID})
		time.Sleep(time.Second)
		bucket, diags := p.Apply(t, p.None(resourceType), awsBucket)
		diags.RequireWarning(t, "", "Identical export bucket found", fmt.Sprint(bucket.Get(t, "id")), "terraform import <address> "+acctest.ProjectID+"/"+orphan.ID)
		other := create(t, p, gcpBucket) // one without a twin has nothing to say
		requireHeld(t, atlas, orphan.ID, bucket.Get(t, "id"), other.Get(t, "id"))
	})
}

// While the first looks back, the answer to the second is on its way.
func TestCreateWarnsOfNoTwinThatIsJustBeingMade(t *testing.T) {
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
func TestCreateWaitsForNoCreationAtAnotherPlace(t *testing.T) {
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
