package exportstatus

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// clustersAtOnce is how many clusters are read at the same time.
const clustersAtOnce = 10

// status is what Atlas has of the exports of a project's clusters.
type status struct {
	clusters []clusterStatus // sorted by name
	unknown  []unknownStatus
	shown    int  // how many clusters Atlas has shown, wanted or not
	whole    bool // no cluster is missing
}

// clusterStatus is that of one cluster.
type clusterStatus struct {
	cluster    atlas.Cluster
	schedule   *atlas.BackupSchedule
	successful *atlas.ExportJob // the one that finished last; nil for none
	failed     *atlas.ExportJob // the failed or cancelled one that was created last; nil for none
	jobs       int              // how many Atlas has shown
	whole      bool             // no job is missing
}

// unknownStatus is a cluster that could not be read.
type unknownStatus struct {
	name, reason string
}

// readStatus reads the schedule and the export jobs of each cluster that is wanted. Where Atlas
// does not show these, the cluster is unknown. An error is that of the list of clusters, or of
// the context.
func readStatus(ctx context.Context, client *atlas.Client, projectID string, wants func(name string) bool) (status, error) {
	clusters, whole, err := client.AllClusters(ctx, projectID)
	if err != nil {
		return status{}, err
	}
	read := status{shown: len(clusters), whole: whole}
	var mu sync.Mutex // guards read
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(clustersAtOnce)
	for _, cluster := range clusters {
		if !wants(cluster.Name) {
			continue
		}
		group.Go(func() error {
			one, err := readCluster(ctx, client, projectID, cluster)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				read.clusters = append(read.clusters, one)
			case ctx.Err() != nil:
				return err
			case !atlas.HasCode(err, atlas.CodeClusterNotFound): // deleted meanwhile
				read.unknown = append(read.unknown, unknownStatus{name: cluster.Name, reason: reasonOf(err)})
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return status{}, err
	}
	atlas.SortBy(read.clusters, func(s clusterStatus) string { return s.cluster.Name })
	return read, nil
}

// readCluster asks nothing about a cluster that cannot export.
func readCluster(ctx context.Context, client *atlas.Client, projectID string, cluster atlas.Cluster) (clusterStatus, error) {
	read := clusterStatus{cluster: cluster, schedule: &atlas.BackupSchedule{}, whole: true}
	if cluster.CannotExport() != "" {
		return read, nil
	}
	schedule, err := client.GetBackupSchedule(ctx, projectID, cluster.Name)
	if err != nil {
		return read, err
	}
	read.schedule = schedule
	jobs, whole, err := client.AllExportJobs(ctx, projectID, cluster.Name)
	if err != nil {
		return read, err
	}
	read.jobs, read.whole = len(jobs), whole
	for _, job := range jobs {
		switch job.State {
		case atlas.JobSuccessful:
			if read.successful == nil || job.FinishedAt.After(read.successful.FinishedAt) {
				read.successful = &job
			}
		case atlas.JobFailed, atlas.JobCancelled:
			if read.failed == nil || job.CreatedAt.After(read.failed.CreatedAt) {
				read.failed = &job
			}
		}
	}
	return read, nil
}

// reasonOf is why a cluster could not be read, with what Atlas said.
func reasonOf(err error) string {
	e, ok := errors.AsType[*atlas.Error](err)
	switch {
	case !ok:
		return atlas.Printable(err.Error())
	case e.Code == atlas.CodeUserUnauthorized:
		return e.Reason() + " To read export jobs, the credential needs the role Project Backup Manager. " + e.Where()
	}
	return e.Error()
}
