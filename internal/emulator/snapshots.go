package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

const (
	snapshotsPath        = clustersPath + "/{clusterName}/backup/snapshots"
	shardedSnapshotsPath = snapshotsPath + "/shardedClusters"
	shardedSnapshotPath  = snapshotsPath + "/shardedCluster/{snapshotId}"
)

// ProjectBackupCreator may take snapshots on demand.
const ProjectBackupCreator Role = "Project Backup Creator"

// snapshotCreators: that Project Backup Manager does not include this is unverified.
var snapshotCreators = []Role{ProjectBackupCreator, ProjectOwner}

var snapshotVersions = []version{{date: "2023-01-01"}}

// snapshotNoun has the dates of the Atlas Admin API documentation. That DELETE needs Project
// Backup Manager, and also removes a snapshot of a sharded cluster, is unverified.
var snapshotNoun = noun{
	routes: []route{
		{
			method: http.MethodPost, path: snapshotsPath, versions: snapshotVersions, roles: snapshotCreators, family: backupEndpoints,
			handle: upToDate((*Atlas).createSnapshot),
		},
		{
			method: http.MethodGet, path: snapshotsPath, versions: snapshotVersions, roles: anyRole, family: backupEndpoints,
			handle: upToDate((*Atlas).listSnapshots), exampleItem: exampleSnapshot,
		},
		{
			method: http.MethodGet, path: snapshotsPath + "/{snapshotId}", versions: snapshotVersions, roles: anyRole, family: backupEndpoints,
			handle: upToDate((*Atlas).getSnapshot),
		},
		{
			method: http.MethodDelete, path: snapshotsPath + "/{snapshotId}", versions: snapshotVersions, roles: backupManagers, family: backupEndpoints,
			handle: upToDate((*Atlas).deleteSnapshot),
		},
		{
			method: http.MethodGet, path: shardedSnapshotsPath, versions: snapshotVersions, roles: anyRole, family: backupEndpoints,
			handle: upToDate((*Atlas).listShardedSnapshots), exampleItem: exampleSnapshot,
		},
		{
			method: http.MethodGet, path: shardedSnapshotPath, versions: snapshotVersions, roles: anyRole, family: backupEndpoints,
			handle: upToDate((*Atlas).getShardedSnapshot),
		},
	},
	stateKey: snapshotsKey,
	newState: func() any { return new([]storedSnapshot) },
	control: map[string]func(*Atlas, http.ResponseWriter, *http.Request){
		"POST /emulator/snapshots": (*Atlas).postScheduledSnapshot,
	},
	presets: snapshotPresets,
}

const snapshotsKey = "snapshots"

// snapshots returns those of the project, oldest first.
func (p *project) snapshots() *[]storedSnapshot { return stateOf[[]storedSnapshot](p, snapshotsKey) }

// The values of status, snapshotType and type.
const (
	snapshotQueued     = "queued"
	snapshotInProgress = "inProgress"
	snapshotCompleted  = "completed"
	snapshotFailed     = "failed"

	snapshotOnDemand  = "onDemand"
	snapshotScheduled = "scheduled"
	snapshotFallback  = "fallback"

	typeReplicaSet     = "replicaSet"
	typeShardedCluster = "shardedCluster"
)

const frequencyOnDemand = "ondemand"

const day = 24 * time.Hour

// onDemandRetention is how long a snapshot on demand is kept if its POST does not say it:
// unverified.
const onDemandRetention = 7 * day

// maxRetentionDays is that of a snapshot on demand: unverified.
const maxRetentionDays = 36500

// Snapshot is a snapshot in the API's shape. Which fields are set depends on Status, and on
// whether the cluster is sharded. Slices are never changed in place.
type Snapshot struct {
	ID               string           `json:"id"`
	Status           string           `json:"status"`
	SnapshotType     string           `json:"snapshotType"`
	FrequencyType    string           `json:"frequencyType"`
	Type             string           `json:"type"`
	CreatedAt        time.Time        `json:"createdAt,omitzero"`
	ExpiresAt        time.Time        `json:"expiresAt,omitzero"`
	Description      string           `json:"description,omitempty"`
	StorageSizeBytes int64            `json:"storageSizeBytes"`
	MongodVersion    string           `json:"mongodVersion"`
	CloudProvider    string           `json:"cloudProvider,omitempty"`
	ReplicaSetName   string           `json:"replicaSetName,omitempty"` // of a replica set
	CopyRegions      []string         `json:"copyRegions"`
	PolicyItems      []string         `json:"policyItems"`
	Members          []SnapshotMember `json:"members,omitempty"`     // of a sharded cluster
	SnapshotIDs      []string         `json:"snapshotIds,omitempty"` // of a sharded cluster
}

