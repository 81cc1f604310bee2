package exportbucket_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// The codes that Atlas answers with while a role spreads, and the cloud that has it.
var rolePresets = map[string]string{
	"cannot-assume-role":                    "AWS",
	"role-not-authorized":                   "GCP",
	"invalid-aws-credentials":               "AWS",
	"cannot-authenticate-service-principal": "AZURE",
	"azure-service-principal-invalid":       "AZURE",
}

func TestCreateWaitsForARoleThatSpreads(t *testing.T) {
	for preset, cloud := range rolePresets {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			setFault(t, atlas, preset, http.MethodPost, bucketsPath, 6)
			bucket := create(t, p, everyCloud[cloud])
			requireHeld(t, atlas, bucket.Get(t, "id"))
			if posts := atlas.Count(http.MethodPost); posts != 7 {
				t.Errorf("%s: %d POSTs, want 7", preset, posts)
			}
		})
	}
}

func TestCreateSaysHowLongItWaitedForARole(t *testing.T) {
	for limit, config := range map[time.Duration]acctest.Values{
		5 * time.Minute: awsBucket,
		time.Minute:     awsBucket.With(acctest.Values{"timeouts": acctest.Values{"create": "1m"}}),
	} {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			setFault(t, atlas, "cannot-assume-role", http.MethodPost, bucketsPath, -1)
			start := time.Now()
			bucket, diags := p.Apply(t, p.None(resourceType), config)
			took := time.Since(start)
			if took > limit || took < limit-2*time.Second {
				t.Errorf("it waited %s of %s", took, limit)
			}
			diags.RequireError(t, "iam_role_id", "Atlas cannot assume the specified role",
				fmt.Sprintf("This was attempt %d, after %s.", atlas.Count(http.MethodPost), took.Round(time.Second)), "Its trust policy must allow")
			if bucket.Exists() || atlas.Count(http.MethodPost) > 30 {
				t.Errorf("%d POSTs, in the state: %v", atlas.Count(http.MethodPost), bucket.Exists())
			}
		})
	}
}

func TestAWaitThatIsTooLongIsNotBegun(t *testing.T) {
	const hour = "3600"
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		calls := map[string]func() acctest.Diagnostics{
			http.MethodPost: func() acctest.Diagnostics {
				_, diags := p.Apply(t, p.None(resourceType), gcpBucket)
				return diags
			},
			http.MethodGet: func() acctest.Diagnostics {
				_, diags := p.Read(t, bucket)
				return diags
			},
			http.MethodPatch: func() acctest.Diagnostics {
				_, diags := p.Apply(t, bucket, awsBucket.With(acctest.Values{"require_private_networking": true}))
				return diags
			},
			http.MethodDelete: func() acctest.Diagnostics {
				_, diags := p.Destroy(t, bucket)
				return diags
			},
		}
		for method, call := range calls {
			fault := emulator.Fault{Method: method, Path: "/api/atlas/v2/groups/*/backup/exportBuckets*", Status: 429, Code: "RATE_LIMITED", Detail: "Too many requests.", RetryAfter: hour}
			if method != http.MethodPost {
				fault.Path = bucketPath
			}
			if err := atlas.AddFault(fault); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			call().RequireError(t, "", "Too many requests. Atlas asked to wait 1h0m0s; less than that is left of timeouts.", " (5m).", "HTTP 429 RATE_LIMITED, "+method)
			if took := time.Since(start); took > 0 {
				t.Errorf("%s ended after %s", method, took)
			}
		}
		requireHeld(t, atlas, bucket.Get(t, "id"))
	})
}

func TestAnInterruptEndsAnyWait(t *testing.T) {
	for name, c := range map[string]struct {
		preset, method, path string
		call                 func(t *testing.T, p *acctest.Provider, bucket acctest.Resource) acctest.Diagnostics
	}{
		"for a role": {"cannot-assume-role", http.MethodPost, bucketsPath, func(t *testing.T, p *acctest.Provider, _ acctest.Resource) acctest.Diagnostics {
			_, diags := p.Apply(t, p.None(resourceType), awsBucket)
			return diags
		}},
		"for a read": {"503", http.MethodGet, bucketPath, func(t *testing.T, p *acctest.Provider, bucket acctest.Resource) acctest.Diagnostics {
			_, diags := p.Read(t, bucket)
			return diags
		}},
		"for a held read": {"hold", http.MethodGet, bucketPath, func(t *testing.T, p *acctest.Provider, bucket acctest.Resource) acctest.Diagnostics {
			_, diags := p.Read(t, bucket)
			return diags
		}},
		"for a change": {"429-parameters", http.MethodPatch, bucketPath, func(t *testing.T, p *acctest.Provider, bucket acctest.Resource) acctest.Diagnostics {
			_, diags := p.Apply(t, bucket, awsBucket.With(acctest.Values{"require_private_networking": true}))
			return diags
		}},
		"for Atlas to notice": {"in-use", http.MethodDelete, bucketPath, func(t *testing.T, p *acctest.Provider, bucket acctest.Resource) acctest.Diagnostics {
			_, diags := p.Destroy(t, bucket)
			return diags
		}},
	} {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			bucket := create(t, p, awsBucket)
			setFault(t, atlas, c.preset, c.method, c.path, -1)
			ctx, cancel := context.WithCancel(t.Context())
			const after = 20 * time.Second
			time.AfterFunc(after, cancel)
			start := time.Now()
			diags := c.call(t, p.WithContext(ctx), bucket)
			if took := time.Since(start); !diags.HasError() || !strings.Contains(diags.String(), "cancelled") && c.preset != "in-use" || took < after || took > after+time.Second {
				t.Errorf("%s: it ended after %s with %s", name, took, diags)
			}
			requireHeld(t, atlas, bucket.Get(t, "id"))
		})
	}
}

