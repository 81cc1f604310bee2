package autoexport_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// somebodysSchedule has what is not Atlas' default, and fields that nobody lists.
const somebodysSchedule = `{"referenceHourOfDay":3,"referenceMinuteOfHour":45,"restoreWindowDays":5,
	"autoCopySettingsEnabled":false,"extraRetentionSettings":[{"frequencyType":"DAILY","retentionDays":50}],
	"futureSetting":{"ratio":2.50,"names":["a","b"],"none":null,"html":"<&>"},
	"policies":[{"policyItems":[
		{"frequencyType":"daily","frequencyInterval":1,"retentionUnit":"days","retentionValue":30},
		{"frequencyType":"monthly","frequencyInterval":40,"retentionUnit":"months","retentionValue":7},
		{"frequencyType":"monthly","frequencyInterval":1,"retentionUnit":"months","retentionValue":9}]}]}`

func TestOnlyTheFieldsOfTheExportChange(t *testing.T) {
	const enabled, export, prefix = "autoExportEnabled", "export", "useOrgAndGroupNamesInExportPrefix"
	for name, c := range map[string]struct {
		config        acctest.Values
		created       []string // the fields that a create changes
		updated, left []string // and those that an update changes, and that a destroy leaves changed
	}{
		"without a choice of the prefix": {monthly, []string{enabled, export}, []string{export}, nil},
		"with names in the prefix":       {monthly.With(withNames), []string{enabled, export, prefix}, []string{export}, []string{prefix}},
		"with ids in the prefix":         {monthly.With(withoutNames), []string{enabled, export}, []string{export}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				send(t, atlas, http.MethodPatch, cluster, somebodysSchedule)
				atlas.AddCluster(acctest.ProjectID, "payments")
				other := scheduleOf(t, atlas, "payments")
				before := scheduleOf(t, atlas, cluster)

				state := create(t, p, c.config)
				created := scheduleOf(t, atlas, cluster)
				requireOnly(t, before, created, c.created...)

				state, diags := p.Apply(t, state, c.config.With(acctest.Values{"export_bucket_id": otherBucketID, "frequency_type": "daily"}))
				diags.RequireNone(t)
				requireOnly(t, created, scheduleOf(t, atlas, cluster), c.updated...)

				_, diags = p.Destroy(t, state)
				diags.RequireNone(t)
				requireOnly(t, before, scheduleOf(t, atlas, cluster), c.left...)
				if now := scheduleOf(t, atlas, cluster); len(c.left) == 0 && now != before {
					t.Errorf("the schedule was\n%s\nand is\n%s", before, now)
				}
				if now := scheduleOf(t, atlas, "payments"); now != other {
					t.Errorf("the schedule of another cluster was\n%s\nand is\n%s", other, now)
				}
			})
		})
	}
}

func TestPATCHHasOnlyTheFieldsOfTheExport(t *testing.T) {
	on := func(bucketID, frequency string) string {
		return `"autoExportEnabled":true,"export":{"exportBucketId":"` + bucketID + `","frequencyType":"` + frequency + `"}`
	}
	off := `{"autoExportEnabled":false}`
	for name, c := range map[string]struct {
		configs []acctest.Values // one after the other
		bodies  []string         // of the applies
	}{
		"omitted": {
			[]acctest.Values{monthly, monthly.With(acctest.Values{"frequency_type": "daily"}), monthly.With(acctest.Values{"export_bucket_id": otherBucketID})},
			[]string{"{" + on(bucketID, "monthly") + "}", "{" + on(bucketID, "daily") + "}", "{" + on(otherBucketID, "monthly") + "}"},
		},
		"true, then false": {
			[]acctest.Values{monthly.With(withNames), monthly.With(withoutNames)},
			[]string{
				"{" + on(bucketID, "monthly") + `,"useOrgAndGroupNamesInExportPrefix":true}`,
				"{" + on(bucketID, "monthly") + `,"useOrgAndGroupNamesInExportPrefix":false}`,
			},
		},
		"false from the beginning": {
			[]acctest.Values{monthly.With(withoutNames)},
			[]string{"{" + on(bucketID, "monthly") + `,"useOrgAndGroupNamesInExportPrefix":false}`},
		},
		"true, then omitted in a change of something else": {
			[]acctest.Values{monthly.With(withNames), monthly.With(acctest.Values{"frequency_type": "daily"})},
			[]string{"{" + on(bucketID, "monthly") + `,"useOrgAndGroupNamesInExportPrefix":true}`, "{" + on(bucketID, "daily") + "}"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var bodies []string
			behind(t, patchBodies(&bodies), func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				state := p.None(resourceType)
				for _, config := range c.configs {
					var diags acctest.Diagnostics
					state, diags = p.Apply(t, state, config)
					diags.RequireNone(t)
				}
				_, diags := p.Destroy(t, state)
				diags.RequireNone(t)
				if want := append(slices.Clone(c.bodies), off); !slices.Equal(bodies, want) {
					t.Errorf("the bodies are\n%s\nwant\n%s", strings.Join(bodies, "\n"), strings.Join(want, "\n"))
				}
				requireExport(t, atlas, "")
			})
		})
	}
}

