package emulator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

const clustersPath = "/groups/{groupId}/clusters"

// clusterNoun has the dates of the Atlas Admin API documentation. That its versions answer with
// the same fields is unverified.
var clusterNoun = noun{
	routes: []route{
		{
			method: http.MethodGet, path: clustersPath, versions: clusterVersions, roles: anyRole, family: clusterEndpoints,
			handle: (*Atlas).listClusters, exampleItem: exampleCluster, linkParameters: []string{"includeDeletedWithRetainedBackups"},
		},
		{
			method: http.MethodGet, path: clustersPath + "/{clusterName}", versions: clusterVersions, roles: anyRole, family: clusterEndpoints,
			handle: (*Atlas).getCluster,
		},
	},
	stateKey: clustersKey,
	newState: func() any { return new([]cluster) },
	control: map[string]func(*Atlas, http.ResponseWriter, *http.Request){
		"POST /emulator/clusters": (*Atlas).postCluster,
	},
}

var clusterVersions = []version{deprecatedIn2024("2023-01-01"), deprecatedIn2024("2023-02-01"), {date: "2024-08-05"}}

var clusterEndpoints = endpointFamily{"clusters", 10_000}

const clustersKey = "clusters"

// clusters returns those of the project in the order in which they were added.
func (p *project) clusters() *[]cluster { return stateOf[[]cluster](p, clustersKey) }

// Cluster is a cluster as PutCluster adds it. Only Name is required.
type Cluster struct {
	Name           string `json:"name"`
	ClusterType    string `json:"clusterType,omitempty"`  // ReplicaSet, Sharded, GeoSharded or Flex; "" is ReplicaSet
	ProviderName   string `json:"providerName,omitempty"` // "" is AWS
	RegionName     string `json:"regionName,omitempty"`   // in Atlas' spelling; "" is US_EAST_1
	StateName      string `json:"stateName,omitempty"`    // "" is IDLE
	Paused         bool   `json:"paused,omitempty"`
	BackupDisabled bool   `json:"backupDisabled,omitempty"`
	Shards         int    `json:"shards,omitempty"`      // of a sharded cluster; 0 is 2
	Collections    int    `json:"collections,omitempty"` // that are exported; 0 is 2, NoCollections is none
}

// NoCollections as Cluster.Collections is an empty cluster.
const NoCollections = -1

// The values of Cluster.ClusterType. Those but Flex are Atlas' own.
const (
	ReplicaSet = "REPLICASET"
	Sharded    = "SHARDED"
	GeoSharded = "GEOSHARDED"
	Flex       = "FLEX" // the calls of clusters and backup schedules refuse it
)

var clusterTypes = []string{ReplicaSet, Sharded, GeoSharded, Flex}

// cluster is what Atlas has of one cluster.
type cluster struct {
	Cluster
	Schedule backupSchedule `json:"schedule"`
}

// AddCluster adds a cluster with a backup schedule whose auto export is off. If the cluster
// exists, it stays unchanged. If the project does not exist, it is added.
func (a *Atlas) AddCluster(projectID, name string) {
	a.change(func() { a.ensureProject(projectID).ensureCluster(name) })
}

// PutCluster adds a cluster, or changes one with that name, which keeps its backup schedule. If
// the project does not exist, it is added.
func (a *Atlas) PutCluster(projectID string, c Cluster) {
	a.change(func() { a.ensureProject(projectID).ensureCluster(c.Name).Cluster = c })
}

// RemoveCluster removes a cluster and its backup schedule. It does nothing if the cluster does not
// exist.
func (a *Atlas) RemoveCluster(projectID, name string) {
	a.change(func() {
		if p := a.projects[projectID]; p != nil {
			clusters := p.clusters()
			*clusters = slices.DeleteFunc(*clusters, func(c cluster) bool { return c.Name == name })
		}
	})
}

func (p *project) ensureCluster(name string) *cluster {
	if found, f := p.cluster(name); f == nil {
		return found
	}
	clusters := p.clusters()
	*clusters = append(*clusters, cluster{Cluster: Cluster{Name: name}})
	return &(*clusters)[len(*clusters)-1]
}

// cluster returns a cluster to be read and changed, or CLUSTER_NOT_FOUND.
func (p *project) cluster(name string) (*cluster, *failure) {
	clusters := *p.clusters()
	for i := range clusters {
		if clusters[i].Name == name {
			return &clusters[i], nil
		}
	}
	return nil, clusterNotFound(name, p.id)
}

// cluster returns the cluster that the path names, to be read and changed. It fails with
// CLUSTER_NOT_FOUND or CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API.
func (c *call) cluster() (*cluster, *failure) {
	found, f := c.project.cluster(c.pathValues["clusterName"])
	if f == nil && found.ClusterType == Flex {
		return nil, cannotUseFlexCluster(found.Name)
	}
	return found, f
}

// clusterToChange is cluster for a call that changes it, which fails with
// CANNOT_UPDATE_PAUSED_CLUSTER too.
func (c *call) clusterToChange() (*cluster, *failure) {
	found, f := c.cluster()
	if f == nil && found.Paused {
		return nil, cannotUpdatePausedCluster(found.Name)
	}
	return found, f
}

// clusterID returns the id of a cluster or, with names, of what it contains. It is derived from
// the names, because a state file has none.
func (p *project) clusterID(cluster string, names ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{p.id, cluster}, names...), "/")))
	return hex.EncodeToString(sum[:12])
}

