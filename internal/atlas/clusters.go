package atlas

import (
	"context"
)

const versionCluster = "2024-08-05"

// clustersPerPage keeps a page small: Atlas tells 15 kB of each (recorded).
const clustersPerPage = 100

// Cluster is what matters here of one.
type Cluster struct {
	Name string `json:"name"`
}

// AllClusters returns those of a project, as listAll does. Documented in the Atlas Admin API.
func (c *Client) AllClusters(ctx context.Context, projectID string) ([]Cluster, error) {
	all, _, err := listAll(ctx, c, listing[Cluster]{
		version:      versionCluster,
		path:         []string{"groups", projectID, "clusters"},
		itemsPerPage: clustersPerPage,
		key:          Cluster.key,
	})
	return all, err
}

// maxClusterName is far longer than any name, in bytes. Names become addresses and messages.
const maxClusterName = 256

// key is the name of a cluster, "" if no cluster has such a one.
func (c Cluster) key() string {
	if len(c.Name) > maxClusterName || c.Name != Printable(c.Name) {
		return ""
	}
	return c.Name
}
