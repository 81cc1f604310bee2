package cluster_test

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	typeName     = "atlasbackup_clusters"
	clustersPath = "/api/atlas/v2/groups/*/clusters"
)

var project = acctest.Values{"project_id": acctest.ProjectID}

func inBubble(t *testing.T, test func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlas(t, emulator.Options{})
		test(t, atlas, acctest.NewProvider(t, atlas, acctest.ServiceAccount))
	})
}

// read returns the results.
func read(t *testing.T, p *acctest.Provider) []any {
	t.Helper()
	found, diags := p.ReadDataSource(t, typeName, project)
	diags.RequireNone(t)
	results, ok := found["results"].([]any)
	if !ok {
		t.Fatalf("the results are %v", found["results"])
	}
	return results
}

func TestClustersSayWhetherTheyCanExport(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		// In the order of their names, and added in another one.
		want := []struct {
			cluster     emulator.Cluster
			clusterType string
			stateName   string
			reason      any // nil if it can export
		}{
			{emulator.Cluster{Name: "A-0"}, "REPLICASET", "IDLE", nil},
			{emulator.Cluster{Name: "a"}, "REPLICASET", "IDLE", nil},
			{emulator.Cluster{Name: "a-0", ProviderName: "AZURE", ClusterType: emulator.ReplicaSet}, "REPLICASET", "IDLE", nil},
			{emulator.Cluster{Name: "b", ProviderName: "GCP", ClusterType: emulator.Sharded}, "SHARDED", "IDLE", nil},
			{emulator.Cluster{Name: "c", ClusterType: emulator.GeoSharded}, "GEOSHARDED", "IDLE", nil},
			{emulator.Cluster{Name: "d", Paused: true}, "REPLICASET", "IDLE", nil},
			{emulator.Cluster{Name: "e", StateName: "CREATING"}, "REPLICASET", "CREATING", nil},
			{emulator.Cluster{Name: "f", StateName: "UPDATING"}, "REPLICASET", "UPDATING", nil},
			{emulator.Cluster{Name: "g", BackupDisabled: true}, "REPLICASET", "IDLE", "its backup is off"},
			{emulator.Cluster{Name: "h", Paused: true, BackupDisabled: true}, "REPLICASET", "IDLE", "its backup is off"},
			{emulator.Cluster{Name: "i", StateName: "DELETING", BackupDisabled: true}, "REPLICASET", "DELETING", "it is being deleted"},
			{emulator.Cluster{Name: "j", StateName: "DELETED"}, "REPLICASET", "DELETED", "it is being deleted"},
			{emulator.Cluster{Name: "k", ProviderName: "FLEX", BackupDisabled: true}, "REPLICASET", "IDLE", "it is a flex cluster, which cannot export"},
			{emulator.Cluster{Name: "l", ProviderName: "FLEX"}, "REPLICASET", "IDLE", "it is a flex cluster, which cannot export"},
			{emulator.Cluster{Name: "m", ProviderName: "TENANT", BackupDisabled: true}, "REPLICASET", "IDLE", "it is a free or shared cluster, which cannot export"},
		}
		for i := range want {
			atlas.PutCluster(acctest.ProjectID, want[(i*7+3)%len(want)].cluster)
		}
		results := read(t, p)
		if len(results) != len(want) {
			t.Fatalf("%d results, want %d", len(results), len(want))
		}
		for i, c := range want {
			attributes := acctest.Values{
				"name": c.cluster.Name, "cluster_type": c.clusterType, "state_name": c.stateName, "paused": c.cluster.Paused,
				"backup_enabled": !c.cluster.BackupDisabled, "can_export": c.reason == nil, "reason": c.reason,
			}
			if !reflect.DeepEqual(results[i], attributes) {
				t.Errorf("number %d is %v, want %v", i+1, results[i], attributes)
			}
		}
	})
}

// A cluster in several regions has several providers.
func TestAClusterIsOfTheKindOfAnyOfItsRegions(t *testing.T) {
	const list = `{"totalCount":2,"results":[
		{"name":"multi","backupEnabled":true,"replicationSpecs":[{"regionConfigs":[{"providerName":"AWS"},{"providerName":"GCP"}]},{"regionConfigs":[{"providerName":"AZURE"}]}]},
		{"name":"flex","backupEnabled":true,"replicationSpecs":[{"regionConfigs":[]},{"regionConfigs":[{"providerName":"AWS"},{"providerName":"FLEX"}]}]}]}`
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					_, _ = w.Write([]byte(list))
					return
				}
				next.ServeHTTP(w, r)
			})
		})
		results := read(t, acctest.NewProvider(t, atlas, acctest.ServiceAccount))
		want := []any{
			acctest.Values{"name": "flex", "cluster_type": nil, "state_name": nil, "paused": false, "backup_enabled": true, "can_export": false,
				"reason": "it is a flex cluster, which cannot export"},
			acctest.Values{"name": "multi", "cluster_type": nil, "state_name": nil, "paused": false, "backup_enabled": true, "can_export": true, "reason": nil},
		}
		if !reflect.DeepEqual(results, want) {
			t.Errorf("got %v, want %v", results, want)
		}
	})
}