// SnapshotMember is the snapshot of one shard.
type SnapshotMember struct {
	CloudProvider  string `json:"cloudProvider,omitempty"`
	ID             string `json:"id"`
	ReplicaSetName string `json:"replicaSetName"`
}

// storedSnapshot is a snapshot as the API shows it, and what becomes of it.
type storedSnapshot struct {
	ClusterName string        `json:"clusterName"`
	Snapshot    Snapshot      `json:"snapshot"`
	Retention   time.Duration `json:"retention,omitempty"` // in nanoseconds, until it is completed
	ExportTo    *exportTarget `json:"exportTo,omitempty"`  // when it is completed
	Course      *course       `json:"course,omitempty"`    // nil: it is finished
}

func isFinishedSnapshot(s storedSnapshot) bool { return s.Course == nil }

// Snapshots returns those of a cluster now, oldest first, as the API shows them. A project or
// cluster that does not exist has none.
func (a *Atlas) Snapshots(projectID, clusterName string) []Snapshot {
	a.mu.Lock()
	defer a.mu.Unlock()
	var found []Snapshot
	if p := a.projectUpToDate(projectID); p != nil {
		for _, stored := range *p.snapshots() {
			if stored.ClusterName == clusterName {
				found = append(found, stored.Snapshot)
			}
		}
	}
	return found
}

// AddSnapshot adds a snapshot without the API and its checks, as the newest, or replaces the
// one with its id, and returns it. Fields that are not set get values: it is completed now and
// on demand, unless FrequencyType is that of a schedule. A snapshot whose Status is queued or
// inProgress proceeds from now on by the pace of snapshots. If the project or the cluster does
// not exist, it is added.
func (a *Atlas) AddSnapshot(projectID, clusterName string, s Snapshot) Snapshot {
	a.changeUpToDate(func() { s = a.ensureProject(projectID).addSnapshot(a, clusterName, s) })
	return s
}

func (p *project) addSnapshot(a *Atlas, clusterName string, s Snapshot) Snapshot {
	cluster := p.ensureCluster(clusterName)
	now := time.Now()
	setDefault(&s.Status, snapshotCompleted)
	setDefault(&s.FrequencyType, frequencyOnDemand)
	if s.FrequencyType == frequencyOnDemand {
		setDefault(&s.SnapshotType, snapshotOnDemand)
	}
	setDefault(&s.SnapshotType, snapshotScheduled)
	s = s.shapedFor(cluster.Cluster, a.ids)
	stored := storedSnapshot{ClusterName: clusterName, Snapshot: s, Retention: onDemandRetention}
	if item, ok := p.schedule(cluster).policyItem(s.FrequencyType); ok {
		stored.Retention = item.retention()
	}
	switch s.Status {
	case snapshotQueued:
		stored.Course = a.paces.Snapshots.begin(now)
	case snapshotInProgress:
		stored.Course = a.paces.Snapshots.resume(now)
	case snapshotCompleted:
		stored.complete(*cluster, now)
	}
	snapshots := p.snapshots()
	*snapshots = put(forgetOldest(*snapshots, isFinishedSnapshot), stored, func(other storedSnapshot) bool { return other.Snapshot.ID == s.ID })
	return stored.Snapshot
}

// shapedFor returns s with what every snapshot of a cluster has from the start, unless it is set.
func (s Snapshot) shapedFor(c Cluster, ids objectIDs) Snapshot {
	setDefault(&s.ID, ids.next(time.Now()))
	setDefault(&s.MongodVersion, "8.0.12")
	s.CopyRegions = append([]string{}, s.CopyRegions...)
	s.PolicyItems = append([]string{}, s.PolicyItems...)
	if !c.isSharded() {
		setDefault(&s.Type, typeReplicaSet)
		setDefault(&s.ReplicaSetName, c.Name)
		return s
	}
	setDefault(&s.Type, typeShardedCluster)
	if len(s.Members) == 0 {
		for _, name := range c.replicaSets() {
			s.Members = append(s.Members, SnapshotMember{ID: ids.next(time.Now()), ReplicaSetName: name})
		}
	}
	if len(s.SnapshotIDs) == 0 {
		for _, member := range s.Members {
			s.SnapshotIDs = append(s.SnapshotIDs, member.ID)
		}
	}
	return s
}

