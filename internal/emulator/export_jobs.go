package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

const exportJobsPath = clustersPath + "/{clusterName}/backup/exports"

// ProjectBackupExportOperator may begin export jobs.
const ProjectBackupExportOperator Role = "Project Backup Export Operator"

// exportOperators: that Project Backup Manager does not include this is unverified.
var exportOperators = []Role{ProjectBackupExportOperator, ProjectOwner}

var exportJobVersions = []version{{date: "2023-01-01"}}

// exportJobNoun has the dates and roles of the Atlas Admin API documentation: whoever may only
// begin a job may not read it.
var exportJobNoun = noun{
	routes: []route{
		{
			method: http.MethodPost, path: exportJobsPath, versions: exportJobVersions, roles: exportOperators, family: backupEndpoints,
			handle: upToDate((*Atlas).createExportJob),
		},
		{
			method: http.MethodGet, path: exportJobsPath, versions: exportJobVersions, roles: backupManagers, family: backupEndpoints,
			handle: upToDate((*Atlas).listExportJobs), exampleItem: exampleExportJob,
		},
		{
			method: http.MethodGet, path: exportJobsPath + "/{exportId}", versions: exportJobVersions, roles: backupManagers, family: backupEndpoints,
			handle: upToDate((*Atlas).getExportJob),
		},
	},
	stateKey: exportJobsKey,
	newState: func() any { return new([]storedExportJob) },
	presets:  exportJobPresets,
}

const exportJobsKey = "exportJobs"

// exportJobs returns those of the project, oldest first.
func (p *project) exportJobs() *[]storedExportJob {
	return stateOf[[]storedExportJob](p, exportJobsKey)
}

// The values of state.
const (
	jobQueued     = "Queued"
	jobInProgress = "InProgress"
	jobSuccessful = "Successful"
	jobFailed     = "Failed"
	jobCancelled  = "Cancelled"
)

// ExportJob is an export job in the API's shape. Pointers and slices are never changed in place.
type ExportJob struct {
	ID             string            `json:"id"`
	ExportBucketID string            `json:"exportBucketId"`
	SnapshotID     string            `json:"snapshotId"`
	CustomData     []CustomData      `json:"customData"`
	CreatedAt      time.Time         `json:"createdAt,omitzero"`
	FinishedAt     time.Time         `json:"finishedAt,omitzero"` // only at the end
	Prefix         string            `json:"prefix"`              // without a leading slash
	State          string            `json:"state"`
	StateReason    *StateReason      `json:"stateReason,omitempty"`  // when it has failed
	ExportStatus   *ExportStatus     `json:"exportStatus,omitempty"` // of a replica set
	Components     []ExportComponent `json:"components,omitempty"`   // of a sharded cluster
}

// CustomData is a pair that whoever begins a job gives it.
type CustomData struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// StateReason is why a job has failed.
type StateReason struct {
	ErrorCode string `json:"errorCode"`
	Message   string `json:"message"`
}

// ExportStatus is how far a job is. 0 of 0 is recorded also of a job that was successful.
type ExportStatus struct {
	ExportedCollections int `json:"exportedCollections"`
	TotalCollections    int `json:"totalCollections"`
}

// ExportComponent is the export of one shard.
type ExportComponent struct {
	ExportID       string `json:"exportId"`
	ReplicaSetName string `json:"replicaSetName"`
}

// storedExportJob is an export job as the API shows it, what it needs of other objects, and what
// becomes of it.
type storedExportJob struct {
	ClusterName       string    `json:"clusterName"`
	BucketName        string    `json:"bucketName"`
	SnapshotCreatedAt time.Time `json:"snapshotCreatedAt"`
	ReplicaSets       []string  `json:"replicaSets"`
	Collections       int       `json:"collections"`
	Job               ExportJob `json:"job"`
	Course            *course   `json:"course,omitempty"` // nil: it is finished
}

func isFinishedExportJob(s storedExportJob) bool { return s.Course == nil }

// ExportJobs returns those of a cluster now, oldest first, as the API shows them. A project or
// cluster that does not exist has none.
func (a *Atlas) ExportJobs(projectID, clusterName string) []ExportJob {
	a.mu.Lock()
	defer a.mu.Unlock()
	var found []ExportJob
	if p := a.projectUpToDate(projectID); p != nil {
		for _, stored := range *p.exportJobs() {
			if stored.ClusterName == clusterName {
				found = append(found, stored.show(time.Now()))
			}
		}
	}
	return found
}

// AddExportJob adds an export job without the API and its checks, as the newest, or replaces the
// one with its id, and returns it. Fields that are not set get values: it was successful now. A job
// whose State is Queued or InProgress proceeds from now on by the pace of export jobs; no other
// writes files. If the project or the cluster does not exist, it is added; the snapshot and the
// bucket need not exist.
func (a *Atlas) AddExportJob(projectID, clusterName string, job ExportJob) ExportJob {
	a.changeUpToDate(func() { job = a.ensureProject(projectID).addExportJob(a, clusterName, job) })
	return job
}

