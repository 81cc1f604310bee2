package emulator_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// takeScheduled makes Cluster0 take a snapshot of a frequency.
func takeScheduled(t *testing.T, atlas *emulator.Atlas, frequency string) emulator.Snapshot {
	t.Helper()
	taken, err := atlas.TakeScheduledSnapshot(projectID, "Cluster0", frequency)
	if err != nil {
		t.Fatal(err)
	}
	return taken
}

// exportEvery makes Cluster0 export to a new bucket, whose id it returns.
func exportEvery(t *testing.T, atlas *emulator.Atlas, frequency string) string {
	t.Helper()
	id := create(t, atlas, awsBody)
	send(t, atlas, "PATCH", schedulePath, `{"autoExportEnabled":true,"export":`+export(id, frequency)+`}`).wantStatus(t, 200)
	return id
}

func TestScheduledSnapshotGoesThroughItsStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithCluster(t, emulator.Options{Paces: takesOf(time.Minute, time.Minute)})
		taken := takeScheduled(t, atlas, "weekly")
		if taken.Status != "queued" || taken.SnapshotType != "scheduled" || taken.FrequencyType != "weekly" || !taken.CreatedAt.IsZero() {
			t.Errorf("taken %+v", taken)
		}
		time.Sleep(2 * time.Minute)
		got := send(t, atlas, "GET", snapshotsPath+"/"+taken.ID, "").object(t)
		if got["status"] != "completed" || got["createdAt"] != "2000-01-01T00:01:00Z" || got["expiresAt"] != "2000-01-29T00:01:00Z" {
			t.Errorf("at the end %v", got)
		}
	})
}

func TestScheduledSnapshotFollowsItsPolicyItem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{Paces: &emulator.Paces{}})
		atlas.PutCluster(projectID, emulator.Cluster{Name: "Cluster0", ProviderName: "GCP"})
		for unit, want := range map[string]string{
			"days": "2000-01-04", "weeks": "2000-01-22", "months": "2000-03-31", "years": "2002-12-31",
		} {
			schedule := send(t, atlas, "PATCH", schedulePath, `{"policies":[{"policyItems":[
				{"frequencyType":"hourly","frequencyInterval":6,"retentionUnit":"days","retentionValue":9},
				{"id":"`+someID+`","frequencyType":"daily","frequencyInterval":1,"retentionUnit":"`+unit+`","retentionValue":3}]}]}`)
			schedule.wantStatus(t, 200)
			takeScheduled(t, atlas, "daily")
			snapshots := atlas.Snapshots(projectID, "Cluster0")
			got := snapshots[len(snapshots)-1]
			if got.ExpiresAt.Format(time.DateOnly) != want || fmt.Sprint(got.PolicyItems) != "["+someID+"]" || got.CloudProvider != "GCP" {
				t.Errorf("%s: %+v, want it to expire at %s", unit, got, want)
			}
			added := atlas.AddSnapshot(projectID, "Cluster0", emulator.Snapshot{FrequencyType: "daily"})
			if added.ExpiresAt.Format(time.DateOnly) != want {
				t.Errorf("%s: added %+v, want it to expire at %s", unit, added, want)
			}
		}
		send(t, atlas, "DELETE", schedulePath, "").wantStatus(t, 200)
		if taken, err := atlas.TakeScheduledSnapshot(projectID, "Cluster0", "daily"); err == nil {
			t.Errorf("took %+v without a policy item", taken)
		}
	})
}

func TestAutoExportExportsSnapshotsOfItsFrequency(t *testing.T) {
	for exported, frequencies := range map[string]string{
		"daily":   "daily",
		"weekly":  "weekly monthly yearly",
		"monthly": "monthly",
		"yearly":  "yearly",
		"":        "",
	} {
		for _, frequency := range []string{"hourly", "daily", "weekly", "monthly", "yearly"} {
			t.Run(exported+" of "+frequency, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					atlas := newAtlasWithCluster(t, emulator.Options{Paces: takesOf(0, time.Minute)})
					bucket := ""
					if exported != "" {
						bucket = exportEvery(t, atlas, exported)
					}
					snapshot := takeScheduled(t, atlas, frequency)
					time.Sleep(time.Minute - 1)
					if jobs := atlas.ExportJobs(projectID, "Cluster0"); len(jobs) != 0 {
						t.Fatalf("jobs %+v before the snapshot is completed", jobs)
					}
					time.Sleep(time.Nanosecond)
					jobs := atlas.ExportJobs(projectID, "Cluster0")
					if !strings.Contains(frequencies, frequency) {
						if len(jobs) != 0 {
							t.Errorf("jobs %+v, want none", jobs)
						}
						return
					}
					if len(jobs) != 1 || jobs[0].SnapshotID != snapshot.ID || jobs[0].ExportBucketID != bucket || jobs[0].State != "InProgress" {
						t.Errorf("jobs %+v, want one of %s to %s", jobs, snapshot.ID, bucket)
					}
				})
			})
		}
	}
}

