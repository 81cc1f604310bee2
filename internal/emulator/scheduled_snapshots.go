package emulator

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// exportTarget is the export bucket of a job, which keeps its name when the bucket is deleted.
type exportTarget struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// TakeScheduledSnapshot makes a cluster take a snapshot now, as if its schedule had said so: it
// has no clock of its own. frequency is hourly, daily, weekly, monthly or yearly. If the auto
// export of the cluster is for that frequency, an export job begins when the snapshot is
// completed. The snapshot proceeds by the pace of snapshots.
//
// TakeScheduledSnapshot fails if the schedule has no policy item of that frequency, because Atlas
// then takes no such snapshot.
func (a *Atlas) TakeScheduledSnapshot(projectID, clusterName, frequency string) (Snapshot, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.advance(); err != nil {
		return Snapshot{}, err
	}
	p := a.projects[projectID]
	if p == nil {
		return Snapshot{}, fmt.Errorf("project %q does not exist", projectID)
	}
	cluster, f := p.cluster(clusterName)
	if f != nil {
		return Snapshot{}, errors.New(f.Detail)
	}
	if cluster.ClusterType == Flex {
		return Snapshot{}, errors.New(cannotUseFlexCluster(clusterName).Detail)
	}
	item, ok := p.schedule(cluster).policyItem(frequency)
	if !ok {
		return Snapshot{}, fmt.Errorf("the backup schedule of %s has no policy item of frequencyType %q, so it takes no such snapshot", clusterName, frequency)
	}
	if unfinished := len(*p.snapshots()); unfinished >= maxKept && !slices.ContainsFunc(*p.snapshots(), isFinishedSnapshot) {
		return Snapshot{}, fmt.Errorf("%d snapshots are not finished, and no more are possible", unfinished)
	}
	taken := p.beginSnapshot(a, cluster, storedSnapshot{
		Snapshot:  Snapshot{SnapshotType: snapshotScheduled, FrequencyType: frequency, PolicyItems: []string{item.ID}},
		Retention: item.retention(),
		ExportTo:  p.autoExportTarget(cluster.Schedule, frequency),
	})
	a.arm()
	return taken, a.save()
}

// autoExportTarget returns where a schedule exports its snapshots of a frequency to, or nil if it
// exports none. What Atlas does if the bucket no longer exists is unverified.
func (p *project) autoExportTarget(schedule backupSchedule, frequency string) *exportTarget {
	id := schedule.autoExport()
	if id == "" || !exportsFrequency(schedule.Export.FrequencyType, frequency) {
		return nil
	}
	bucket, f := p.exportBucket(id)
	if f != nil {
		return nil
	}
	return &exportTarget{ID: id, Name: bucket.Bucket.BucketName}
}

// exportsFrequency tells whether an auto export of one frequency exports snapshots of another.
func exportsFrequency(exported, frequency string) bool {
	return exported == frequency || exported == "weekly" && (frequency == "monthly" || frequency == "yearly")
}

// policyItem returns the first item of a frequency.
func (s backupSchedule) policyItem(frequency string) (policyItem, bool) {
	for _, policy := range s.Policies {
		for _, item := range policy.PolicyItems {
			if item.FrequencyType == frequency {
				return item, true
			}
		}
	}
	return policyItem{}, false
}

// retention returns how long a snapshot is kept, at most a hundred units. That a month has 30 days,
// and a year 365, is unverified.
func (i policyItem) retention() time.Duration {
	days := map[string]int{"days": 1, "weeks": 7, "months": 30, "years": 365}[i.RetentionUnit]
	return day * time.Duration(days*min(i.RetentionValue, 100))
}
