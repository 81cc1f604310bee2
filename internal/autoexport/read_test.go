package autoexport_test

import (
	"net/http"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestReadRemovesAnExportThatNoLongerExists(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T, atlas *acctest.Atlas){
		"off":          func(_ *testing.T, atlas *acctest.Atlas) { atlas.SetAutoExport(acctest.ProjectID, cluster, "") },
		"cluster gone": func(_ *testing.T, atlas *acctest.Atlas) { atlas.RemoveCluster(acctest.ProjectID, cluster) },
		"cluster gone, and a foreign 404": func(t *testing.T, atlas *acctest.Atlas) {
			atlas.RemoveCluster(acctest.ProjectID, cluster)
			atlas.AddCluster(acctest.ProjectID, "orders")
			setFault(t, atlas, "404-html", http.MethodGet, schedulePath, -1)
		},
		"now a flex cluster": func(_ *testing.T, atlas *acctest.Atlas) {
			atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: cluster, ClusterType: emulator.Flex})
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				state := create(t, p, monthly)
				prepare(t, atlas)
				for _, stored := range []acctest.Resource{state, {Type: state.Type, Value: state.Value}} { // the second as a CLI without identities has it
					gone, diags := p.Read(t, stored)
					diags.RequireNone(t)
					if gone.Exists() {
						t.Errorf("the state has %s", gone.Value)
					}
				}
			})
		})
	}
}

func TestAnExportThatWasSwitchedOffIsCreatedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		state := create(t, p, monthly)
		atlas.SetAutoExport(acctest.ProjectID, cluster, "")
		state, diags := p.Read(t, state)
		diags.RequireNone(t)
		state, diags = p.Apply(t, state, monthly)
		diags.RequireNone(t)
		requireExport(t, atlas, bucketID)
		requireEmptyPlan(t, p, state, monthly)
	})
}

func TestAProjectThatIsGoneTakesItsExportsWithIt(t *testing.T) {
	for name, faults := range map[string]map[string]string{ // by path
		"of Atlas":                             {schedulePath: "group-not-found"},
		"of Atlas' list after a foreign 404":   {schedulePath: "404-html", clustersPath: "group-not-found"},
		"of Atlas' list after a 404 of no URL": {schedulePath: "resource-not-found", clustersPath: "group-not-found"},
	} {
		for done, call := range map[string]func(t *testing.T, p *acctest.Provider, r acctest.Resource) (acctest.Resource, acctest.Diagnostics){
			"removed from the state": func(t *testing.T, p *acctest.Provider, r acctest.Resource) (acctest.Resource, acctest.Diagnostics) {
				return p.Read(t, r)
			},
			"considered off": func(t *testing.T, p *acctest.Provider, r acctest.Resource) (acctest.Resource, acctest.Diagnostics) {
				return p.Destroy(t, r)
			},
		} {
			t.Run(name+": "+done, func(t *testing.T) {
				inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
					state := create(t, p, monthly)
					for path, fault := range faults {
						setFault(t, atlas, fault, "", path, -1)
					}
					for _, isFirst := range []bool{true, false} { // a project is reported once
						gone, diags := call(t, p, state)
						if gone.Exists() {
							t.Error("it is still in the state")
						}
						if !isFirst {
							diags.RequireNone(t)
							continue
						}
						diags.RequireWarning(t, "", "Project "+acctest.ProjectID+" not found", "so the automatic exports of this project are "+done,
							"The first of them is "+cluster+".", "base_url", "terraform import <address> "+importID)
					}
				})
			})
		}
	}
}

func TestReadKeepsStateOnForeign404(t *testing.T) {
	for _, preset := range []string{"404-html", "resource-not-found"} {
		for name, c := range map[string]struct {
			times int
			list  string // the fault of the list of clusters; "" for none
			ok    bool
		}{
			"once":                         {1, "", true},
			"as long as it is asked":       {-1, "", false},
			"and the list does not answer": {1, "403-html", false},
			"and the list is cut off":      {1, "list-counts-too-many", true}, // it has the cluster
		} {
			t.Run(preset+" "+name, func(t *testing.T) {
				inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
					state := create(t, p, monthly)
					setFault(t, atlas, preset, http.MethodGet, schedulePath, c.times)
					if c.list != "" {
						setFault(t, atlas, c.list, http.MethodGet, clustersPath, -1)
					}
					kept, diags := p.Read(t, state)
					if c.ok {
						diags.RequireNone(t)
					} else {
						diags.RequireError(t, "", "Automatic export not read", "HTTP 404", "GET")
					}
					requireAttributes(t, kept, monthly)
				})
			})
		}
	}
}

// The list has lost the cluster on its way.
func TestReadKeepsStateOnForeign404AndAnIncompleteList(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		state := create(t, p, monthly)
		setFault(t, atlas, "404-html", http.MethodGet, schedulePath, -1)
		setFault(t, atlas, "list-truncated", http.MethodGet, clustersPath, -1)
		kept, diags := p.Read(t, state)
		diags.RequireError(t, "", "Automatic export not read", "HTTP 404", "GET")
		requireAttributes(t, kept, monthly)
	})
}

