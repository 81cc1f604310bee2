package emulator

import (
	"crypto/sha256"
	"encoding/hex"
)

// cluster is what Atlas holds of one cluster.
type cluster struct {
	Name     string         `json:"name"`
	Schedule backupSchedule `json:"schedule"`
}

// AddCluster makes a cluster with a backup schedule whose auto export is off.
// One that is there stays as it is. It makes a project that is not there.
func (a *Atlas) AddCluster(projectID, name string) {
	a.change(func() { a.ensureProject(projectID).ensureCluster(name) })
}

func (p *project) ensureCluster(name string) *cluster {
	if found, f := p.cluster(name); f == nil {
		return found
	}
	p.Clusters = append(p.Clusters, cluster{Name: name})
	return &p.Clusters[len(p.Clusters)-1]
}

// cluster returns the stored cluster, or CLUSTER_NOT_FOUND.
func (p *project) cluster(name string) (*cluster, *failure) {
	for i := range p.Clusters {
		if p.Clusters[i].Name == name {
			return &p.Clusters[i], nil
		}
	}
	return nil, clusterNotFound(name, p.id)
}

// clusterID returns the id of a cluster. It is derived from the name, because a
// state file has none.
func (p *project) clusterID(name string) string {
	sum := sha256.Sum256([]byte(p.id + "/" + name))
	return hex.EncodeToString(sum[:12])
}

// clusterAnswer is a cluster in a list. Of all that Atlas tells of one, the
// emulator has the name.
type clusterAnswer struct {
	Name string `json:"name"`
}

func (a *Atlas) listClusters(c *call) (any, *failure) {
	var answers []clusterAnswer
	for _, cluster := range c.project.Clusters {
		answers = append(answers, clusterAnswer{Name: cluster.Name})
	}
	return paginate(c.url, answers)
}
