package exportbucket_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestCreateLeavesAnEmptyPlan(t *testing.T) {
	for cloud, config := range everyCloud {
		t.Run(cloud, func(t *testing.T) {
			inBubble(t, emulator.Options{RegionDelay: 3 * time.Second}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				bucket := create(t, p, config)
				held := atlas.ExportBuckets(acctest.ProjectID)
				if len(held) != 1 {
					t.Fatalf("Atlas holds %d buckets, want 1", len(held))
				}
				requireAttributes(t, bucket, config.With(acctest.Values{"id": held[0].ID, "require_private_networking": false}))
				requireEmptyPlan(t, p, bucket, config)
				if cloud == "AWS" {
					requireAttributes(t, bucket, acctest.Values{"region": "us-east-1", "tenant_id": nil})
				} else if bucket.Get(t, "region") != nil {
					t.Errorf("region is %v on %s", bucket.Get(t, "region"), cloud)
				}
				if (bucket.Get(t, "tenant_id") != nil) != (cloud == "AZURE") {
					t.Errorf("tenant_id is %v on %s", bucket.Get(t, "tenant_id"), cloud)
				}
			})
		})
	}
}

func TestCreateSetsTheIdentity(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, gcpBucket)
		want := acctest.Values{"project_id": acctest.ProjectID, "id": bucket.Get(t, "id")}
		if got := p.IdentityOf(t, bucket); got["id"] != want["id"] || got["project_id"] != want["project_id"] {
			t.Errorf("identity is %v, want %v", got, want)
		}
	})
}

func TestCreateWaitsForTheRegion(t *testing.T) {
	inBubble(t, emulator.Options{RegionDelay: 7 * time.Second}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		requireAttributes(t, create(t, p, awsBucket), acctest.Values{"region": "us-east-1"})
		if gets := atlas.Count(http.MethodGet); gets != 4 {
			t.Errorf("%d GETs, want 4: at once, and after 1, 2 and 4 seconds", gets)
		}
	})
}

func TestCreateEndsWithoutARegionThatDoesNotCome(t *testing.T) {
	inBubble(t, emulator.Options{RegionDelay: time.Hour}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		requireAttributes(t, bucket, acctest.Values{"region": nil})
		requireEmptyPlan(t, p, bucket, awsBucket)

		time.Sleep(time.Hour)
		refreshed, diags := p.Read(t, bucket)
		diags.RequireNone(t)
		requireAttributes(t, refreshed, acctest.Values{"region": "us-east-1"})
		requireEmptyPlan(t, p, refreshed, awsBucket)
	})
}

func TestCreateStopsWaitingForTheRegionAtItsTimeout(t *testing.T) {
	inBubble(t, emulator.Options{RegionDelay: time.Hour}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		config := awsBucket.With(acctest.Values{"timeouts": acctest.Values{"create": "6s"}})
		bucket := create(t, p, config)
		requireAttributes(t, bucket, acctest.Values{"region": nil})
		if gets := atlas.Count(http.MethodGet); gets != 3 {
			t.Errorf("%d GETs, want 3", gets)
		}
	})
}

func TestPrivateNetworkingChangesInPlace(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		config := awsBucket.With(acctest.Values{"require_private_networking": true})
		plan, diags := p.Plan(t, bucket, config)
		diags.RequireNone(t)
		if len(plan.Replace) > 0 {
			t.Fatalf("%v would replace the bucket", plan.Replace)
		}
		for _, name := range []string{"id", "region", "bucket_name"} {
			if plan.Get(t, name) != bucket.Get(t, name) {
				t.Errorf("the plan changes %s to %v", name, plan.Get(t, name))
			}
		}
		changed, diags := p.ApplyPlan(t, plan)
		diags.RequireNone(t)
		if !atlas.ExportBuckets(acctest.ProjectID)[0].RequirePrivateNetworking {
			t.Error("Atlas has private networking off")
		}
		requireEmptyPlan(t, p, changed, config)

		// Someone who no longer mentions it does not have it switched off.
		requireEmptyPlan(t, p, changed, awsBucket)
	})
}