// Somebody else has changed the prefix since the refresh. The configuration does not have it.
func TestUpdateLeavesAPrefixThatIsNotConfigured(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		state := create(t, p, monthly)
		send(t, atlas, http.MethodPatch, cluster, `{"useOrgAndGroupNamesInExportPrefix":true}`)
		daily := monthly.With(acctest.Values{"frequency_type": "daily"})
		state, diags := p.Apply(t, state, daily)
		diags.RequireNone(t)
		if got := fieldsOf(t, scheduleOf(t, atlas, cluster))["useOrgAndGroupNamesInExportPrefix"]; got != "true" {
			t.Errorf("the prefix has become %s", got)
		}
		requireAttributes(t, state, withoutNames) // as planned
		state, diags = p.Read(t, state)
		diags.RequireNone(t)
		requireAttributes(t, state, withNames)
		requireEmptyPlan(t, p, state, daily)
	})
}

func TestCreateSwitchesOnAndSetsTheIdentity(t *testing.T) {
	for frequency := range map[string]bool{"daily": true, "weekly": true, "monthly": true, "yearly": true} {
		inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			config := monthly.With(acctest.Values{"frequency_type": frequency})
			state := create(t, p, config)
			requireAttributes(t, state, config.With(withoutNames))
			requireExport(t, atlas, bucketID)
			if got := fieldsOf(t, fieldsOf(t, scheduleOf(t, atlas, cluster))["export"])["frequencyType"]; got != `"`+frequency+`"` {
				t.Errorf("the frequency is %s, want %s", got, frequency)
			}
			if id := p.IdentityOf(t, state); id["project_id"] != acctest.ProjectID || id["cluster_name"] != cluster || len(id) != 2 {
				t.Errorf("the identity is %v", id)
			}
			if gets, patches := atlas.Count(http.MethodGet)-1, atlas.Count(http.MethodPatch); gets != 1 || patches != 1 {
				t.Errorf("%d GETs and %d PATCHes, want one of each", gets, patches)
			}
			requireEmptyPlan(t, p, state, config)
		})
	}
}

func TestCreateTakesNoExportOver(t *testing.T) {
	for bucket, target := range map[string]string{bucketID: "to this export bucket (monthly)", otherBucketID: "to export bucket " + otherBucketID + " (monthly)"} {
		for _, paused := range []bool{false, true} {
			inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				atlas.SetAutoExport(acctest.ProjectID, cluster, bucket)
				atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: cluster, Paused: paused})
				before := scheduleOf(t, atlas, cluster)
				state, diags := p.Apply(t, p.None(resourceType), monthly)
				diags.RequireError(t, "cluster_name", "Automatic export is already on", "Cluster "+cluster+" already exports "+target+". Nothing was changed.",
					"terraform import <address> "+importID, "ignore_changes = [auto_export_enabled, export]")
				if state.Exists() {
					t.Error("it is in the state")
				}
				if after := scheduleOf(t, atlas, cluster); after != before || atlas.Count(http.MethodPatch) != 0 {
					t.Errorf("%d PATCHes; the schedule was\n%s\nand is\n%s", atlas.Count(http.MethodPatch), before, after)
				}

				// What the error says is the way out.
				imported, diags := p.Import(t, resourceType, importID, nil)
				diags.RequireNone(t)
				requireEmptyPlan(t, p, imported, monthly.With(acctest.Values{"export_bucket_id": bucket}))
			})
		}
	}
}

func TestEverythingButTheClusterChangesInPlace(t *testing.T) {
	for name, change := range map[string]acctest.Values{
		"the bucket":    {"export_bucket_id": otherBucketID},
		"the frequency": {"frequency_type": "yearly"},
		"the prefix":    withNames,
		"all of them":   acctest.Values{"export_bucket_id": otherBucketID, "frequency_type": "weekly"}.With(withNames),
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				state := create(t, p, monthly)
				gets := atlas.Count(http.MethodGet)
				config := monthly.With(change)
				plan, diags := p.Plan(t, state, config)
				diags.RequireNone(t)
				if len(plan.Replace) > 0 {
					t.Fatalf("%v would replace it", plan.Replace)
				}
				state, diags = p.ApplyPlan(t, plan)
				diags.RequireNone(t)
				if gets, patches := atlas.Count(http.MethodGet)-gets, atlas.Count(http.MethodPatch); gets != 0 || patches != 2 {
					t.Errorf("%d GETs and %d PATCHes, want only one PATCH more", gets, patches-1)
				}
				requireAttributes(t, state, config)
				requireExport(t, atlas, config["export_bucket_id"].(string))
				requireEmptyPlan(t, p, state, config)
			})
		})
	}
}

