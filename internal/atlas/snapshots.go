package atlas

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Codes of answers about a snapshot, as documented and recorded.
const (
	CodeSnapshotNotFound           = "SNAPSHOT_NOT_FOUND"
	CodeUnfinishedOnDemandSnapshot = "UNFINISHED_ON_DEMAND_SNAPSHOT"
)

const versionSnapshot = "2023-01-01"

// The values of Snapshot.Status and Snapshot.SnapshotType (documented).
const (
	SnapshotQueued     = "queued"
	SnapshotInProgress = "inProgress"
	SnapshotCompleted  = "completed"
	SnapshotFailed     = "failed"

	SnapshotOnDemand  = "onDemand"
	SnapshotScheduled = "scheduled"
	SnapshotFallback  = "fallback"
)

// All of them, in the order of the documentation.
var (
	SnapshotStatuses = []string{SnapshotQueued, SnapshotInProgress, SnapshotCompleted, SnapshotFailed}
	SnapshotTypes    = []string{SnapshotOnDemand, SnapshotScheduled, SnapshotFallback}
)

// Snapshot is Atlas' answer, as documented and as recorded: the part that the provider needs.
type Snapshot struct {
	ID               string    `json:"id"` // hex24
	Status           string    `json:"status"`
	SnapshotType     string    `json:"snapshotType"`
	FrequencyType    string    `json:"frequencyType"` // hourly to yearly, and ondemand (recorded)
	Type             string    `json:"type"`          // replicaSet or shardedCluster
	CreatedAt        time.Time `json:"createdAt"`     // zero until it is completed (recorded)
	ExpiresAt        time.Time `json:"expiresAt"`
	Description      string    `json:"description"`
	StorageSizeBytes int64     `json:"storageSizeBytes"`
	MongodVersion    string    `json:"mongodVersion"`
	CloudProvider    string    `json:"cloudProvider"` // missing until late (recorded)
}

// StartedAt is when Atlas began the snapshot.
func (s Snapshot) StartedAt() time.Time { return startedAt(s.CreatedAt, s.ID) }

// CannotExport is why a snapshot cannot be exported, as half a sentence; "" if it can
// (documented).
func (s Snapshot) CannotExport() string {
	switch {
	case s.SnapshotType == SnapshotFallback:
		return "it is a fallback snapshot"
	case s.Status != SnapshotCompleted:
		return "it is " + Printable(s.Status)
	}
	return ""
}

// Check returns an error when an answer is not about the snapshot with the id, or has no status.
func (s Snapshot) Check(id string) error {
	switch {
	case s.ID != id:
		return errors.New("its id is that of another snapshot, or missing")
	case s.Status == "":
		return errors.New("it has no status")
	}
	return nil
}

// SnapshotRequest is the body of a POST that takes a snapshot. Empty fields are left out.
type SnapshotRequest struct {
	Description     string `json:"description,omitempty"`
	RetentionInDays int64  `json:"retentionInDays,omitempty"`
}

// match tells whether a listed snapshot is what was asked for.
func (r SnapshotRequest) match(s Snapshot) Match {
	if s.SnapshotType != SnapshotOnDemand || s.Description != r.Description {
		return Differs
	}
	return Same
}

// AllSnapshots returns the snapshots of a cluster at once, in Atlas' order. whole tells that none
// is missing: see listAll.
func (c *Client) AllSnapshots(ctx context.Context, projectID string, cluster Cluster) (all []Snapshot, whole bool, err error) {
	l := listing[Snapshot]{
		version:      versionSnapshot,
		path:         snapshotPath(projectID, cluster.Name),
		itemsPerPage: ItemsPerPage,
		key:          func(s Snapshot) string { return objectID.FindString(s.ID) },
	}
	if cluster.IsSharded() {
		l.path = snapshotPath(projectID, cluster.Name, "shardedClusters")
		l.itemsPerPage = 0 // it takes no paging parameters (documented)
	}
	return listAll(ctx, c, l)
}

// SnapshotsOf is AllSnapshots of a cluster of which only the name is known: it reads the cluster
// first. CodeClusterNotFound tells that it does not exist.
func (c *Client) SnapshotsOf(ctx context.Context, projectID, name string) (all []Snapshot, whole bool, err error) {
	cluster, err := c.GetCluster(ctx, projectID, name)
	if err != nil {
		return nil, false, err
	}
	return c.AllSnapshots(ctx, projectID, *cluster)
}

// GetSnapshot reads one. CodeSnapshotNotFound tells that it does not exist.
func (c *Client) GetSnapshot(ctx context.Context, projectID string, cluster Cluster, id string) (*Snapshot, error) {
	path := snapshotPath(projectID, cluster.Name, id)
	if cluster.IsSharded() {
		path = snapshotPath(projectID, cluster.Name, "shardedCluster", id)
	}
	return call(ctx, c, request{method: http.MethodGet, version: versionSnapshot, path: path}, func(s Snapshot) error { return s.Check(id) })
}

// TakeSnapshot takes a snapshot on demand, and waits for its turn: a cluster takes one at a time.
// The answer may have only the id. An *UndecidedError tells that it is not known whether the
// snapshot is taken.
func (c *Client) TakeSnapshot(ctx context.Context, projectID string, cluster Cluster, in SnapshotRequest) (*Snapshot, error) {
	isFirst := true
	return settle(ctx, c, creation[Snapshot]{
		path: snapshotPath(projectID, cluster.Name),
		turn: snapshotTurn{projectID, cluster.Name},
		post: func(ctx context.Context) (*Snapshot, error) {
			r := request{method: http.MethodPost, version: versionSnapshot, path: snapshotPath(projectID, cluster.Name), body: in}
			if isFirst { // later, the snapshot that is not finished may be that of the POST before
				r.temporary, isFirst = []string{CodeUnfinishedOnDemandSnapshot}, false
			}
			snapshot, err := call(ctx, c, r, c.checkTaken)
			if err == nil {
				c.pool.known.add(snapshot.ID)
			}
			return snapshot, err
		},
		list:  func(ctx context.Context) ([]Snapshot, bool, error) { return c.AllSnapshots(ctx, projectID, cluster) },
		match: in.match,
		id:    func(s Snapshot) string { return s.ID },
	})
}

// checkTaken returns an error when an answer to a POST is about another snapshot.
func (c *Client) checkTaken(s Snapshot) error {
	switch {
	case !objectID.MatchString(s.ID):
		return errors.New("it has no id")
	case c.Knows(s.ID):
		return errors.New("its id is that of another snapshot")
	}
	return nil
}

func snapshotPath(projectID, cluster string, rest ...string) []string {
	return append([]string{"groups", projectID, "clusters", cluster, "backup", "snapshots"}, rest...)
}

// snapshotTurn is equal for all snapshots of a cluster: it takes one on demand at a time.
type snapshotTurn struct {
	projectID, cluster string
}
