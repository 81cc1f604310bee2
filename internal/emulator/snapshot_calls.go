package emulator

import (
	"fmt"
	"slices"
	"time"
)

// snapshotAnswer is a snapshot in an answer. That the items of a list have links too is
// unverified.
type snapshotAnswer struct {
	Snapshot
	Links []link `json:"links"`
}

func (c *call) answerWithSnapshot(s Snapshot) snapshotAnswer {
	self := snapshotsPath + "/"
	if s.Type == typeShardedCluster {
		self += "shardedCluster/"
	}
	return snapshotAnswer{Snapshot: s, Links: []link{
		c.link("self", self+s.ID),
		c.link("https://cloud.mongodb.com/cluster", clustersPath+"/{clusterName}"),
	}}
}

// createSnapshot answers with a snapshot that is queued: recorded. That only a snapshot of the same
// cluster is in its way, and the range of retentionInDays, is unverified.
func (a *Atlas) createSnapshot(c *call) (any, *failure) {
	cluster, f := c.cluster()
	if f != nil {
		return nil, f
	}
	in, f := decodeAttributes(c.body)
	if f != nil {
		return nil, f
	}
	if f := in.allow("description", "retentionInDays"); f != nil {
		return nil, f
	}
	stored := storedSnapshot{
		Snapshot:  Snapshot{SnapshotType: snapshotOnDemand, FrequencyType: frequencyOnDemand},
		Retention: onDemandRetention,
	}
	if f := in.decode("description", &stored.Snapshot.Description); f != nil {
		return nil, f
	}
	if in.has("retentionInDays") {
		days := 0
		if f := in.decode("retentionInDays", &days); f != nil {
			return nil, f
		}
		if days < 1 || days > maxRetentionDays {
			return nil, validationError(violation{Field: "retentionInDays", Description: fmt.Sprint("must be between 1 and ", maxRetentionDays)})
		}
		stored.Retention = day * time.Duration(days)
	}
	if slices.ContainsFunc(*c.project.snapshots(), func(s storedSnapshot) bool {
		return s.ClusterName == cluster.Name && s.Course != nil && s.Snapshot.SnapshotType == snapshotOnDemand
	}) {
		return nil, unfinishedOnDemandSnapshot()
	}
	return c.answerWithSnapshot(c.project.beginSnapshot(a, cluster, stored)), nil
}

// listSnapshots has those of a replica set only. That those of a sharded cluster are elsewhere
// only is unverified.
func (a *Atlas) listSnapshots(c *call) (any, *failure) {
	answers, f := c.snapshotsOfType(typeReplicaSet)
	if f != nil {
		return nil, f
	}
	return paginate(c, answers, func(answer snapshotAnswer) string { return answer.ID })
}

// listShardedSnapshots takes no paging parameters. That the answer has the shape of a page is
// unverified.
func (a *Atlas) listShardedSnapshots(c *call) (any, *failure) {
	answers, f := c.snapshotsOfType(typeShardedCluster)
	if f != nil {
		return nil, f
	}
	return page{Links: []link{c.link("self", shardedSnapshotsPath)}, Results: answers, TotalCount: len(answers)}, nil
}

func (c *call) snapshotsOfType(snapshotType string) ([]snapshotAnswer, *failure) {
	cluster, f := c.cluster()
	if f != nil {
		return nil, f
	}
	answers := []snapshotAnswer{}
	for _, stored := range *c.project.snapshots() {
		if stored.ClusterName == cluster.Name && stored.Snapshot.Type == snapshotType {
			answers = append(answers, c.answerWithSnapshot(stored.Snapshot))
		}
	}
	return answers, nil
}

func (a *Atlas) getSnapshot(c *call) (any, *failure) { return c.snapshotOfType(typeReplicaSet) }

func (a *Atlas) getShardedSnapshot(c *call) (any, *failure) {
	return c.snapshotOfType(typeShardedCluster)
}

// snapshotOfType answers with the snapshot that the path names. That a snapshot of another type is
// not found is unverified.
func (c *call) snapshotOfType(snapshotType string) (any, *failure) {
	cluster, f := c.cluster()
	if f != nil {
		return nil, f
	}
	id := c.pathValues["snapshotId"]
	found, f := c.project.findSnapshot(cluster.Name, id)
	if f != nil {
		return nil, f
	}
	if found.Type != snapshotType {
		return nil, snapshotNotFound(id, cluster.Name)
	}
	return c.answerWithSnapshot(found), nil
}

// deleteSnapshot answers 204: unverified. It also removes a snapshot that is not finished, or that
// is being exported: unverified.
func (a *Atlas) deleteSnapshot(c *call) (any, *failure) {
	cluster, f := c.cluster()
	if f != nil {
		return nil, f
	}
	found, f := c.project.findSnapshot(cluster.Name, c.pathValues["snapshotId"])
	if f != nil {
		return nil, f
	}
	snapshots := c.project.snapshots()
	*snapshots = slices.DeleteFunc(*snapshots, func(s storedSnapshot) bool { return s.Snapshot.ID == found.ID })
	return nil, nil
}

func exampleSnapshot(_, id string) any {
	stored := storedSnapshot{
		Snapshot:  Snapshot{ID: id, SnapshotType: snapshotScheduled, FrequencyType: "daily", Type: typeReplicaSet, ReplicaSetName: "Cluster0"},
		Retention: 7 * day,
	}
	stored.complete(cluster{}, time.Now())
	return snapshotAnswer{Snapshot: stored.Snapshot, Links: []link{}}
}