// The answer to a POST has none, and nobody has recorded that to a PATCH.
func TestUpdateKeepsTheRegionThatItsAnswerDoesNotHave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var patched []byte
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPatch {
					next.ServeHTTP(w, r)
					return
				}
				answer := httptest.NewRecorder()
				next.ServeHTTP(answer, r)
				patched = bytes.Replace(answer.Body.Bytes(), []byte(`"region":"us-east-1",`), nil, 1)
				_, _ = w.Write(patched)
			})
		})
		p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
		config := awsBucket.With(acctest.Values{"require_private_networking": true})
		changed, diags := p.Apply(t, create(t, p, awsBucket), config)
		diags.RequireNone(t)
		if len(patched) == 0 || bytes.Contains(patched, []byte("region")) {
			t.Fatalf("the answer is %s", patched)
		}
		requireAttributes(t, changed, acctest.Values{"region": "us-east-1"})
		requireEmptyPlan(t, p, changed, config)
	})
}

func TestUpdateBringsARegionThatCameLate(t *testing.T) {
	inBubble(t, emulator.Options{RegionDelay: time.Minute}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		requireAttributes(t, bucket, acctest.Values{"region": nil})
		time.Sleep(time.Minute)
		config := awsBucket.With(acctest.Values{"require_private_networking": true})
		changed, diags := p.Apply(t, bucket, config)
		diags.RequireNone(t)
		requireAttributes(t, changed, acctest.Values{"region": "us-east-1"})
	})
}

func TestUpdateOfWhatAtlasDoesNotKnowAsksNothing(t *testing.T) {
	for cloud, config := range everyCloud {
		t.Run(cloud, func(t *testing.T) {
			inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				bucket := create(t, p, config)
				before := len(atlas.Requests())
				more := config.With(acctest.Values{
					"disable_auto_export_on_destroy": true,
					"require_private_networking":     false,
					"timeouts":                       acctest.Values{"delete": "1m"},
				})
				changed, diags := p.Apply(t, bucket, more)
				diags.RequireNone(t)
				if asked := len(atlas.Requests()) - before; asked != 0 {
					t.Errorf("%d requests, want none", asked)
				}
				requireEmptyPlan(t, p, changed, more)
			})
		})
	}
}

func TestEveryOtherChangeReplaces(t *testing.T) {
	other := "32b6e34b3d91647abb20e7b9"
	cases := map[string]struct{ from, change acctest.Values }{
		"project_id":              {awsBucket, acctest.Values{"project_id": other}},
		"bucket_name":             {awsBucket, acctest.Values{"bucket_name": "other"}},
		"iam_role_id":             {awsBucket, acctest.Values{"iam_role_id": other}},
		"role_id":                 {gcpBucket, acctest.Values{"role_id": other}},
		"service_url":             {azureBucket, acctest.Values{"service_url": "https://othervault.blob.core.windows.net"}},
		"bucket_name on Azure":    {azureBucket, acctest.Values{"bucket_name": "other"}},
		"unknown bucket_name":     {awsBucket, acctest.Values{"bucket_name": acctest.Unknown}},
		"unknown service_url":     {azureBucket, acctest.Values{"service_url": acctest.Unknown}},
		"cloud_provider":          {gcpBucket, azureBucket},
		"cloud_provider, unknown": {gcpBucket, acctest.Values{"cloud_provider": acctest.Unknown}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
				plan, diags := p.Plan(t, create(t, p, c.from), c.from.With(c.change))
				diags.RequireNone(t)
				if len(plan.Replace) == 0 {
					t.Errorf("the change is planned in place: %s", plan.Value)
				}
			})
		})
	}
}

func TestReplacementLeavesOneBucket(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		config := awsBucket.With(acctest.Values{"bucket_name": "archive"})
		bucket, diags := p.Apply(t, create(t, p, awsBucket), config)
		diags.RequireNone(t)
		held := atlas.ExportBuckets(acctest.ProjectID)
		if len(held) != 1 || held[0].BucketName != "archive" {
			t.Fatalf("Atlas holds %+v", held)
		}
		requireEmptyPlan(t, p, bucket, config)
	})
}