// clusterAnswer is a cluster in an answer, with the fields that clients read.
type clusterAnswer struct {
	BackupEnabled    bool              `json:"backupEnabled"`
	ClusterType      string            `json:"clusterType"`
	GroupID          string            `json:"groupId"`
	ID               string            `json:"id"`
	Links            []link            `json:"links"`
	Name             string            `json:"name"`
	Paused           bool              `json:"paused"`
	ReplicationSpecs []replicationSpec `json:"replicationSpecs"`
	StateName        string            `json:"stateName"`
}

// replicationSpec is a shard of a cluster, or the whole of a replica set.
type replicationSpec struct {
	ID            string         `json:"id"`
	RegionConfigs []regionConfig `json:"regionConfigs"`
	ZoneID        string         `json:"zoneId"`
	ZoneName      string         `json:"zoneName"`
}

type regionConfig struct {
	ElectableSpecs electableSpecs `json:"electableSpecs"`
	Priority       int            `json:"priority"`
	ProviderName   string         `json:"providerName"`
	RegionName     string         `json:"regionName"`
}

type electableSpecs struct {
	InstanceSize string `json:"instanceSize"`
	NodeCount    int    `json:"nodeCount"`
}

// answerWithCluster returns the answer about a cluster of the call's project.
func (c *call) answerWithCluster(found Cluster) clusterAnswer {
	self := c.link("self", clustersPath+"/"+found.Name)
	return newClusterAnswer(c.project, found, []link{self})
}

// newClusterAnswer gives each shard of a geosharded cluster a zone of its own.
func newClusterAnswer(p *project, c Cluster, links []link) clusterAnswer {
	or := func(value, byDefault string) string {
		if value == "" {
			return byDefault
		}
		return value
	}
	answer := clusterAnswer{
		BackupEnabled: !c.BackupDisabled,
		ClusterType:   or(c.ClusterType, ReplicaSet),
		GroupID:       p.id,
		ID:            p.clusterID(c.Name),
		Links:         links,
		Name:          c.Name,
		Paused:        c.Paused,
		StateName:     or(c.StateName, "IDLE"),

		ReplicationSpecs: []replicationSpec{},
	}
	for i := range c.shards() {
		zone := "Zone 1"
		if answer.ClusterType == GeoSharded {
			zone = fmt.Sprint("Zone ", i+1)
		}
		answer.ReplicationSpecs = append(answer.ReplicationSpecs, replicationSpec{
			ID: p.clusterID(c.Name, fmt.Sprint("shard ", i)),
			RegionConfigs: []regionConfig{{
				ElectableSpecs: electableSpecs{InstanceSize: "M10", NodeCount: 3},
				Priority:       7,
				ProviderName:   or(c.ProviderName, aws),
				RegionName:     or(c.RegionName, "US_EAST_1"),
			}},
			ZoneID:   p.clusterID(c.Name, zone),
			ZoneName: zone,
		})
	}
	return answer
}

func exampleCluster(projectID, id string) any {
	answer := newClusterAnswer(&project{id: projectID}, Cluster{Name: "Cluster-" + id}, []link{})
	answer.ID = id
	return answer
}

// listClusters leaves out flex clusters, which these endpoints refuse: unverified.
func (a *Atlas) listClusters(c *call) (any, *failure) {
	var answers []clusterAnswer
	for _, found := range *c.project.clusters() {
		if found.ClusterType != Flex {
			answers = append(answers, c.answerWithCluster(found.Cluster))
		}
	}
	return paginate(c, answers, func(answer clusterAnswer) string { return answer.ID })
}

func (a *Atlas) getCluster(c *call) (any, *failure) {
	found, f := c.cluster()
	if f != nil {
		return nil, f
	}
	return c.answerWithCluster(found.Cluster), nil
}

// postCluster adds or changes the cluster that the body describes: see Cluster. It makes it export
// to a bucket or, without exportBucketId, to none.
func (a *Atlas) postCluster(w http.ResponseWriter, r *http.Request) {
	var in struct {
		ProjectID      string `json:"projectId"`
		ExportBucketID string `json:"exportBucketId"`
		Cluster
	}
	err := decodeControl(w, r, &in)
	switch {
	case err != nil:
		err = fmt.Errorf("the cluster cannot be read: %w", err)
	case in.Name == "" || strings.Contains(in.Name, "/"):
		err = fmt.Errorf("name %q is not that of a cluster", in.Name)
	case in.ExportBucketID != "" && !hex24.MatchString(in.ExportBucketID):
		err = fmt.Errorf("exportBucketId %q is not an id of 24 digits or letters a to f", in.ExportBucketID)
	case !a.hasProject(in.ProjectID):
		err = fmt.Errorf("projectId %q is not that of a project", in.ProjectID)
	default:
		err = in.check()
	}
	if err == nil {
		err = a.tryChange(func() {
			c := a.ensureProject(in.ProjectID).ensureCluster(in.Name)
			c.Cluster = in.Cluster
			c.setAutoExport(in.ExportBucketID)
		})
	}
	if err != nil {
		writeControlError(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func clusterNotFound(name, groupID string) *failure {
	return newFailure(http.StatusNotFound, "CLUSTER_NOT_FOUND",
		fmt.Sprintf("No cluster named %s exists in group %s.", name, groupID), name, groupID)
}

// cannotUseFlexCluster: the sentence is unverified.
func cannotUseFlexCluster(name string) *failure {
	return newFailure(http.StatusBadRequest, "CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API",
		fmt.Sprintf("Flex cluster %s cannot be used in the cluster API.", name), name)
}

// cannotUpdatePausedCluster: the sentence and its parameters are unverified.
func cannotUpdatePausedCluster(name string) *failure {
	return newFailure(http.StatusConflict, "CANNOT_UPDATE_PAUSED_CLUSTER", fmt.Sprintf("Cannot update cluster %s while it is paused.", name), name)
}
