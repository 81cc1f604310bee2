package exportbucket_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// rewritten is an Atlas whose answers about export buckets pass through change on their way: it
// gets an answer's status and body, and returns them as they arrive.
func rewritten(t *testing.T, change func(r *http.Request, status int, body map[string]any) (int, map[string]any)) (*acctest.Atlas, *acctest.Provider) {
	t.Helper()
	atlas := acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.URL.Path, "/exportBuckets") {
				next.ServeHTTP(w, r)
				return
			}
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			var body map[string]any
			_ = json.Unmarshal(answer.Body.Bytes(), &body) // there is none in a 204
			status, body := change(r, answer.Code, body)
			w.WriteHeader(status)
			if status != http.StatusNoContent {
				_ = json.NewEncoder(w).Encode(body)
			}
		})
	})
	return atlas, acctest.NewProvider(t, atlas, acctest.ServiceAccount)
}

// The provider's own check of an apply, acctest's, is that of Terraform: a promise that is broken
// taints a new bucket, and the next apply replaces it.
func TestABucketThatShowsItsPrivateNetworkingLateIsAsItWasPlanned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		looks := 0
		atlas, p := rewritten(t, func(_ *http.Request, status int, body map[string]any) (int, map[string]any) {
			results, _ := body["results"].([]any)
			for _, one := range results {
				looks++
				one.(map[string]any)["requirePrivateNetworking"] = false
			}
			return status, body
		})
		bucket := create(t, p, private)
		requireAttributes(t, bucket, acctest.Values{"require_private_networking": true})
		if looks == 0 {
			t.Error("nothing showed it late")
		}
		requireEmptyPlan(t, p, bucket, private)
		requireHeld(t, atlas, bucket.Get(t, "id"))
	})
}

func TestABucketOfWhichOnlyTheIDIsKnownIsAsItWasPlanned(t *testing.T) {
	for name, config := range map[string]acctest.Values{
		"AWS":          awsBucket,
		"AWS, private": private,
		"Azure":        azureBucket,
		"Azure, container in the URL": azureBucket.Without("bucket_name").With(acctest.Values{
			"service_url": "https://acmebackups.blob.core.windows.net/snapshots/",
		}),
		"Google Cloud": gcpBucket,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				silent := true
				atlas, p := rewritten(t, func(r *http.Request, status int, body map[string]any) (int, map[string]any) {
					switch {
					case silent && r.Method == http.MethodPost:
						return status, map[string]any{"_id": body["_id"]}
					case silent:
						return http.StatusServiceUnavailable, nil
					}
					return status, body
				})
				bucket, diags := p.Apply(t, p.None(resourceType), config)
				diags.RequireWarning(t, "", "created, but not read back", "HTTP 503, GET", "The export bucket is in the state")
				if !bucket.Exists() {
					t.Fatal("the bucket is not in the state")
				}
				requireAttributes(t, bucket, config)
				requireAttributes(t, bucket, acctest.Values{
					"bucket_name": "snapshots", "require_private_networking": config["require_private_networking"] == true, "region": nil, "tenant_id": nil,
				})
				requireHeld(t, atlas, bucket.Get(t, "id"))
				silent = false
				requireEmptyPlan(t, p, bucket, config)
			})
		})
	}
}

func TestAChangeThatShowsLateIsAsItWasPlannedUntilARefresh(t *testing.T) {
	for _, acts := range []bool{true, false} {
		t.Run(fmt.Sprint("acts ", acts), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var old map[string]any
				atlas, p := rewritten(t, func(r *http.Request, status int, body map[string]any) (int, map[string]any) {
					if r.Method == http.MethodPatch {
						return http.StatusOK, old
					}
					old = body
					return status, body
				})
				bucket := create(t, p, awsBucket)
				refreshed, diags := p.Read(t, bucket)
				diags.RequireNone(t)
				changed, diags := p.Apply(t, refreshed, private)
				diags.RequireNone(t)
				requireAttributes(t, changed, acctest.Values{"id": bucket.Get(t, "id"), "require_private_networking": true})
				if patches := atlas.Count(http.MethodPatch); patches != 1 {
					t.Errorf("%d PATCHes, want 1", patches)
				}
				if !acts {
					held := atlas.ExportBuckets(acctest.ProjectID)[0]
					held.RequirePrivateNetworking = false
					atlas.RemoveExportBucket(acctest.ProjectID, held.ID)
					atlas.PutExportBucket(acctest.ProjectID, held)
				}
				later, diags := p.Read(t, changed)
				diags.RequireNone(t)
				requireAttributes(t, later, acctest.Values{"require_private_networking": acts})
			})
		})
	}
}

// What a cloud does not have is planned as null.
func TestANewBucketHasNothingThatItsCloudDoesNotHave(t *testing.T) {
	for cloud, config := range everyCloud {
		synctest.Test(t, func(t *testing.T) {
			_, p := rewritten(t, func(_ *http.Request, status int, body map[string]any) (int, map[string]any) {
				results, _ := body["results"].([]any)
				for _, one := range results {
					for _, name := range []string{"region", "tenantId"} {
						one.(map[string]any)[name] = "from elsewhere"
					}
				}
				return status, body
			})
			bucket := create(t, p, config)
			want := acctest.Values{"region": nil, "tenant_id": nil}
			switch cloud {
			case "AWS":
				want["region"] = "from elsewhere"
			case "AZURE":
				want["tenant_id"] = "from elsewhere"
			}
			requireAttributes(t, bucket, want)
		})
	}
}
