package privateendpoint_test

import (
	"slices"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestBothSpellingsAreOneRegion(t *testing.T) {
	for aws, atlasName := range map[string]string{
		"us-east-1": "US_EAST_1", "us-gov-west-1": "US_GOV_WEST_1", "cn-north-1": "CN_NORTH_1", "ap-southeast-5": "AP_SOUTHEAST_5", "global": "GLOBAL",
	} {
		for before, after := range map[string]string{aws: atlasName, atlasName: aws} {
			t.Run(before, func(t *testing.T) {
				inBubble(t, emulator.Pace{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
					created := create(t, p, endpoint.With(acctest.Values{"region_name": before, "vpc_region_name": before}))
					if held := atlas.PrivateEndpoints(acctest.ProjectID)[0]; held.RegionName != atlasName || held.VPCRegionName != atlasName {
						t.Errorf("Atlas has %+v", held)
					}
					read, diags := p.Read(t, created)
					diags.RequireNone(t)
					requireValues(t, read, acctest.Values{"region_name": before, "vpc_region_name": before})
					for _, config := range []acctest.Values{
						{"region_name": after, "vpc_region_name": after}, {"region_name": after, "vpc_region_name": before}, {"region_name": after},
					} {
						if planned := plan(t, p, read, endpoint.With(config)); !planned.IsEmpty() {
							t.Errorf("%v: the plan is %s", config, planned.Value)
						}
					}
				})
			})
		}
	}
}

func TestChangesReplaceTheEndpoint(t *testing.T) {
	inBubble(t, emulator.Pace{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		created := create(t, p, endpoint)
		for name, c := range map[string]struct {
			change  acctest.Values
			replace []string
		}{
			"project":                  {acctest.Values{"project_id": acctest.RoleID}, []string{"project_id"}},
			"bucket's region":          {acctest.Values{"region_name": "us-west-2"}, []string{"region_name", "vpc_region_name"}},
			"unknown region":           {acctest.Values{"region_name": acctest.Unknown}, []string{"region_name", "vpc_region_name"}},
			"both regions":             {acctest.Values{"region_name": "us-west-2", "vpc_region_name": "us-east-1"}, []string{"region_name"}},
			"clusters' region":         {acctest.Values{"vpc_region_name": "US_WEST_2"}, []string{"vpc_region_name"}},
			"unknown clusters' region": {acctest.Values{"vpc_region_name": acctest.Unknown}, []string{"vpc_region_name"}},
			"the default, written":     {acctest.Values{"vpc_region_name": "US_EAST_1"}, nil},
			"timeouts":                 {acctest.Values{"timeouts": acctest.Values{"read": "1m"}}, nil},
		} {
			planned := plan(t, p, created, endpoint.With(c.change))
			if !slices.Equal(planned.Replace, c.replace) {
				t.Errorf("%s: replaced because of %q, want %q", name, planned.Replace, c.replace)
			}
			if c.replace == nil && planned.Get(t, "status") != "ACTIVE" {
				t.Errorf("%s: the plan is %s", name, planned.Value)
			}
		}
	})
}

func TestTheRegionOfTheClustersIsKeptWhenItIsLeftOut(t *testing.T) {
	inBubble(t, emulator.Pace{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		created := create(t, p, endpoint.With(acctest.Values{"vpc_region_name": "eu-west-1"}))
		if planned := plan(t, p, created, endpoint); !planned.IsEmpty() {
			t.Errorf("the plan is %s", planned.Value)
		}
	})
}

func TestTheRegionOfTheClustersIsPlanned(t *testing.T) {
	p := acctest.Unconfigured(t)
	for name, c := range map[string]struct {
		config acctest.Values
		want   any
	}{
		"left out":                     {acctest.Values{}, "us-east-1"},
		"left out, and region unknown": {acctest.Values{"region_name": acctest.Unknown}, acctest.Unknown},
		"written":                      {acctest.Values{"vpc_region_name": "EU_WEST_1"}, "EU_WEST_1"},
		"unknown":                      {acctest.Values{"vpc_region_name": acctest.Unknown}, acctest.Unknown},
	} {
		planned := plan(t, p, p.None(resourceType), endpoint.With(c.config))
		if got := planned.Get(t, "vpc_region_name"); got != c.want {
			t.Errorf("%s: planned %v, want %v", name, got, c.want)
		}
	}
}
