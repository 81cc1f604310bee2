package exportbucket_test

import (
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestPlanOfANewBucketPromisesWhatIsKnown(t *testing.T) {
	cases := map[string]struct {
		config acctest.Values
		want   acctest.Values
	}{
		"AWS":   {awsBucket, acctest.Values{"id": acctest.Unknown, "region": acctest.Unknown, "tenant_id": nil, "require_private_networking": acctest.Unknown}},
		"Azure": {azureBucket, acctest.Values{"id": acctest.Unknown, "region": nil, "tenant_id": acctest.Unknown, "require_private_networking": false}},
		"GCP":   {gcpBucket, acctest.Values{"id": acctest.Unknown, "region": nil, "tenant_id": nil, "require_private_networking": false}},
		"a cloud that is not yet known": {gcpBucket.With(acctest.Values{"cloud_provider": acctest.Unknown}), acctest.Values{
			"region": acctest.Unknown, "tenant_id": acctest.Unknown, "require_private_networking": acctest.Unknown}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
				plan, diags := p.Plan(t, p.None(resourceType), c.config)
				diags.RequireNone(t)
				requireAttributes(t, plan.Resource, c.want)
			})
		})
	}
}

func TestPlanAsksAtlasNothing(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		for _, config := range everyCloud {
			_, diags := p.Plan(t, p.None(resourceType), config)
			diags.RequireNone(t)
		}
		if requests := atlas.Requests(); len(requests) > 0 {
			t.Errorf("requests: %+v", requests)
		}
	})
}

func TestPlanPromisesARegionThatIsMissingOnlyIfAtlasIsAsked(t *testing.T) {
	inBubble(t, emulator.Options{RegionDelay: time.Hour}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		for name, c := range map[string]struct {
			change acctest.Values
			region any
		}{
			"for Terraform alone": {acctest.Values{"disable_auto_export_on_destroy": true}, nil},
			"in Atlas":            {acctest.Values{"require_private_networking": true}, acctest.Unknown},
		} {
			plan, diags := p.Plan(t, bucket, awsBucket.With(c.change))
			diags.RequireNone(t)
			if got := plan.Get(t, "region"); got != c.region {
				t.Errorf("a change %s plans the region as %v, want %v", name, got, c.region)
			}
		}
	})
}