func (p *project) addExportJob(a *Atlas, clusterName string, job ExportJob) ExportJob {
	now := time.Now()
	cluster := p.ensureCluster(clusterName)
	target := exportTarget{ID: job.ExportBucketID}
	if bucket, f := p.exportBucket(job.ExportBucketID); f == nil {
		target.Name = bucket.Bucket.BucketName
	}
	snapshot, f := p.findSnapshot(clusterName, job.SnapshotID)
	if f != nil {
		snapshot = Snapshot{ID: job.SnapshotID, CreatedAt: inSeconds(now)}
	}
	stored := p.newExportJob(a, newExportJob{cluster: cluster, snapshot: snapshot, bucket: target, customData: job.CustomData}, now)
	setDefault(&job.State, jobSuccessful)
	setDefault(&job.ID, stored.Job.ID)
	if job.CreatedAt.IsZero() {
		job.CreatedAt = stored.Job.CreatedAt
	}
	setDefault(&job.Prefix, p.exportPrefix(cluster, snapshot.CreatedAt, job.CreatedAt))
	job.CustomData = stored.Job.CustomData
	if job.Components == nil {
		job.Components = stored.Job.Components
	}
	switch job.State {
	case jobQueued:
	case jobInProgress:
		stored.Course = a.paces.ExportJobs.resume(now)
	default:
		stored.Course = nil
		if job.FinishedAt.IsZero() {
			job.FinishedAt = job.CreatedAt
		}
	}
	if job.ExportStatus == nil && job.Components == nil {
		job.ExportStatus = &ExportStatus{}
	}
	stored.Job = job
	jobs := p.exportJobs()
	*jobs = put(forgetOldest(*jobs, isFinishedExportJob), stored, func(other storedExportJob) bool { return other.Job.ID == job.ID })
	return job
}

// newExportJob is what a job is made of.
type newExportJob struct {
	cluster    *cluster
	snapshot   Snapshot
	bucket     exportTarget
	customData []CustomData
}

// newExportJob returns a job that begins now, which is not yet one of the project's.
func (p *project) newExportJob(a *Atlas, n newExportJob, now time.Time) storedExportJob {
	stored := storedExportJob{
		ClusterName:       n.cluster.Name,
		BucketName:        n.bucket.Name,
		SnapshotCreatedAt: n.snapshot.CreatedAt,
		ReplicaSets:       n.cluster.replicaSets(),
		Collections:       n.cluster.collections(),
		Job: ExportJob{
			ID:             a.ids.next(now),
			ExportBucketID: n.bucket.ID,
			SnapshotID:     n.snapshot.ID,
			CustomData:     append([]CustomData{}, n.customData...),
			CreatedAt:      inSeconds(now),
			State:          jobQueued,
		},
		Course: a.paces.ExportJobs.begin(now),
	}
	stored.Job.Prefix = p.exportPrefix(n.cluster, n.snapshot.CreatedAt, stored.Job.CreatedAt)
	if !n.cluster.isSharded() {
		stored.Job.ExportStatus = &ExportStatus{}
		return stored
	}
	for _, name := range stored.ReplicaSets {
		stored.Job.Components = append(stored.Job.Components, ExportComponent{ExportID: a.ids.next(now), ReplicaSetName: name})
	}
	return stored
}

// beginExportJob adds a job that begins now, and returns it.
func (p *project) beginExportJob(a *Atlas, n newExportJob, now time.Time) ExportJob {
	stored := p.newExportJob(a, n, now)
	jobs := p.exportJobs()
	*jobs = append(forgetOldest(*jobs, isFinishedExportJob), stored)
	return stored.Job
}

// show returns what Atlas shows of the job. How exportedCollections grows is unverified.
func (s storedExportJob) show(now time.Time) ExportJob {
	job := s.Job
	if job.State != jobInProgress || job.ExportStatus == nil || s.Course == nil || s.Course.Takes == 0 {
		return job
	}
	done := float64(now.Sub(s.Course.StartsAt)) / float64(s.Course.Takes)
	job.ExportStatus = &ExportStatus{ExportedCollections: int(done * float64(s.Collections)), TotalCollections: s.Collections}
	return job
}

// exportJobAnswer is a job in an answer. It has no links while it runs: recorded. That it has a
// link to itself afterwards is unverified.
type exportJobAnswer struct {
	ExportJob
	Links []link `json:"links,omitempty"`
}

func (c *call) answerWithExportJob(s storedExportJob) exportJobAnswer {
	answer := exportJobAnswer{ExportJob: s.show(time.Now())}
	if s.Course == nil {
		answer.Links = []link{c.link("self", exportJobsPath+"/"+answer.ID)}
	}
	return answer
}

