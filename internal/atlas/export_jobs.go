package atlas

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

const versionExportJob = "2023-01-01"

// The states of an export job.
const (
	JobQueued     = "Queued"
	JobInProgress = "InProgress"
	JobSuccessful = "Successful"
	JobFailed     = "Failed"
	JobCancelled  = "Cancelled"
)

// JobStates are the states of an export job, in the order in which it has them.
var JobStates = []string{JobQueued, JobInProgress, JobSuccessful, JobFailed, JobCancelled}

// IsJobFinished tells whether a job in this state never changes again.
func IsJobFinished(state string) bool {
	return state == JobSuccessful || HasJobFailed(state)
}

// HasJobFailed tells whether a job in this state has ended without success. Atlas does not
// repeat it.
func HasJobFailed(state string) bool {
	return state == JobFailed || state == JobCancelled
}

// ExportJob is one export of one snapshot, as documented and as recorded.
type ExportJob struct {
	ID             string            `json:"id"` // hex24
	ExportBucketID string            `json:"exportBucketId"`
	SnapshotID     string            `json:"snapshotId"`
	CustomData     []CustomData      `json:"customData"`
	State          string            `json:"state"`
	Prefix         string            `json:"prefix"` // of its files in the bucket, known from the beginning (recorded)
	CreatedAt      time.Time         `json:"createdAt"`
	FinishedAt     time.Time         `json:"finishedAt"`   // zero until the end
	ExportStatus   *ExportStatus     `json:"exportStatus"` // nil for a sharded cluster
	Components     []ExportComponent `json:"components"`   // of a sharded cluster
	StateReason    struct {
		ErrorCode string `json:"errorCode"`
		Message   string `json:"message"`
	} `json:"stateReason"`
}

// CustomData is a key and a value that Atlas writes into the file at the end of an export.
type CustomData struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// ExportStatus counts collections. Both counts may be 0, also of a successful job (recorded).
type ExportStatus struct {
	ExportedCollections int64 `json:"exportedCollections"`
	TotalCollections    int64 `json:"totalCollections"`
}

// ExportComponent is the export of one shard.
type ExportComponent struct {
	ExportID       string `json:"exportId"`
	ReplicaSetName string `json:"replicaSetName"`
}

// Reason is why the job failed, "" where Atlas does not say it.
func (j ExportJob) Reason() string {
	return Printable(strings.TrimPrefix(strings.TrimSuffix(j.StateReason.ErrorCode+": "+j.StateReason.Message, ": "), ": "))
}

// StartedAt is when the job was created.
func (j ExportJob) StartedAt() time.Time { return startedAt(j.CreatedAt, j.ID) }

// Check returns an error when an answer is not about the job with the id, or has not what every
// job has (recorded).
func (j ExportJob) Check(id string) error {
	switch {
	case j.ID != id:
		return errors.New("its id is that of another export job, or missing")
	case j.State == "":
		return errors.New("it has no state")
	case j.SnapshotID == "", j.ExportBucketID == "":
		return errors.New("it has no snapshotId or no exportBucketId")
	}
	return nil
}

// ExportJobRequest is the body of a POST.
type ExportJobRequest struct {
	ExportBucketID string       `json:"exportBucketId"`
	SnapshotID     string       `json:"snapshotId"`
	CustomData     []CustomData `json:"customData,omitempty"` // sorted by key
}

// NewCustomData returns keys and values, sorted by key.
func NewCustomData(values map[string]string) []CustomData {
	var data []CustomData
	for _, key := range slices.Sorted(maps.Keys(values)) {
		data = append(data, CustomData{Key: key, Value: values[key]})
	}
	return data
}

// match tells whether a listed job is what was asked for.
func (r ExportJobRequest) match(j ExportJob) Match {
	listed := slices.Clone(j.CustomData)
	SortBy(listed, func(d CustomData) string { return d.Key })
	if j.SnapshotID != r.SnapshotID || j.ExportBucketID != r.ExportBucketID || !slices.Equal(listed, r.CustomData) {
		return Differs
	}
	return Same
}

// AllExportJobs returns the export jobs of a cluster at once, in Atlas' order. whole tells that
// none is missing: see listAll. CodeClusterNotFound tells that the cluster does not exist.
func (c *Client) AllExportJobs(ctx context.Context, projectID, cluster string) (all []ExportJob, whole bool, err error) {
	return listAll(ctx, c, listing[ExportJob]{
		version:      versionExportJob,
		path:         exportJobPath(projectID, cluster),
		itemsPerPage: ItemsPerPage,
		key:          func(j ExportJob) string { return objectID.FindString(j.ID) },
	})
}

// GetExportJob reads one. The code of the answer about a job that does not exist is not known.
func (c *Client) GetExportJob(ctx context.Context, projectID, cluster, id string) (*ExportJob, error) {
	return c.exportJob(ctx, request{
		method:  http.MethodGet,
		version: versionExportJob,
		path:    exportJobPath(projectID, cluster, id),
	}, func(j ExportJob) error { return j.Check(id) })
}

// CreateExportJob starts an export. The answer may have only the id. Its errors may name fields
// of the request; an *UndecidedError tells that it is not known whether the job was created. A
// 409 tells that the snapshot is being exported already (documented: one export of a snapshot at
// a time), or that the cluster does not allow an export.
func (c *Client) CreateExportJob(ctx context.Context, projectID, cluster string, in ExportJobRequest) (*ExportJob, error) {
	return settle(ctx, c, creation[ExportJob]{
		path: exportJobPath(projectID, cluster),
		turn: exportJobTurn{projectID, cluster, in.SnapshotID, in.ExportBucketID},
		post: func(ctx context.Context) (*ExportJob, error) {
			return c.exportJob(ctx, request{
				method:  http.MethodPost,
				version: versionExportJob,
				path:    exportJobPath(projectID, cluster),
				body:    in,
				// Something on the way may send a POST twice.
				conflicts: true,
			}, func(j ExportJob) error { return c.checkCreatedJob(j, in) })
		},
		list:  func(ctx context.Context) ([]ExportJob, bool, error) { return c.AllExportJobs(ctx, projectID, cluster) },
		match: in.match,
		id:    func(j ExportJob) string { return j.ID },
	})
}

// checkCreatedJob returns an error when an answer to a POST is about another job: one that this
// process knows, or one that differs from the request.
func (c *Client) checkCreatedJob(j ExportJob, in ExportJobRequest) error {
	differs := func(got, asked string) bool { return got != "" && got != asked }
	switch {
	case !objectID.MatchString(j.ID):
		return errors.New("it has no id")
	case c.Knows(j.ID):
		return errors.New("its id is that of another export job")
	case differs(j.SnapshotID, in.SnapshotID), differs(j.ExportBucketID, in.ExportBucketID):
		return errors.New("it is about another export job")
	}
	return nil
}

// exportJob does a call whose answer is a job, and remembers the id.
func (c *Client) exportJob(ctx context.Context, r request, check func(ExportJob) error) (*ExportJob, error) {
	job, err := call(ctx, c, r, check)
	if err == nil {
		c.pool.known.add(job.ID)
	}
	return job, err
}

func exportJobPath(projectID, cluster string, id ...string) []string {
	return append([]string{"groups", projectID, "clusters", cluster, "backup", "exports"}, id...)
}

// exportJobTurn is equal for two requests when one job may be the result of either. Custom data
// is not in it: Atlas exports a snapshot once at a time.
type exportJobTurn struct {
	projectID, cluster, snapshotID, exportBucketID string
}