func TestCreateWaitsUntilTheNewBucketShows(t *testing.T) {
	for _, preset := range []string{"export-bucket-not-found", "404-html", "resource-not-found"} {
		for cloud, config := range everyCloud {
			inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				setFault(t, atlas, preset, http.MethodGet, bucketsPath, 1)
				setFault(t, atlas, preset, http.MethodGet, bucketPath, 2)
				bucket := create(t, p, config)
				if gets := atlas.Count(http.MethodGet); gets != 4 {
					t.Errorf("%s on %s: %d GETs, want 4", preset, cloud, gets)
				}
				requireEmptyPlan(t, p, bucket, config)
			})
		}
	}
}

func TestCreateKeepsABucketThatDoesNotShow(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		setFault(t, atlas, "export-bucket-not-found", http.MethodGet, bucketsPath, -1)
		setFault(t, atlas, "export-bucket-not-found", http.MethodGet, bucketPath, -1)
		bucket, diags := p.Apply(t, p.None(resourceType), awsBucket)
		diags.RequireWarning(t, "", "created, but not read back", "EXPORT_BUCKET_NOT_FOUND", "The export bucket is in the state")
		atlas.ClearFaults()
		requireEmptyPlan(t, p, bucket, awsBucket)
	})
}

func TestARefusedLookAtANewBucketIsNotRepeated(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		setFault(t, atlas, "user-unauthorized", http.MethodGet, "", -1)
		_, diags := p.Apply(t, p.None(resourceType), awsBucket)
		diags.RequireWarning(t, "", "created, but not read back", "USER_UNAUTHORIZED")
		if gets := atlas.Count(http.MethodGet); gets != 1 {
			t.Errorf("%d GETs, want 1", gets)
		}
	})
}

func TestABucketThatShowsOnlyInTheListIsRead(t *testing.T) {
	inBubble(t, emulator.Options{RegionDelay: time.Hour}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		setFault(t, atlas, "export-bucket-not-found", http.MethodGet, bucketPath, -1)
		bucket := create(t, p, awsBucket)
		requireAttributes(t, bucket, acctest.Values{"region": nil, "require_private_networking": false})
	})
}

func TestTroubleWhileTheRegionIsAwaitedIsNoWarning(t *testing.T) {
	inBubble(t, emulator.Options{RegionDelay: time.Hour}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		setFault(t, atlas, "user-unauthorized", http.MethodGet, bucketPath, -1)
		bucket := create(t, p, awsBucket)
		requireAttributes(t, bucket, acctest.Values{"region": nil, "require_private_networking": false})
	})
}

func TestANewBucketBeyondTheFirstPageThatThereIsNoTimeToLookForIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas, p := rewritten(t, func(_ *http.Request, status int, body map[string]any) (int, map[string]any) {
			results, _ := body["results"].([]any)
			for i, item := range results {
				if name, _ := item.(map[string]any)["bucketName"].(string); !strings.HasPrefix(name, "older-") { // it is to be on a later page
					results[i] = map[string]any{"_id": fmt.Sprintf("%024x", i), "bucketName": "older", "cloudProvider": "GCP", "roleId": acctest.RoleID}
				}
			}
			return status, body
		})
		for i := range 501 {
			atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{BucketName: fmt.Sprint("older-", i), CloudProvider: "GCP", RoleID: acctest.RoleID})
		}
		bucket := create(t, p, gcpBucket)
		if gets := atlas.Count(http.MethodGet); gets != 2 {
			t.Errorf("%d GETs, want the first page and the bucket", gets)
		}
		requireEmptyPlan(t, p, bucket, gcpBucket)
		hasty := gcpBucket.With(acctest.Values{"bucket_name": "hasty", "timeouts": acctest.Values{"create": "6s"}})
		setFault(t, atlas, "export-bucket-not-found", http.MethodGet, bucketPath, 3) // after 0, 1 and 3 seconds
		bucket, diags := p.Apply(t, p.None(resourceType), hasty)
		diags.RequireWarning(t, "", "created, but not read back", "EXPORT_BUCKET_NOT_FOUND")
		requireEmptyPlan(t, p, bucket, hasty)
	})
}

func TestTroubleAfterTheCreationHoldsTheApplyForAMinuteOnly(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		setFault(t, atlas, "503", http.MethodGet, "", -1)
		start := time.Now()
		bucket, diags := p.Apply(t, p.None(resourceType), awsBucket)
		diags.RequireWarning(t, "", "created, but not read back", "HTTP 503")
		if took := time.Since(start); took > time.Minute {
			t.Errorf("it took %s", took)
		}
		requireHeld(t, atlas, bucket.Get(t, "id"))
	})
}
