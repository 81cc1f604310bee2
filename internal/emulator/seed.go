package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Seed adds what text describes, without the API and its checks: a JSON object with projects, each
// with what it contains. Everything but the ids and the names of projects and clusters is optional.
//
//	{"projects": [{
//	  "id": "64c0ffee64c0ffee64c0ffee", "projectName": "Shop", "orgId": "64c0ffee00000000000000e0", "orgName": "ACME",
//	  "accessRoles": [{"id": "64c0ffee00000000000000aa", "cloudProvider": "AWS", "authorizedDate": "-720h"}],
//	  "exportBuckets": [{
//	    "_id": "64c0ffee00000000000000bb", "cloudProvider": "AWS", "bucketName": "my-snapshots", "iamRoleId": "64c0ffee00000000000000aa"}],
//	  "privateEndpoints": [{"regionName": "US_EAST_1", "status": "ACTIVE"}],
//	  "clusters": [{
//	    "name": "Cluster0", "clusterType": "REPLICASET", "providerName": "AWS", "regionName": "US_EAST_1", "collections": 2,
//	    "autoExport": {"exportBucketId": "64c0ffee00000000000000bb", "frequencyType": "monthly"},
//	    "snapshots": [{"id": "64c0ffee00000000000000ee", "frequencyType": "monthly", "createdAt": "-48h"}],
//	    "exportJobs": [{
//	      "snapshotId": "64c0ffee00000000000000ee", "exportBucketId": "64c0ffee00000000000000bb", "createdAt": "-47h", "finishedAt": "-46h"}]
//	  }]
//	}]}
//
// The objects have the fields of AccessRole, ExportBucket, PrivateEndpoint, Cluster, Snapshot and
// ExportJob, and get the same values as by AddAccessRole, AddSnapshot and so on for
// what is left out. A time is as in 2026-08-10T03:27:00Z, or a duration before now, such as -48h.
// An object replaces the one with its id; one without an id is new each time. A cluster changes the
// one with its name, which keeps what it contains.
//
// It fails without a change if text is not such an object. It also fails if the state file cannot be
// written.
func (a *Atlas) Seed(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var s seed
	err := decoder.Decode(&s)
	if err == nil && decoder.Decode(new(any)) != io.EOF {
		err = errors.New("something follows the JSON object")
	}
	if err != nil {
		return fmt.Errorf("the seed cannot be read: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := s.check(a.projects); err != nil {
		return err
	}
	if err := a.advance(); err != nil {
		return err
	}
	for _, p := range s.Projects {
		p.addTo(a)
	}
	a.arm()
	return a.save()
}

type seed struct {
	Projects []seedProject `json:"projects"`
}

type seedProject struct {
	ID string `json:"id"`
	ProjectNames
	AccessRoles      []seedAccessRole  `json:"accessRoles"`
	ExportBuckets    []ExportBucket    `json:"exportBuckets"`
	PrivateEndpoints []PrivateEndpoint `json:"privateEndpoints"`
	Clusters         []seedCluster     `json:"clusters"`
}

type seedAccessRole struct {
	AccessRole
	CreatedDate    seedTime `json:"createdDate"`
	AuthorizedDate seedTime `json:"authorizedDate"`
}

type seedCluster struct {
	Cluster
	AutoExport *scheduledExport `json:"autoExport"`
	Snapshots  []seedSnapshot   `json:"snapshots"`
	ExportJobs []seedExportJob  `json:"exportJobs"`
}

type seedSnapshot struct {
	Snapshot
	CreatedAt seedTime `json:"createdAt"`
	ExpiresAt seedTime `json:"expiresAt"`
}

type seedExportJob struct {
	ExportJob
	CreatedAt  seedTime `json:"createdAt"`
	FinishedAt seedTime `json:"finishedAt"`
}

// seedTime is a time, or a duration before now.
type seedTime struct{ time.Time }

func (t *seedTime) UnmarshalJSON(text []byte) error {
	var written string
	if err := json.Unmarshal(text, &written); err != nil {
		return err
	}
	if before, err := time.ParseDuration(written); err == nil && before <= 0 {
		t.Time = inSeconds(time.Now().Add(before))
		return nil
	}
	parsed, err := time.Parse(time.RFC3339, written)
	if err != nil {
		return fmt.Errorf("%q is neither a time such as 2026-08-10T03:27:00Z nor a duration before now such as -48h", written)
	}
	t.Time = inSeconds(parsed)
	return nil
}

func (s seedProject) addTo(a *Atlas) {
	p := a.ensureProject(s.ID)
	if s.ProjectNames != (ProjectNames{}) {
		*p.storedNames() = s.ProjectNames
	}
	for _, role := range s.AccessRoles {
		role.AccessRole.CreatedDate, role.AccessRole.AuthorizedDate = role.CreatedDate.Time, role.AuthorizedDate.Time
		p.addAccessRole(a, role.AccessRole)
	}
	for _, b := range s.ExportBuckets {
		setDefault(&b.ID, a.ids.next(time.Now()))
		buckets := p.exportBuckets()
		*buckets = put(*buckets, storedBucket{Bucket: b}, func(other storedBucket) bool { return other.Bucket.ID == b.ID })
	}
	for _, e := range s.PrivateEndpoints {
		p.addPrivateEndpoint(a, e)
	}
	for _, c := range s.Clusters {
		c.addTo(a, p)
	}
}

func (s seedCluster) addTo(a *Atlas, p *project) {
	cluster := p.ensureCluster(s.Name)
	cluster.Cluster = s.Cluster
	if s.AutoExport != nil {
		cluster.Schedule.AutoExportEnabled, cluster.Schedule.Export = true, s.AutoExport
	}
	for _, snapshot := range s.Snapshots {
		snapshot.Snapshot.CreatedAt, snapshot.Snapshot.ExpiresAt = snapshot.CreatedAt.Time, snapshot.ExpiresAt.Time
		p.addSnapshot(a, s.Name, snapshot.Snapshot)
	}
	for _, job := range s.ExportJobs {
		job.ExportJob.CreatedAt, job.ExportJob.FinishedAt = job.CreatedAt.Time, job.FinishedAt.Time
		p.addExportJob(a, s.Name, job.ExportJob)
	}
}

// seedClusterName is what Atlas takes for the name of a cluster.
var seedClusterName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9-]*$`)

// seedName is a name that can be a part of a path.
var seedName = regexp.MustCompile(`^[^/\\:\x00-\x1f]{0,64}$`)

// check returns the first mistake in s, with its place.
func (s seed) check(projects map[string]*project) error {
	if len(s.Projects)+len(projects) > maxKept {
		return fmt.Errorf("there would be more than %d projects", maxKept)
	}
	for i, p := range s.Projects {
		existing := projects[p.ID]
		if existing == nil {
			existing = &project{states: map[string]any{}}
		}
		if err := p.check(existing); err != nil {
			return fmt.Errorf("projects[%d]: %w", i, err)
		}
	}
	return nil
}

func (s seedProject) check(existing *project) error {
	switch {
	case !hex24.MatchString(s.ID):
		return fmt.Errorf("id %q is not an id of 24 digits or letters a to f", s.ID)
	case s.OrgID != "" && !hex24.MatchString(s.OrgID):
		return fmt.Errorf("orgId %q is not an id of 24 digits or letters a to f", s.OrgID)
	case !seedName.MatchString(s.OrgName) || !seedName.MatchString(s.ProjectName):
		return fmt.Errorf("orgName %q or projectName %q is not a name of at most 64 characters without a slash", s.OrgName, s.ProjectName)
	}
	for _, count := range []int{
		len(s.AccessRoles) + len(*existing.accessRoles()), len(s.ExportBuckets) + len(*existing.exportBuckets()),
		len(s.PrivateEndpoints) + len(*existing.privateEndpoints()), len(s.Clusters) + len(*existing.clusters()),
	} {
		if count > maxKept {
			return fmt.Errorf("there would be more than %d objects of a kind", maxKept)
		}
	}
	for i, role := range s.AccessRoles {
		if err := errors.Join(checkSeedIDs(role.ID), checkSeedWord("cloudProvider", role.CloudProvider, aws, azure, gcp)); err != nil {
			return fmt.Errorf("accessRoles[%d]: %w", i, err)
		}
	}
	for i, b := range s.ExportBuckets {
		if err := errors.Join(checkSeedIDs(b.ID, b.accessRoleID()), checkSeedWord("cloudProvider", b.CloudProvider, aws, azure, gcp)); err != nil {
			return fmt.Errorf("exportBuckets[%d]: %w", i, err)
		}
	}
	for i, e := range s.PrivateEndpoints {
		err := errors.Join(checkSeedIDs(e.ID), checkSeedWord("status", e.Status,
			endpointInitiating, endpointPendingAcceptance, endpointActive, endpointFailed, endpointPendingRecreation, endpointDeleting))
		if !regionName.MatchString(e.RegionName) || e.VPCRegionName != "" && !regionName.MatchString(e.VPCRegionName) {
			err = errors.Join(err, fmt.Errorf("regionName %q or vpcRegionName %q is not a region such as US_EAST_1", e.RegionName, e.VPCRegionName))
		}
		if err != nil {
			return fmt.Errorf("privateEndpoints[%d]: %w", i, err)
		}
	}
	for i, c := range s.Clusters {
		if err := c.check(); err != nil {
			return fmt.Errorf("clusters[%d]: %w", i, err)
		}
	}
	return nil
}

func (s seedCluster) check() error {
	if !seedClusterName.MatchString(s.Name) {
		return fmt.Errorf("name %q is not that of a cluster", s.Name)
	}
	if err := s.Cluster.check(); err != nil {
		return err
	}
	if s.AutoExport != nil {
		if err := errors.Join(checkSeedIDs(s.AutoExport.ExportBucketID),
			checkSeedWord("frequencyType", s.AutoExport.FrequencyType, "daily", "weekly", "monthly", "yearly")); err != nil {
			return fmt.Errorf("autoExport: %w", err)
		}
	}
	for i, snapshot := range s.Snapshots {
		if err := errors.Join(
			checkSeedIDs(snapshot.ID),
			checkSeedWord("status", snapshot.Status, snapshotQueued, snapshotInProgress, snapshotCompleted, snapshotFailed),
			checkSeedWord("snapshotType", snapshot.SnapshotType, snapshotOnDemand, snapshotScheduled, snapshotFallback),
			checkSeedWord("frequencyType", snapshot.FrequencyType, frequencyOnDemand, "hourly", "daily", "weekly", "monthly", "yearly"),
			checkSeedWord("type", snapshot.Type, typeReplicaSet, typeShardedCluster),
		); err != nil {
			return fmt.Errorf("snapshots[%d]: %w", i, err)
		}
	}
	for i, job := range s.ExportJobs {
		if err := errors.Join(
			checkSeedIDs(job.ID, job.SnapshotID, job.ExportBucketID),
			checkSeedWord("state", job.State, jobQueued, jobInProgress, jobSuccessful, jobFailed, jobCancelled),
		); err != nil {
			return fmt.Errorf("exportJobs[%d]: %w", i, err)
		}
	}
	return nil
}

// checkSeedIDs accepts "" for an id that is left out.
func checkSeedIDs(ids ...string) error {
	for _, id := range ids {
		if id != "" && !hex24.MatchString(id) {
			return fmt.Errorf("%q is not an id of 24 digits or letters a to f", id)
		}
	}
	return nil
}

// checkSeedWord accepts "" for a word that is left out.
func checkSeedWord(name, word string, words ...string) error {
	if word != "" && !slices.Contains(words, word) {
		return fmt.Errorf("%s %q is not one of %s", name, word, strings.Join(words, ", "))
	}
	return nil
}
