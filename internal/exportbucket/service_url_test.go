package exportbucket_test

import (
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// Spellings of one container.
var spellings = map[string]acctest.Values{
	"plain":                       {"bucket_name": "snapshots", "service_url": "https://acmebackups.blob.core.windows.net"},
	"slash":                       {"bucket_name": "snapshots", "service_url": "https://acmebackups.blob.core.windows.net/"},
	"container in both":           {"bucket_name": "snapshots", "service_url": "https://acmebackups.blob.core.windows.net/snapshots"},
	"container in both and slash": {"bucket_name": "snapshots", "service_url": "https://acmebackups.blob.core.windows.net/snapshots/"},
	"container in the URL":        {"bucket_name": nil, "service_url": "https://acmebackups.blob.core.windows.net/snapshots"},
	"container and slash":         {"bucket_name": nil, "service_url": "https://acmebackups.blob.core.windows.net/snapshots/"},
}

func TestEverySpellingIsKept(t *testing.T) {
	for name, spelling := range spellings {
		t.Run(name, func(t *testing.T) {
			inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
				config := azureBucket.With(spelling)
				bucket := create(t, p, config)
				requireAttributes(t, bucket, acctest.Values{"bucket_name": "snapshots", "service_url": spelling["service_url"]})
				requireEmptyPlan(t, p, bucket, config)
			})
		})
	}
}

func TestAnotherSpellingIsNoChange(t *testing.T) {
	for from, first := range spellings {
		for to, second := range spellings {
			t.Run(from+" to "+to, func(t *testing.T) {
				inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
					requireEmptyPlan(t, p, create(t, p, azureBucket.With(first)), azureBucket.With(second))
				})
			})
		}
	}
}

// Atlas may answer with the container in the URL, or without.
func TestReadKeepsTheSpellingWhateverAtlasAnswers(t *testing.T) {
	for name, spelling := range spellings {
		for _, answer := range []string{"https://acmebackups.blob.core.windows.net", "https://acmebackups.blob.core.windows.net/snapshots"} {
			t.Run(name+" from "+answer, func(t *testing.T) {
				inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
					config := azureBucket.With(spelling)
					bucket := create(t, p, config)
					held := atlas.ExportBuckets(acctest.ProjectID)[0]
					atlas.RemoveExportBucket(acctest.ProjectID, held.ID)
					held.ServiceURL = answer
					atlas.PutExportBucket(acctest.ProjectID, held)
					requireEmptyPlan(t, p, bucket, config)
				})
			})
		}
	}
}

func TestAnotherPlaceIsAReplacement(t *testing.T) {
	for name, change := range map[string]acctest.Values{
		"another account":                  {"service_url": "https://othervault.blob.core.windows.net"},
		"another container by name":        {"bucket_name": "archive"},
		"another container in the URL":     {"bucket_name": nil, "service_url": "https://acmebackups.blob.core.windows.net/archive"},
		"an account that is not yet known": {"service_url": acctest.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
				plan, diags := p.Plan(t, create(t, p, azureBucket), azureBucket.With(change))
				diags.RequireNone(t)
				if len(plan.Replace) == 0 {
					t.Errorf("planned in place: %s", plan.Value)
				}
			})
		})
	}
}

func TestContainerIsPlannedFromTheURL(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		for url, want := range map[any]any{
			"https://acmebackups.blob.core.windows.net/snapshots/": "snapshots",
			acctest.Unknown: acctest.Unknown,
		} {
			plan, diags := p.Plan(t, p.None(resourceType), azureBucket.With(acctest.Values{"bucket_name": nil, "service_url": url}))
			diags.RequireNone(t)
			if got := plan.Get(t, "bucket_name"); got != want {
				t.Errorf("with service_url %v, bucket_name is planned as %v, want %v", url, got, want)
			}
		}
	})
}

func TestAtlasIsAskedWithoutATrailingSlash(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		create(t, p, azureBucket.With(spellings["slash"]))
		if got := atlas.ExportBuckets(acctest.ProjectID)[0].ServiceURL; got != "https://acmebackups.blob.core.windows.net" {
			t.Errorf("Atlas got %q", got)
		}
	})
}