func TestAProjectWithoutClustersHasAnEmptyList(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: "flex", ClusterType: emulator.Flex}) // not in Atlas' list
		if results := read(t, p); len(results) != 0 {
			t.Errorf("got %v", results)
		}
	})
}

func TestClustersTakeOneRequestForAPage(t *testing.T) {
	for clusters, want := range map[int]int{1: 1, 10: 1, 100: 1, 101: 4, 200: 4} { // several pages are read twice
		inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			for i := range clusters {
				atlas.AddCluster(acctest.ProjectID, fmt.Sprintf("cluster-%03d", i))
			}
			if results := read(t, p); len(results) != clusters {
				t.Errorf("%d results, want %d", len(results), clusters)
			}
			if gets := atlas.Count(http.MethodGet); gets != want {
				t.Errorf("%d clusters: %d GETs, want %d", clusters, gets, want)
			}
		})
	}
}

func TestAnIncompleteListIsAWarning(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		atlas.AddCluster(acctest.ProjectID, "a")
		atlas.AddCluster(acctest.ProjectID, "b")
		faulttest.SetFault(t, atlas, "list-truncated", http.MethodGet, clustersPath, -1)
		found, diags := p.ReadDataSource(t, typeName, project)
		diags.RequireWarning(t, "", "Clusters of project "+acctest.ProjectID+" may be missing", "Atlas shows 1 clusters, and counts more.", "do not delete anything")
		if results := found["results"].([]any); len(results) != 1 {
			t.Errorf("got %v", results)
		}

		atlas.ClearFaults()
		faulttest.SetFault(t, atlas, "list-truncated", http.MethodGet, clustersPath, 2)
		if results := read(t, p); len(results) != 2 {
			t.Errorf("after two incomplete answers: %v", results)
		}
	})
}

func TestReadingReportsWhatFailedAtItsArgument(t *testing.T) {
	for preset, c := range map[string]struct {
		argument  string
		fragments []string
	}{
		"group-not-found":    {"project_id", []string{"Check project_id", "HTTP 404 GROUP_NOT_FOUND, GET"}},
		"user-unauthorized":  {"", []string{"Project Read Only", "HTTP 401 USER_UNAUTHORIZED, GET"}},
		"resource-not-found": {"", []string{"Check base_url", "HTTP 404 RESOURCE_NOT_FOUND, GET"}},
	} {
		inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			faulttest.SetFault(t, atlas, preset, http.MethodGet, clustersPath, -1)
			_, diags := p.ReadDataSource(t, typeName, project)
			diags.RequireError(t, c.argument, append(c.fragments, "Clusters not read")...)
		})
	}
}

func TestReadingEndsAtItsTimeoutAndWithItsContext(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		faulttest.SetFault(t, atlas, "hold", http.MethodGet, clustersPath, -1)
		for limit, want := range map[any]time.Duration{"7s": 7 * time.Second, "1ns": 5 * time.Second, nil: 5 * time.Minute} {
			start := time.Now() // the bubble's
			_, diags := p.ReadDataSource(t, typeName, project.With(acctest.Values{"timeouts": acctest.Values{"read": limit}}))
			diags.RequireError(t, "", "Clusters not read", "Atlas did not answer in time.", "timeouts")
			if took := time.Since(start); took != want {
				t.Errorf("with %v it took %s, want %s", limit, took, want)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, diags := p.WithContext(ctx).ReadDataSource(t, typeName, project)
		diags.RequireError(t, "", "cancelled before Atlas answered")
	})
}

func TestReadingReportsThatThereIsNoCredential(t *testing.T) {
	acctest.ClearEnvironment(t)
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, _ *acctest.Provider) {
		p, diags := acctest.ConfigureProvider(t, atlas, acctest.Values{"base_url": atlas.URL})
		diags.RequireNone(t)
		_, diags = p.ReadDataSource(t, typeName, project)
		diags.RequireError(t, "", "No Atlas credential", "MONGODB_ATLAS_CLIENT_ID")
	})
}

func TestValidate(t *testing.T) {
	p := acctest.Unconfigured(t)
	for argument, change := range map[string]acctest.Values{
		"project_id": {"project_id": "backups"}, "timeouts.read": {"timeouts": acctest.Values{"read": "0s"}},
	} {
		p.ValidateDataSource(t, typeName, project.With(change)).RequireError(t, argument, "Invalid "+argument)
	}
	for _, config := range []acctest.Values{
		project, project.With(acctest.Values{"timeouts": acctest.Values{"read": "1m"}}), {"project_id": acctest.Unknown, "timeouts": acctest.Unknown},
	} {
		p.ValidateDataSource(t, typeName, config).RequireNone(t)
	}
}