func TestAnotherClusterReplacesTheExport(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		atlas.AddCluster(acctest.ProjectID, "payments")
		state := create(t, p, monthly)
		for name, value := range map[string]string{"cluster_name": "payments", "project_id": "32b6e34b3d91647abb20e7b9"} {
			plan, diags := p.Plan(t, state, monthly.With(acctest.Values{name: value}))
			diags.RequireNone(t)
			if !slices.Equal(plan.Replace, []string{name}) {
				t.Errorf("another %s replaces because of %v", name, plan.Replace)
			}
		}
		config := monthly.With(acctest.Values{"cluster_name": "payments"})
		state, diags := p.Apply(t, state, config)
		diags.RequireNone(t)
		requireExport(t, atlas, "")
		if got := atlas.AutoExport(acctest.ProjectID, "payments"); got != bucketID {
			t.Errorf("payments exports to %q", got)
		}
		requireEmptyPlan(t, p, state, config)
	})
}

func TestTimeoutsAloneSendNoRequest(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		for _, config := range []acctest.Values{monthly, monthly.With(withNames), monthly.With(withoutNames)} {
			state := create(t, p, config)
			before := len(atlas.Requests())
			for _, timeouts := range []any{acctest.Values{"create": "1m", "read": "2m", "update": "3m", "delete": "4m"}, acctest.Values{"read": "9m"}, nil} {
				config := config.With(acctest.Values{"timeouts": timeouts})
				plan, diags := p.Plan(t, state, config)
				diags.RequireNone(t)
				if plan.IsEmpty() || len(plan.Replace) > 0 {
					t.Fatalf("%v is planned as %s, replaced because of %v", timeouts, plan.Value, plan.Replace)
				}
				state, diags = p.ApplyPlan(t, plan)
				diags.RequireNone(t)
			}
			if sent := atlas.Requests()[before:]; len(sent) > 0 {
				t.Errorf("requests: %+v", sent)
			}
			_, diags := p.Destroy(t, state)
			diags.RequireNone(t)
		}
	})
}

func TestDestroySwitchesOff(t *testing.T) {
	for name, prepare := range map[string]func(atlas *acctest.Atlas){
		"an export that is on":                  func(*acctest.Atlas) {},
		"an export that is off already":         func(atlas *acctest.Atlas) { atlas.SetAutoExport(acctest.ProjectID, cluster, "") },
		"an export to another bucket meanwhile": func(atlas *acctest.Atlas) { atlas.SetAutoExport(acctest.ProjectID, cluster, otherBucketID) },
		"a cluster that is gone":                func(atlas *acctest.Atlas) { atlas.RemoveCluster(acctest.ProjectID, cluster) },
		"a cluster that is now a flex cluster": func(atlas *acctest.Atlas) {
			atlas.RemoveCluster(acctest.ProjectID, cluster)
			atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: cluster, ClusterType: emulator.Flex})
		},
		"a paused cluster whose export is off": func(atlas *acctest.Atlas) {
			atlas.SetAutoExport(acctest.ProjectID, cluster, "")
			atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: cluster, Paused: true})
		},
	} {
		t.Run(name, func(t *testing.T) {
			var bodies []string
			behind(t, patchBodies(&bodies), func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				state := create(t, p, monthly)
				prepare(atlas)
				bodies = nil
				gone, diags := p.Destroy(t, state)
				diags.RequireNone(t)
				if gone.Exists() {
					t.Error("it is still in the state")
				}
				requireExport(t, atlas, "")
				if !slices.Equal(bodies, []string{`{"autoExportEnabled":false}`}) {
					t.Errorf("the bodies are %q", bodies)
				}
			})
		})
	}
}

func TestDestroyOfAPausedClusterThatExportsSaysWhatToDo(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		state := create(t, p, monthly)
		atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: cluster, Paused: true})
		requireEmptyPlan(t, p, state, monthly)
		kept, diags := p.Destroy(t, state)
		diags.RequireError(t, "", "Automatic export not switched off", "Resume the cluster", "HTTP 409 CANNOT_UPDATE_PAUSED_CLUSTER, PATCH")
		if !kept.Exists() {
			t.Error("it left the state")
		}
		requireExport(t, atlas, bucketID)

		atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: cluster})
		_, diags = p.Destroy(t, kept)
		diags.RequireNone(t)
		requireExport(t, atlas, "")
	})
}
