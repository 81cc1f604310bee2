package autoexport_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestImportLeavesAnEmptyPlan(t *testing.T) {
	for _, name := range []string{"orders", "orders-eu", "a", "0-1-2", "Orders--EU-"} {
		for form, c := range map[string]struct {
			id       string
			identity acctest.Values
		}{
			"by id":                     {acctest.ProjectID + "/" + name, nil},
			"by the id of mongodbatlas": {acctest.ProjectID + "-" + name, nil},
			"by identity":               {"", acctest.Values{"project_id": acctest.ProjectID, "cluster_name": name}},
		} {
			t.Run(name+" "+form, func(t *testing.T) {
				inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
					atlas.SetAutoExport(acctest.ProjectID, name, bucketID)
					send(t, atlas, "PATCH", name, `{"useOrgAndGroupNamesInExportPrefix":true}`)
					before := scheduleOf(t, atlas, name)
					imported, diags := p.Import(t, resourceType, c.id, c.identity)
					diags.RequireNone(t)
					config := monthly.With(acctest.Values{"cluster_name": name})
					requireAttributes(t, imported, config.With(withNames).With(acctest.Values{"timeouts": nil}))
					requireEmptyPlan(t, p, imported, config)
					requireEmptyPlan(t, p, imported, config.With(withNames))
					if id := p.IdentityOf(t, imported); id["project_id"] != acctest.ProjectID || id["cluster_name"] != name {
						t.Errorf("its identity is %v", id)
					}
					if after := scheduleOf(t, atlas, name); after != before {
						t.Errorf("the schedule was\n%s\nand is\n%s", before, after)
					}
				})
			})
		}
	}
}

func TestImportOfAnExportThatIsOffSaysSo(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: "flex", ClusterType: emulator.Flex})
		for name, hint := range map[string]string{cluster: "is off", "nobody": "atlasbackup_clusters lists", "flex": "only dedicated clusters"} {
			_, diags := p.Import(t, resourceType, acctest.ProjectID+"/"+name, nil)
			diags.RequireError(t, "", "Automatic export not imported", name, hint)
		}
	})
}

func TestImportRefusesAWrongID(t *testing.T) {
	p := acctest.Unconfigured(t)
	for _, id := range []string{
		"orders",
		acctest.ProjectID,
		acctest.ProjectID + "/",
		acctest.ProjectID + "-",
		acctest.ProjectID + ":orders",
		acctest.ProjectID + "/orders/x",
		acctest.ProjectID + "/-orders",
		acctest.ProjectID + "/ord ers",
		acctest.ProjectID + "/..",
		"/orders",
		"-orders",
		"orders/" + acctest.ProjectID,
		strings.ToUpper(acctest.ProjectID) + "/orders",
		acctest.ProjectID + "/" + strings.Repeat("a", 257),
	} {
		_, diags := p.Import(t, resourceType, id, nil)
		diags.RequireError(t, "", "Invalid import id", "does not say which automatic export to import", "Write <project_id>/<cluster_name>, for example ")
	}
	for name, value := range map[string]string{"cluster_name": "..", "project_id": "backups"} {
		_, diags := p.Import(t, resourceType, "", acctest.Values{"project_id": acctest.ProjectID, "cluster_name": "orders"}.With(acctest.Values{name: value}))
		diags.RequireError(t, "", "Invalid import id", fmt.Sprintf("%s is %q", name, value))
	}
}

// noNames are values that are no name of a cluster, nil for null, and noIDs are no id of Atlas'.
var (
	noNames = []any{nil, "", " ", ".", "..", "/", "../..", "%2e%2e", "-orders", "orders/x", "orders\n", "orders.eu", strings.Repeat("a", 257)}
	noIDs   = []any{nil, "", "..", "orders", strings.ToUpper(acctest.ProjectID), acctest.ProjectID + "/x"}
)

func TestAnInvalidStateSendsNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		state := create(t, p, monthly)
		before := len(atlas.Requests())
		calls := map[string]func(acctest.Resource) (acctest.Resource, acctest.Diagnostics){
			"read":         func(r acctest.Resource) (acctest.Resource, acctest.Diagnostics) { return p.Read(t, r) },
			"switched off": func(r acctest.Resource) (acctest.Resource, acctest.Diagnostics) { return p.Destroy(t, r) },
			"changed": func(r acctest.Resource) (acctest.Resource, acctest.Diagnostics) {
				plan, diags := p.Plan(t, r, monthly.With(acctest.Values{"frequency_type": "daily"}))
				diags.RequireNone(t)
				return p.ApplyPlan(t, plan) // in place, as core does if no argument that replaces has changed
			},
		}
		for name, values := range map[string][]any{"project_id": noIDs, "cluster_name": noNames} {
			for _, value := range values {
				edited := state.With(t, acctest.Values{name: value})
				for done, call := range calls {
					for _, identity := range []acctest.Resource{state, {}} { // an older state has none
						edited.Identity = identity.Identity
						kept, diags := call(edited)
						wrong := name + " is missing"
						if text, _ := value.(string); text != "" {
							wrong = fmt.Sprintf("%s is %.100q", name, text)
						}
						diags.RequireError(t, "", "Automatic export not "+done+": invalid state", wrong,
							"Nothing was sent to Atlas.", "terraform state rm <address>", "terraform import <address> <project_id>/<cluster_name>")
						if !kept.Exists() || !reflect.DeepEqual(kept.Get(t, name), value) {
							t.Errorf("not %s: the state had %v, and now has %s", done, value, kept.Value)
						}
					}
				}
			}
		}
		if sent := atlas.Requests()[before:]; len(sent) > 0 {
			t.Errorf("requests: %+v", sent)
		}
		requireExport(t, atlas, bucketID)
	})
}
