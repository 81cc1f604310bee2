package atlas

import (
	"context"
	"errors"
	"net/http"
)

// Codes of answers about a cluster, as documented.
const (
	CodeCannotUpdatePausedCluster = "CANNOT_UPDATE_PAUSED_CLUSTER"
	CodeClusterNotFound           = "CLUSTER_NOT_FOUND"
	CodeFlexCluster               = "CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API"
)

const (
	versionCluster = "2024-08-05"

	// clustersPerPage keeps a page small: Atlas sends 15 kB for each (recorded).
	clustersPerPage = 100

	// maxClusterName is longer than any name, in bytes. A name becomes part of addresses and
	// messages.
	maxClusterName = 256
)

// Cluster is Atlas' answer, as documented: the part that the provider needs.
type Cluster struct {
	Name          string `json:"name"`
	ClusterType   string `json:"clusterType"` // REPLICASET, SHARDED or GEOSHARDED
	StateName     string `json:"stateName"`   // such as IDLE
	Paused        bool   `json:"paused"`
	BackupEnabled bool   `json:"backupEnabled"`

	ReplicationSpecs []struct {
		RegionConfigs []struct {
			ProviderName string `json:"providerName"` // AWS, AZURE, GCP; TENANT of a free cluster, FLEX
		} `json:"regionConfigs"`
	} `json:"replicationSpecs"`
}

// CannotExport is why a cluster cannot export its snapshots, as half a sentence; "" if it can. A
// paused cluster can: its next snapshot is exported after it was resumed.
func (c Cluster) CannotExport() string {
	switch {
	case c.hasProvider("FLEX"):
		return "it is a flex cluster, which cannot export"
	case c.hasProvider("TENANT"):
		return "it is a free or shared cluster, which cannot export"
	case c.StateName == "DELETING", c.StateName == "DELETED":
		return "it is being deleted"
	case !c.BackupEnabled:
		return "its backup is off"
	}
	return ""
}

func (c Cluster) hasProvider(name string) bool {
	for _, spec := range c.ReplicationSpecs {
		for _, region := range spec.RegionConfigs {
			if region.ProviderName == name {
				return true
			}
		}
	}
	return false
}

// IsSharded tells that the cluster has snapshots of its own kind, with paths of their own.
func (c Cluster) IsSharded() bool {
	return c.ClusterType == "SHARDED" || c.ClusterType == "GEOSHARDED"
}

// GetCluster reads one; CodeClusterNotFound tells that it does not exist.
func (c *Client) GetCluster(ctx context.Context, projectID, name string) (*Cluster, error) {
	return call(ctx, c, request{
		method:  http.MethodGet,
		version: versionCluster,
		path:    []string{"groups", projectID, "clusters", name},
	}, func(found Cluster) error {
		switch {
		case found.Name != name:
			return errors.New("its name is that of another cluster, or missing")
		case found.ClusterType == "":
			return errors.New("it has no clusterType")
		}
		return nil
	})
}

// AllClusters returns those of a project at once. whole tells that none is missing: see listAll.
func (c *Client) AllClusters(ctx context.Context, projectID string) (all []Cluster, whole bool, err error) {
	return listAll(ctx, c, listing[Cluster]{
		version:      versionCluster,
		path:         []string{"groups", projectID, "clusters"},
		itemsPerPage: clustersPerPage,
		key:          Cluster.key,
	})
}

// key is the name of a cluster, "" if no cluster can have it.
func (c Cluster) key() string {
	if len(c.Name) > maxClusterName || c.Name != Printable(c.Name) {
		return ""
	}
	return c.Name
}
