package emulator

import (
	"fmt"
	"slices"
)

// The most that Cluster.Shards and Cluster.Collections can be.
const (
	maxShards      = 50
	maxCollections = 100
)

// check returns the first mistake in c, except in its name.
func (c Cluster) check() error {
	switch {
	case c.ClusterType != "" && !slices.Contains(clusterTypes, c.ClusterType):
		return fmt.Errorf("clusterType %q is not %s", c.ClusterType, anyOf(clusterTypes))
	case c.Shards < 0 || c.Shards > maxShards:
		return fmt.Errorf("shards %d is not between 0 and %d", c.Shards, maxShards)
	case c.Collections < NoCollections || c.Collections > maxCollections:
		return fmt.Errorf("collections %d is not between %d and %d", c.Collections, NoCollections, maxCollections)
	}
	return nil
}

func (c Cluster) isSharded() bool { return c.ClusterType == Sharded || c.ClusterType == GeoSharded }

// shards returns how many shards a sharded cluster has. A replica set has one.
func (c Cluster) shards() int {
	switch {
	case !c.isSharded():
		return 1
	case c.Shards == 0:
		return 2
	}
	return c.Shards
}

// replicaSets returns the names of the cluster's replica sets. That a replica set has the name of
// its cluster is recorded. The names of shards are unverified.
func (c Cluster) replicaSets() []string {
	if !c.isSharded() {
		return []string{c.Name}
	}
	var names []string
	for i := range c.shards() {
		names = append(names, fmt.Sprintf("%s-shard-%d", c.Name, i))
	}
	return names
}

// collections returns how many collections an export of the cluster has.
func (c Cluster) collections() int {
	switch c.Collections {
	case 0:
		return 2
	case NoCollections:
		return 0
	}
	return c.Collections
}
