package exportjob_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const pluralType = "atlasbackup_export_jobs"

func TestDataSourceFindsAJobByItsID(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(time.Minute, "Failed")
		job, _ := f.p.Apply(t, f.p.None(resourceType), f.config().With(acctest.Values{"custom_data": acctest.Values{"env": "prod"}}))
		found, diags := f.p.ReadDataSource(t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "cluster_name": cluster, "id": job.Get(t, "id")})
		diags.RequireNone(t)
		for name, value := range found {
			if want := job.Get(t, name); fmt.Sprint(value) != fmt.Sprint(want) {
				t.Errorf("%s is %v, want %v", name, value, want)
			}
		}
		_, diags = f.p.ReadDataSource(t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "cluster_name": cluster, "id": f.snapshot.ID})
		diags.RequireError(t, "id", "Export job not found", f.snapshot.ID, "HTTP 404")
		_, diags = f.p.ReadDataSource(t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "cluster_name": "nothing", "id": f.snapshot.ID})
		diags.RequireError(t, "cluster_name", "Check cluster_name")
	})
}

func TestDataSourceListsJobsNewestFirst(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		add := func(job emulator.ExportJob) string {
			time.Sleep(time.Hour)
			return f.atlas.AddExportJob(acctest.ProjectID, cluster, job).ID
		}
		other := f.atlas.AddSnapshot(acctest.ProjectID, cluster, emulator.Snapshot{}).ID
		bucket := addBucket(f.atlas, "elsewhere")
		first := add(emulator.ExportJob{SnapshotID: f.snapshot.ID, ExportBucketID: f.bucketID})
		second := add(emulator.ExportJob{SnapshotID: other, ExportBucketID: f.bucketID, State: "Failed"})
		third := add(emulator.ExportJob{SnapshotID: f.snapshot.ID, ExportBucketID: bucket})
		backdated := add(emulator.ExportJob{SnapshotID: f.snapshot.ID, ExportBucketID: bucket, CreatedAt: time.Now().Add(-24 * time.Hour)})
		for name, c := range map[string]struct {
			filter acctest.Values
			want   []string
		}{
			"all":      {nil, []string{third, second, first, backdated}},
			"bucket":   {acctest.Values{"export_bucket_id": f.bucketID}, []string{second, first}},
			"snapshot": {acctest.Values{"snapshot_id": f.snapshot.ID}, []string{third, first, backdated}},
			"state":    {acctest.Values{"state": "Failed"}, []string{second}},
			"both":     {acctest.Values{"state": "Successful", "export_bucket_id": f.bucketID}, []string{first}},
			"none":     {acctest.Values{"state": "Queued"}, nil},
		} {
			found, diags := f.p.ReadDataSource(t, pluralType, acctest.Values{"project_id": acctest.ProjectID, "cluster_name": cluster}.With(c.filter))
			diags.RequireNone(t)
			var got []string
			for _, result := range found["results"].([]any) {
				got = append(got, result.(acctest.Values)["id"].(string))
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%s: got %v, want %v", name, got, c.want)
			}
		}
	})
}
