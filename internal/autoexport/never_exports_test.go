package autoexport_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

// items are schedules by the frequencies of their policy items, an export's frequency, and what
// the warning has; "" for none.
var items = []struct {
	items     string
	frequency string
	warning   string
}{
	{"hourly daily weekly monthly yearly", "daily", ""},
	{"daily", "daily", ""},
	{"daily daily", "daily", ""},
	{"weekly", "weekly", ""},
	{"monthly", "weekly", ""},
	{"yearly", "weekly", ""},
	{"monthly", "monthly", ""},
	{"yearly", "yearly", ""},
	{"hourly daily", "weekly", "has policy items for daily snapshots"},
	{"yearly weekly daily hourly", "monthly", "has policy items for daily, weekly and yearly snapshots"},
	{"weekly monthly yearly", "daily", "has policy items for weekly, monthly and yearly snapshots"},
	{"monthly daily", "yearly", "has policy items for daily and monthly snapshots"},
	{"hourly", "monthly", "has no policy item of another frequency that can be exported"},
	{"", "monthly", "has no policy item of another frequency that can be exported"},
}

func requireNeverExports(t *testing.T, diags acctest.Diagnostics, cluster, frequency, there string) {
	t.Helper()
	diags.RequireWarning(t, "frequency_type", "Cluster "+cluster+" will not export anything", "Atlas exports only "+frequency+" snapshots here", there,
		"Add a policy item for "+frequency+" snapshots to the schedule, or write another frequency_type.")
}

func TestCreateWarnsOfAScheduleWithoutAMatchingPolicyItem(t *testing.T) {
	for _, c := range items {
		t.Run(c.frequency+" of "+c.items, func(t *testing.T) {
			inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				send(t, atlas, http.MethodPatch, cluster, only(strings.Fields(c.items)...))
				config := monthly.With(acctest.Values{"frequency_type": c.frequency})
				before := len(atlas.Requests())
				state, diags := p.Apply(t, p.None(resourceType), config)
				if c.warning == "" {
					diags.RequireNone(t)
				} else {
					requireNeverExports(t, diags, cluster, c.frequency, c.warning)
				}
				if requests := len(atlas.Requests()) - before; requests != 3 {
					t.Errorf("%d requests, want the token call, a GET and a PATCH", requests)
				}
				requireExport(t, atlas, bucketID)
				requireEmptyPlan(t, p, state, config) // without the warning
			})
		})
	}
}

func TestUpdateWarnsOfAScheduleWithoutAMatchingPolicyItem(t *testing.T) {
	for _, c := range items {
		t.Run(c.frequency+" of "+c.items, func(t *testing.T) {
			inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				state := create(t, p, monthly)
				send(t, atlas, http.MethodPatch, cluster, only(strings.Fields(c.items)...))
				before := len(atlas.Requests())
				config := monthly.With(acctest.Values{"frequency_type": c.frequency, "export_bucket_id": otherBucketID})
				state, diags := p.Apply(t, state, config)
				if c.warning == "" {
					diags.RequireNone(t)
				} else {
					requireNeverExports(t, diags, cluster, c.frequency, c.warning)
				}
				if requests := len(atlas.Requests()) - before; requests != 1 {
					t.Errorf("%d requests, want the PATCH alone", requests)
				}
				requireEmptyPlan(t, p, state, config)
			})
		})
	}
}

// Terraform shows only the first of several warnings with the same summary.
func TestTwoClustersGiveTwoWarnings(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		summaries := map[string]bool{}
		for _, name := range []string{cluster, "payments"} {
			atlas.AddCluster(acctest.ProjectID, name)
			send(t, atlas, http.MethodPatch, name, only("daily"))
			_, diags := p.Apply(t, p.None(resourceType), monthly.With(acctest.Values{"cluster_name": name}))
			requireNeverExports(t, diags, name, "monthly", "has policy items for daily snapshots")
			summaries[diags[0].Summary] = true
		}
		if len(summaries) != 2 {
			t.Errorf("the summaries are %v", summaries)
		}
	})
}

// The policy items may be anywhere, and a later apply is not a change of the export.
func TestAPolicyItemOfAnySetCounts(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		const item = `{"frequencyInterval":1,"retentionUnit":"days","retentionValue":7,"frequencyType":`
		send(t, atlas, http.MethodPatch, cluster, `{"policies":[{"policyItems":[`+item+`"daily"}]},{"policyItems":[`+item+`"monthly"}]}]}`)
		create(t, p, monthly)
	})
}

func TestAFailedApplyDoesNotWarn(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		send(t, atlas, http.MethodPatch, cluster, only("daily"))
		refuse(t, atlas, http.MethodPatch, http.StatusBadRequest, "INVALID_BACKUP_POLICY", "No.")
		_, diags := p.Apply(t, p.None(resourceType), monthly)
		if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError {
			t.Errorf("got %s", diags)
		}
	})
}