// Nobody has to look at the moment in which the snapshot is completed.
func TestAutoExportBeginsWhenTheSnapshotIsCompleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithCluster(t, emulator.Options{Paces: takesOf(time.Minute, time.Minute)})
		exportEvery(t, atlas, "monthly")
		takeScheduled(t, atlas, "monthly")
		time.Sleep(time.Hour)
		job := atlas.ExportJobs(projectID, "Cluster0")[0]
		if got := fmt.Sprint(job.State, " ", job.CreatedAt.Format(time.TimeOnly), " ", job.FinishedAt.Format(time.TimeOnly)); got != "Successful 00:02:00 00:04:00" {
			t.Errorf("job %s", got)
		}
	})
}

func TestNothingIsExportedAutomaticallyOfAFailedSnapshotOrToNoBucket(t *testing.T) {
	for name, edit := range map[string]func(*testing.T, *emulator.Atlas){
		"failed": func(t *testing.T, atlas *emulator.Atlas) {
			setPaces(t, atlas, takesOf(0, 0), func(p *emulator.Paces) { p.Snapshots.Outcome = "failed" })
		},
		"switched off": func(_ *testing.T, atlas *emulator.Atlas) { atlas.SetAutoExport(projectID, "Cluster0", "") },
		"no bucket": func(_ *testing.T, atlas *emulator.Atlas) {
			atlas.RemoveExportBucket(projectID, atlas.AutoExport(projectID, "Cluster0"))
		},
		"nothing": nil,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				atlas := newAtlasWithCluster(t, emulator.Options{})
				exportEvery(t, atlas, "monthly")
				want := 1
				if edit != nil {
					edit(t, atlas)
					want = 0
				}
				takeScheduled(t, atlas, "monthly")
				time.Sleep(time.Hour)
				if jobs := atlas.ExportJobs(projectID, "Cluster0"); len(jobs) != want {
					t.Errorf("jobs %+v, want %d", jobs, want)
				}
			})
		})
	}
}

func TestAutoExportWritesItsFilesAndIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := emulator.Options{StateFile: filepath.Join(t.TempDir(), "state.json"), ExportsDir: t.TempDir(), Paces: takesOf(time.Minute, time.Minute)}
		atlas := newAtlasWithCluster(t, opts)
		exportEvery(t, atlas, "daily")
		takeScheduled(t, atlas, "daily")
		opts.ExportsDir = t.TempDir()
		newAtlas(t, opts)
		time.Sleep(time.Hour) // nobody asks
		if got := namesIn(t, opts.ExportsDir, ""); len(got) != 6 {
			t.Errorf("files after a restart %v", got)
		}
		opts.StateFile, opts.ExportsDir = "", t.TempDir()
		atlas = newAtlasWithCluster(t, opts)
		exportEvery(t, atlas, "daily")
		takeScheduled(t, atlas, "daily")
		time.Sleep(time.Hour)
		if got := namesIn(t, opts.ExportsDir, ""); len(got) != 6 {
			t.Errorf("files %v", got)
		}
	})
}

func TestScheduledSnapshotThatCannotBeIsAnError(t *testing.T) {
	atlas := newAtlasWithCluster(t, emulator.Options{})
	atlas.PutCluster(projectID, emulator.Cluster{Name: "Flex", ClusterType: emulator.Flex})
	for _, tc := range []struct{ projectID, cluster, frequency, says string }{
		{"5e2211c17a3e5a48f5497de4", "Cluster0", "daily", `project "5e2211c17a3e5a48f5497de4" does not exist`},
		{projectID, "Cluster9", "daily", "No cluster named Cluster9 exists"},
		{projectID, "Flex", "daily", "Flex cluster Flex cannot be used"},
		{projectID, "Cluster0", "ondemand", `the backup schedule of Cluster0 has no policy item of frequencyType "ondemand"`},
	} {
		if taken, err := atlas.TakeScheduledSnapshot(tc.projectID, tc.cluster, tc.frequency); err == nil || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("took %+v, %v, want %s", taken, err, tc.says)
		}
	}
}
