package atlas

import (
	"context"
	"iter"
)

const versionCluster = "2024-08-05"

// Cluster is what matters here of one.
type Cluster struct {
	Name string `json:"name"`
}

// Clusters yields those of a project, from every page; an error is the last thing it
// yields. Documented in the Atlas Admin API.
func (c *Client) Clusters(ctx context.Context, projectID string) iter.Seq2[Cluster, error] {
	return list(ctx, c, versionCluster, func(c Cluster) string { return c.Name }, new(pageCount), "groups", projectID, "clusters")
}