func TestReadShowsDriftAndTheNextApplyCorrectsIt(t *testing.T) {
	exportTo := func(bucketID, frequency string) string {
		return `{"autoExportEnabled":true,"export":{"exportBucketId":"` + bucketID + `","frequencyType":"` + frequency + `"}}`
	}
	for name, c := range map[string]struct {
		config acctest.Values
		change string
		drift  acctest.Values
	}{
		"bucket":                   {monthly, exportTo(otherBucketID, "monthly"), acctest.Values{"export_bucket_id": otherBucketID}},
		"frequency":                {monthly, exportTo(bucketID, "daily"), acctest.Values{"frequency_type": "daily"}},
		"prefix, configured true":  {monthly.With(withNames), `{"useOrgAndGroupNamesInExportPrefix":false}`, withoutNames},
		"prefix, configured false": {monthly.With(withoutNames), `{"useOrgAndGroupNamesInExportPrefix":true}`, withNames},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				state := create(t, p, c.config)
				send(t, atlas, http.MethodPatch, cluster, c.change)
				state, diags := p.Read(t, state)
				diags.RequireNone(t)
				requireAttributes(t, state, c.config.With(c.drift))
				plan, diags := p.Plan(t, state, c.config)
				diags.RequireNone(t)
				if plan.IsEmpty() || len(plan.Replace) > 0 {
					t.Errorf("the drift is planned as %s, replaced because of %v", plan.Value, plan.Replace)
				}
				state, diags = p.ApplyPlan(t, plan)
				diags.RequireNone(t)
				requireAttributes(t, state, c.config)
				requireEmptyPlan(t, p, state, c.config)
			})
		})
	}
}

func TestAPrefixThatIsNotConfiguredStaysAsItIsInAtlas(t *testing.T) {
	for _, held := range []acctest.Values{withNames, withoutNames} {
		inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			if held["use_org_and_group_names_in_export_prefix"] == true {
				send(t, atlas, http.MethodPatch, cluster, `{"useOrgAndGroupNamesInExportPrefix":true}`)
			}
			plan, diags := p.Plan(t, p.None(resourceType), monthly)
			diags.RequireNone(t)
			requireAttributes(t, plan.Resource, acctest.Values{"use_org_and_group_names_in_export_prefix": acctest.Unknown})
			state, diags := p.ApplyPlan(t, plan)
			diags.RequireNone(t)
			requireAttributes(t, state, held)
			requireEmptyPlan(t, p, state, monthly)

			// Drift of a value that is not configured is no change.
			send(t, atlas, http.MethodPatch, cluster, `{"useOrgAndGroupNamesInExportPrefix":true}`)
			requireEmptyPlan(t, p, state, monthly)

			// Nor is it one when the configuration no longer has the value.
			state, diags = p.Apply(t, state, monthly.With(withNames))
			diags.RequireNone(t)
			requireEmptyPlan(t, p, state, monthly)
			requireEmptyPlan(t, p, state, monthly.With(withNames))

			// An explicit false is a change.
			state, diags = p.Apply(t, state, monthly.With(withoutNames))
			diags.RequireNone(t)
			requireAttributes(t, state, withoutNames)
			if got := fieldsOf(t, scheduleOf(t, atlas, cluster))["useOrgAndGroupNamesInExportPrefix"]; got != "false" {
				t.Errorf("the prefix in Atlas is %s", got)
			}
			requireEmptyPlan(t, p, state, monthly.With(withoutNames))
		})
	}
}

func TestPlanPassesUnknownValuesAndAsksAtlasNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		unknown := acctest.Values{}
		for _, name := range []string{"project_id", "cluster_name", "export_bucket_id", "frequency_type", "use_org_and_group_names_in_export_prefix", "timeouts"} {
			unknown[name] = acctest.Unknown
		}
		plan, diags := p.Plan(t, p.None(resourceType), unknown)
		diags.RequireNone(t)
		requireAttributes(t, plan.Resource, unknown)
		if requests := atlas.Requests(); len(requests) > 0 {
			t.Errorf("requests: %+v", requests)
		}

		state := create(t, p, monthly)
		before := len(atlas.Requests())
		for name, replaces := range map[string]bool{"project_id": true, "cluster_name": true, "export_bucket_id": false, "frequency_type": false} {
			plan, diags := p.Plan(t, state, monthly.With(acctest.Values{name: acctest.Unknown}))
			diags.RequireNone(t)
			if plan.IsEmpty() || (len(plan.Replace) > 0) != replaces || plan.Get(t, name) != acctest.Unknown {
				t.Errorf("an unknown %s is planned as %s, replaced because of %v", name, plan.Value, plan.Replace)
			}
		}
		if requests := atlas.Requests()[before:]; len(requests) > 0 {
			t.Errorf("requests: %+v", requests)
		}
	})
}
