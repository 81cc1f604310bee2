package emulator_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestClusterHasAsManyShardsAsItIsGiven(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, tc := range []struct{ cluster, zones string }{
		{`"shards":9`, "[Zone 1]"},
		{`"clusterType":"SHARDED"`, "[Zone 1 Zone 1]"},
		{`"clusterType":"SHARDED","shards":1`, "[Zone 1]"},
		{`"clusterType":"GEOSHARDED","shards":3`, "[Zone 1 Zone 2 Zone 3]"},
	} {
		control(t, atlas, "POST", newClusterPath, `{"projectId":"`+projectID+`","name":"Cluster0",`+tc.cluster+`}`).wantStatus(t, 204)
		var zones []string
		for _, spec := range send(t, atlas, "GET", clustersPath+"/Cluster0", "").wantStatus(t, 200).object(t)["replicationSpecs"].([]any) {
			zones = append(zones, spec.(map[string]any)["zoneName"].(string))
		}
		if fmt.Sprint(zones) != tc.zones {
			t.Errorf("%s: zones %v, want %s", tc.cluster, zones, tc.zones)
		}
	}
}

func TestClusterWithTooManyContentsIsRefused(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for cluster, says := range map[string]string{
		`"shards":-1`:       "shards -1 is not between 0 and 50",
		`"shards":51`:       "shards 51 is not between 0 and 50",
		`"collections":-2`:  "collections -2 is not between -1 and 100",
		`"collections":101`: "collections 101 is not between -1 and 100",
	} {
		got := control(t, atlas, "POST", newClusterPath, `{"projectId":"`+projectID+`","name":"Cluster0",`+cluster+`}`).wantStatus(t, 400)
		if !strings.Contains(got.text, says) {
			t.Errorf("%s: %s, want %s", cluster, got.text, says)
		}
	}
	for _, cluster := range []string{`"shards":50`, `"collections":-1`, `"collections":100`} {
		control(t, atlas, "POST", newClusterPath, `{"projectId":"`+projectID+`","name":"Cluster0",`+cluster+`}`).wantStatus(t, 204)
	}
}
