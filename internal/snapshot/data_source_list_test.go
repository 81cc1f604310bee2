package snapshot_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	dataSource = "atlasbackup_snapshots"
	cluster    = "orders"
)

func inBubble(t *testing.T, test func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlas(t, emulator.Options{})
		test(t, atlas, acctest.NewProvider(t, atlas, acctest.ReadOnly))
	})
}

func results(t *testing.T, p *acctest.Provider, filter acctest.Values) (results []acctest.Values) {
	t.Helper()
	found, diags := p.ReadDataSource(t, dataSource, acctest.Values{"project_id": acctest.ProjectID, "cluster_name": cluster}.With(filter))
	diags.RequireNone(t)
	for _, result := range found["results"].([]any) {
		results = append(results, result.(acctest.Values))
	}
	return results
}

func TestSnapshotsAreFilteredAndNewestFirst(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		add := func(s emulator.Snapshot) string {
			time.Sleep(time.Minute)
			return atlas.AddSnapshot(acctest.ProjectID, cluster, s).ID
		}
		monthly := add(emulator.Snapshot{FrequencyType: "monthly"})
		old := add(emulator.Snapshot{CreatedAt: time.Now().Add(-48 * time.Hour)})
		failed := add(emulator.Snapshot{Status: "failed"})
		fallback := add(emulator.Snapshot{SnapshotType: "fallback"})
		for name, c := range map[string]struct {
			filter acctest.Values
			want   []string
		}{
			"all":            {nil, []string{fallback, failed, monthly, old}},
			"exportable":     {acctest.Values{"exportable": true}, []string{monthly, old}},
			"not exportable": {acctest.Values{"exportable": false}, []string{fallback, failed}},
			"status":         {acctest.Values{"status": "failed"}, []string{failed}},
			"type":           {acctest.Values{"snapshot_type": "scheduled"}, []string{monthly}},
			"age":            {acctest.Values{"max_age": "24h"}, []string{fallback, failed, monthly}},
			"none":           {acctest.Values{"status": "queued"}, nil},
		} {
			var got []string
			for _, one := range results(t, p, c.filter) {
				got = append(got, one["id"].(string))
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%s: got %v, want %v", name, got, c.want)
			}
		}
	})
}

func TestSnapshotHasWhatAtlasShows(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		made := atlas.AddSnapshot(acctest.ProjectID, cluster, emulator.Snapshot{Description: "before the upgrade"})
		got := results(t, p, nil)
		if len(got) != 1 {
			t.Fatalf("got %v", got)
		}
		for name, want := range map[string]any{
			"id": made.ID, "status": "completed", "snapshot_type": "onDemand", "frequency_type": "ondemand", "type": "replicaSet",
			"created_at": made.CreatedAt.Format(time.RFC3339), "expires_at": made.ExpiresAt.Format(time.RFC3339), "description": "before the upgrade",
			"storage_size_bytes": made.StorageSizeBytes, "mongod_version": made.MongodVersion, "cloud_provider": "AWS", "exportable": true,
		} {
			if got[0][name] != want {
				t.Errorf("%s is %v, want %v", name, got[0][name], want)
			}
		}
	})
}

func TestSnapshotThatIsNotCompletedHasNoTime(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		atlas.AddSnapshot(acctest.ProjectID, cluster, emulator.Snapshot{Status: "queued"})
		got := results(t, p, nil)
		if len(got) != 1 || got[0]["created_at"] != nil || got[0]["cloud_provider"] != nil || got[0]["exportable"] != false || got[0]["status"] != "queued" {
			t.Errorf("got %v", got)
		}
	})
}

func TestSnapshotsOfAShardedClusterHaveAListOfTheirOwn(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		for _, clusterType := range []string{"SHARDED", "GEOSHARDED"} {
			atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: clusterType, ClusterType: clusterType})
			made := atlas.AddSnapshot(acctest.ProjectID, clusterType, emulator.Snapshot{})
			got := results(t, p, acctest.Values{"cluster_name": clusterType})
			if len(got) != 1 || got[0]["id"] != made.ID || got[0]["type"] != "shardedCluster" {
				t.Errorf("%s: got %v", clusterType, got)
			}
			requests := atlas.Requests()
			if last := requests[len(requests)-1]; !strings.HasSuffix(last.Path, "/shardedClusters") || last.Query != "" {
				t.Errorf("%s: the list takes no parameters, and was asked for with %q", clusterType, last.Query)
			}
		}
	})
}

func TestErrorIsAtTheArgument(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		_, diags := p.ReadDataSource(t, dataSource, acctest.Values{"project_id": acctest.ProjectID, "cluster_name": "nothing"})
		diags.RequireError(t, "cluster_name", "Snapshots not read", "CLUSTER_NOT_FOUND")
		_, diags = p.ReadDataSource(t, dataSource, acctest.Values{"project_id": acctest.ProjectID[1:] + "0", "cluster_name": cluster})
		diags.RequireError(t, "project_id", "GROUP_NOT_FOUND")
	})
}

func TestArgumentsAreValidated(t *testing.T) {
	p := acctest.Unconfigured(t)
	valid := acctest.Values{"project_id": acctest.ProjectID, "cluster_name": cluster}
	p.ValidateDataSource(t, dataSource, valid).RequireNone(t)
	for name, c := range map[string]struct{ value, says string }{
		"project_id":    {"x", "the id of the Atlas project"},
		"cluster_name":  {"x y", "letters, digits and hyphens"},
		"status":        {"Completed", `write it as "completed"`},
		"snapshot_type": {"daily", `write "onDemand", "scheduled" or "fallback"`},
		"max_age":       {"7d", "write a positive duration"},
	} {
		p.ValidateDataSource(t, dataSource, valid.With(acctest.Values{name: c.value})).RequireError(t, name, c.says)
	}
}
