package emulator

// ExportNewBuckets makes a cluster export every month to each export bucket that is created with
// the API from now on. It exports only to the newest one, because a cluster exports to one bucket
// at a time. If the project or the cluster does not exist, it is added. The state file has the
// bucket that the cluster exports to, but not that it follows new buckets.
func (a *Atlas) ExportNewBuckets(projectID, cluster string) {
	a.AddCluster(projectID, cluster)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.exporters[projectID] = append(a.exporters[projectID], cluster)
}

// exportToNew makes the clusters that follow new buckets export to this one. The caller holds the
// lock.
func (a *Atlas) exportToNew(p *project, bucketID string) {
	for _, name := range a.exporters[p.id] {
		p.ensureCluster(name).setAutoExport(bucketID)
	}
}