// createExportJob answers 200 with a job that is queued: recorded. The order of the checks is
// unverified.
func (a *Atlas) createExportJob(c *call) (any, *failure) {
	cluster, f := c.cluster()
	if f != nil {
		return nil, f
	}
	n, f := decodeExportJob(c.body)
	if f != nil {
		return nil, f
	}
	n.cluster = cluster
	if n.snapshot, f = c.project.findSnapshot(cluster.Name, n.snapshot.ID); f != nil {
		return nil, f
	}
	bucket, f := c.project.exportBucket(n.bucket.ID)
	if f != nil {
		return nil, f
	}
	n.bucket.Name = bucket.Bucket.BucketName
	switch {
	case n.snapshot.SnapshotType == snapshotFallback:
		return nil, fallbackSnapshot(n.snapshot.ID)
	case n.snapshot.Status != snapshotCompleted:
		return nil, snapshotNotCompleted(n.snapshot.ID)
	case slices.ContainsFunc(*c.project.exportJobs(), func(s storedExportJob) bool { return s.Job.SnapshotID == n.snapshot.ID && s.Course != nil }):
		return nil, exportInProgress(n.snapshot.ID)
	}
	return exportJobAnswer{ExportJob: c.project.beginExportJob(a, n, time.Now())}, nil
}

// decodeExportJob returns the ids and the custom data of a POST body.
func decodeExportJob(body []byte) (newExportJob, *failure) {
	in, f := decodeAttributes(body)
	if f != nil {
		return newExportJob{}, f
	}
	if f := in.allow("exportBucketId", "snapshotId", "customData"); f != nil {
		return newExportJob{}, f
	}
	if f := in.require("exportBucketId", "snapshotId"); f != nil {
		return newExportJob{}, f
	}
	var n newExportJob
	var pairs []attributes
	for _, f := range []*failure{
		in.decodeID("exportBucketId", &n.bucket.ID),
		in.decodeID("snapshotId", &n.snapshot.ID),
		in.decode("customData", &pairs),
	} {
		if f != nil {
			return newExportJob{}, f
		}
	}
	for _, pair := range pairs {
		if f := pair.allow("key", "value"); f != nil {
			return newExportJob{}, f
		}
		var data CustomData
		for _, f := range []*failure{pair.require("key", "value"), pair.decode("key", &data.Key), pair.decode("value", &data.Value)} {
			if f != nil {
				return newExportJob{}, f
			}
		}
		n.customData = append(n.customData, data)
	}
	return n, nil
}

func (a *Atlas) listExportJobs(c *call) (any, *failure) {
	cluster, f := c.cluster()
	if f != nil {
		return nil, f
	}
	var answers []exportJobAnswer
	for _, stored := range *c.project.exportJobs() {
		if stored.ClusterName == cluster.Name {
			answers = append(answers, c.answerWithExportJob(stored))
		}
	}
	return paginate(c, answers, func(answer exportJobAnswer) string { return answer.ID })
}

func (a *Atlas) getExportJob(c *call) (any, *failure) {
	cluster, f := c.cluster()
	if f != nil {
		return nil, f
	}
	id := c.pathValues["exportId"]
	for _, stored := range *c.project.exportJobs() {
		if stored.ClusterName == cluster.Name && stored.Job.ID == id {
			return c.answerWithExportJob(stored), nil
		}
	}
	return nil, exportJobNotFound(id, cluster.Name)
}

func exampleExportJob(_, id string) any {
	return ExportJob{
		ID: id, ExportBucketID: otherID, SnapshotID: otherID, CustomData: []CustomData{}, Prefix: "exported_snapshots", State: jobSuccessful,
		ExportStatus: &ExportStatus{},
	}
}

// exportInProgress: that the status is 409 is documented; code and sentence are unverified.
func exportInProgress(snapshotID string) *failure {
	return newFailure(http.StatusConflict, "SNAPSHOT_EXPORT_IN_PROGRESS",
		fmt.Sprintf("An export of the snapshot with ID %s is queued or in progress.", snapshotID), snapshotID)
}

// snapshotNotCompleted: status, code and sentence are unverified.
func snapshotNotCompleted(id string) *failure {
	return newFailure(http.StatusBadRequest, "SNAPSHOT_NOT_COMPLETED", fmt.Sprintf("The snapshot with ID %s is not completed.", id), id)
}

// fallbackSnapshot: status, code and sentence are unverified.
func fallbackSnapshot(id string) *failure {
	return newFailure(http.StatusBadRequest, "CANNOT_EXPORT_FALLBACK_SNAPSHOT", fmt.Sprintf("The snapshot with ID %s is a fallback snapshot.", id), id)
}

// exportJobNotFound: code and sentence are unverified.
func exportJobNotFound(id, clusterName string) *failure {
	return newFailure(http.StatusNotFound, "EXPORT_JOB_NOT_FOUND",
		fmt.Sprintf("No export job with ID %s exists for cluster %s.", id, clusterName), id, clusterName)
}

func exportJobPresets() nounPresets {
	return nounPresets{refusals: []Preset{
		// The code is unverified.
		{
			"export-in-progress", "409 SNAPSHOT_EXPORT_IN_PROGRESS, because the snapshot is being exported",
			refusal(exportInProgress("{snapshotId|64c0ffee00000000000000ee}")),
		},
		{"flex-cluster", "400 CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API", refusal(cannotUseFlexCluster("Cluster0"))},
	}}
}