// complete sets what a snapshot has only when it is completed, unless it is set: recorded.
// Unverified is that cloudProvider is missing until then, and that createdAt is the end of the
// state queued.
func (s *storedSnapshot) complete(c cluster, createdAt time.Time) {
	if s.Snapshot.CreatedAt.IsZero() {
		s.Snapshot.CreatedAt = inSeconds(createdAt)
	}
	if s.Snapshot.ExpiresAt.IsZero() {
		s.Snapshot.ExpiresAt = inSeconds(createdAt.Add(s.Retention))
	}
	if s.Snapshot.StorageSizeBytes == 0 {
		s.Snapshot.StorageSizeBytes = 16 << 20
	}
	setDefault(&s.Snapshot.CloudProvider, c.ProviderName)
	setDefault(&s.Snapshot.CloudProvider, aws)
	members := slices.Clone(s.Snapshot.Members)
	for i := range members {
		setDefault(&members[i].CloudProvider, s.Snapshot.CloudProvider)
	}
	s.Snapshot.Members, s.Snapshot.Status, s.Course = members, snapshotCompleted, nil
}

// beginSnapshot adds a snapshot of a cluster that begins now, and returns it.
func (p *project) beginSnapshot(a *Atlas, c *cluster, stored storedSnapshot) Snapshot {
	now := time.Now()
	stored.ClusterName = c.Name
	stored.Snapshot.Status = snapshotQueued
	stored.Snapshot.ExpiresAt = inSeconds(now.Add(stored.Retention))
	stored.Snapshot = stored.Snapshot.shapedFor(c.Cluster, a.ids)
	stored.Course = a.paces.Snapshots.begin(now)
	snapshots := p.snapshots()
	*snapshots = append(forgetOldest(*snapshots, isFinishedSnapshot), stored)
	return stored.Snapshot
}

// snapshotSteps returns the next step of each snapshot that is not finished.
func (a *Atlas) snapshotSteps(p *project) []step {
	var steps []step
	snapshots := *p.snapshots()
	for i := range snapshots {
		s := &snapshots[i]
		switch {
		case s.Course == nil:
		case s.Snapshot.Status == snapshotQueued:
			steps = append(steps, step{s.Course.StartsAt, func(time.Time) { s.Snapshot.Status = snapshotInProgress }})
		default:
			steps = append(steps, step{s.Course.endsAt(), func(at time.Time) { a.finishSnapshot(p, s, at) }})
		}
	}
	return steps
}

// finishSnapshot: what a failed snapshot has is unverified.
func (a *Atlas) finishSnapshot(p *project, s *storedSnapshot, at time.Time) {
	if s.Course.Outcome == snapshotFailed {
		s.Snapshot.Status, s.Course = snapshotFailed, nil
		return
	}
	s.Snapshot.ExpiresAt = time.Time{} // moves at completion: recorded
	s.complete(*p.ensureCluster(s.ClusterName), s.Course.StartsAt)
	if s.ExportTo != nil {
		p.beginExportJob(a, newExportJob{cluster: p.ensureCluster(s.ClusterName), snapshot: s.Snapshot, bucket: *s.ExportTo}, at)
		s.ExportTo = nil
	}
}

// forgetExpiredSnapshots: that Atlas removes a snapshot in the moment of its expiresAt is
// unverified.
func (p *project) forgetExpiredSnapshots(now time.Time) {
	snapshots := p.snapshots()
	*snapshots = slices.DeleteFunc(*snapshots, func(s storedSnapshot) bool {
		return s.Course == nil && !s.Snapshot.ExpiresAt.IsZero() && !now.Before(s.Snapshot.ExpiresAt)
	})
}

// findSnapshot returns a snapshot of a cluster, or SNAPSHOT_NOT_FOUND.
func (p *project) findSnapshot(clusterName, id string) (Snapshot, *failure) {
	for _, stored := range *p.snapshots() {
		if stored.ClusterName == clusterName && stored.Snapshot.ID == id {
			return stored.Snapshot, nil
		}
	}
	return Snapshot{}, snapshotNotFound(id, clusterName)
}

func inSeconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

func setDefault(value *string, byDefault string) {
	if *value == "" {
		*value = byDefault
	}
}

func snapshotNotFound(id, clusterName string) *failure {
	return newFailure(http.StatusNotFound, "SNAPSHOT_NOT_FOUND", fmt.Sprintf("No snapshot with ID %s exists for cluster %s.", id, clusterName), id, clusterName)
}

func unfinishedOnDemandSnapshot() *failure {
	return newFailure(http.StatusBadRequest, "UNFINISHED_ON_DEMAND_SNAPSHOT", "Another on-demand snapshot is queued or in progress.")
}

func snapshotPresets() nounPresets {
	return nounPresets{refusals: []Preset{
		{
			"snapshot-not-found", "404 SNAPSHOT_NOT_FOUND, as for a snapshot that has expired",
			refusal(snapshotNotFound("{snapshotId|64c0ffee00000000000000ee}", "Cluster0")),
		},
		{"unfinished-on-demand-snapshot", "400 UNFINISHED_ON_DEMAND_SNAPSHOT", refusal(unfinishedOnDemandSnapshot())},
	}}
}