func TestReadDropsABucketThatIsGone(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		id, _ := bucket.Get(t, "id").(string)
		atlas.RemoveExportBucket(acctest.ProjectID, id)
		for _, stored := range []acctest.Resource{bucket, {Type: bucket.Type, Value: bucket.Value}} { // the second as a CLI without identities has it
			gone, diags := p.Read(t, stored)
			diags.RequireNone(t)
			if gone.Exists() {
				t.Error("it is still in the state")
			}
		}
	})
}

func TestUpdateOfABucketThatIsGoneSaysSo(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		id, _ := bucket.Get(t, "id").(string)
		atlas.RemoveExportBucket(acctest.ProjectID, id)
		_, diags := p.Apply(t, bucket, awsBucket.With(acctest.Values{"require_private_networking": true}))
		diags.RequireError(t, "", "Export bucket not changed", "deleted outside of Terraform", "HTTP 404 EXPORT_BUCKET_NOT_FOUND, PATCH")
	})
}

func TestReadAdoptsWhatChangedInAtlas(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket.With(acctest.Values{"require_private_networking": true}))
		id, _ := bucket.Get(t, "id").(string)
		changed := atlas.ExportBuckets(acctest.ProjectID)[0]
		changed.RequirePrivateNetworking = false
		atlas.RemoveExportBucket(acctest.ProjectID, id)
		atlas.PutExportBucket(acctest.ProjectID, changed)
		refreshed, diags := p.Read(t, bucket)
		diags.RequireNone(t)
		plan, diags := p.Plan(t, refreshed, awsBucket.With(acctest.Values{"require_private_networking": true}))
		diags.RequireNone(t)
		if plan.IsEmpty() || len(plan.Replace) > 0 {
			t.Errorf("the drift is not corrected in place: %s", plan.Value)
		}
	})
}

func TestDestroyDeletesTheBucket(t *testing.T) {
	for cloud, config := range everyCloud {
		t.Run(cloud, func(t *testing.T) {
			inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				gone, diags := p.Destroy(t, create(t, p, config))
				diags.RequireNone(t)
				if held := atlas.ExportBuckets(acctest.ProjectID); gone.Exists() || len(held) > 0 {
					t.Errorf("the state has %s, Atlas has %+v", gone.Value, held)
				}
			})
		})
	}
}

func TestDestroyTakesGoneForDone(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		id, _ := bucket.Get(t, "id").(string)
		atlas.RemoveExportBucket(acctest.ProjectID, id)
		_, diags := p.Destroy(t, bucket)
		diags.RequireNone(t)
	})
}

func TestDestroySwitchesOffExactlyTheAutoExportsToTheBucket(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket.With(acctest.Values{"disable_auto_export_on_destroy": true}))
		other := create(t, p, gcpBucket)
		id, _ := bucket.Get(t, "id").(string)
		otherID, _ := other.Get(t, "id").(string)
		for cluster, target := range map[string]string{"exports": id, "exports-elsewhere": otherID, "exports-too": id, "idle": ""} {
			atlas.AddCluster(acctest.ProjectID, cluster)
			atlas.SetAutoExport(acctest.ProjectID, cluster, target)
		}
		_, diags := p.Destroy(t, bucket)
		diags.RequireNone(t)
		for cluster, want := range map[string]string{"exports": "", "exports-elsewhere": otherID, "exports-too": "", "idle": ""} {
			if got := atlas.AutoExport(acctest.ProjectID, cluster); got != want {
				t.Errorf("%s exports to %q, want %q", cluster, got, want)
			}
		}
		if patches := atlas.Count(http.MethodPatch); patches != 2 {
			t.Errorf("%d PATCHes, want 2", patches)
		}
	})
}

func TestDestroyOfABucketInUseFailsAndChangesNothing(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		id, _ := bucket.Get(t, "id").(string)
		atlas.AddCluster(acctest.ProjectID, "exports")
		atlas.SetAutoExport(acctest.ProjectID, "exports", id)
		kept, diags := p.Destroy(t, bucket)
		diags.RequireError(t, "", "Export bucket not deleted", "disable_auto_export_on_destroy = true", "EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE, DELETE /api/atlas/v2/groups/"+acctest.ProjectID+"/backup/exportBuckets/"+id)
		if !kept.Exists() || atlas.AutoExport(acctest.ProjectID, "exports") != id {
			t.Error("the bucket left the state, or the cluster lost its auto export")
		}
	})
}
