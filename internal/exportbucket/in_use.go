package exportbucket

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

const (
	// maxClusters is how many clusters a message names.
	maxClusters = 20

	minInUsePause = time.Second
	maxInUsePause = 15 * time.Second
)

// inUseError is Atlas' refusal to delete a bucket, and the clusters that use it.
type inUseError struct {
	refusal  error
	clusters []string // that export to the bucket, sorted; empty if no cluster does
	unread   []string // whose schedule Atlas does not show, with its reason
	waited   time.Duration
}

func (e *inUseError) Error() string { return e.refusal.Error() }

func (e *inUseError) Unwrap() error { return e.refusal }

// hint is what to do about it.
func (e *inUseError) hint() string {
	var sentences []string
	if len(e.clusters) > 0 {
		clusters := "cluster " + e.clusters[0]
		if len(e.clusters) > 1 {
			clusters = "clusters " + argument.Enumerate(e.clusters, "and")
		}
		if len(e.clusters) > maxClusters {
			clusters = "clusters " + strings.Join(argument.FirstOf(e.clusters, maxClusters, ""), ", ")
		}
		sentences = append(sentences, fmt.Sprintf("The automatic export of %s goes to this bucket.\n\n"+
			"To switch it off with this resource, set disable_auto_export_on_destroy = true and apply (a destroy alone does not use it), and then destroy again.\n\n"+
			"Or switch it off where it is managed: destroy its atlasbackup_auto_export, write auto_export_enabled = false and no export in its "+
			"mongodbatlas_cloud_backup_schedule, or change the backup policy in Atlas. If that mongodbatlas_cloud_backup_schedule is not in the state, "+
			"import it first: its creation deletes the existing schedule of the cluster.", clusters))
	} else {
		sentences = append(sentences, fmt.Sprintf("No cluster of the project exports to this bucket, and Atlas still refused the deletion after %s. "+
			"Destroy again later, or apply a longer timeouts.delete first.", e.waited.Round(time.Second)))
	}
	if len(e.unread) > 0 {
		sentences = append(sentences, "Could not read the schedules of "+strings.Join(argument.FirstOf(e.unread, maxClusters, ""), "; ")+".")
	}
	return strings.Join(sentences, "\n\n")
}

// remove deletes a bucket; operation.IsGone tells of an error that it did not exist. Atlas does
// not delete a bucket to which a cluster exports: either the resource may switch that export
// off, or the error names the clusters. If no cluster exports, Atlas may not know that yet, and
// remove retries until it does.
func remove(ctx context.Context, client *atlas.Client, k key, disableAutoExport bool) error {
	err := removeOnce(ctx, client, k)
	if !atlas.HasCode(err, atlas.CodeExportBucketInUse) {
		return err
	}
	start := time.Now()
	inUse, pause := &inUseError{refusal: err}, minInUsePause
	if inUse.clusters, inUse.unread, err = exporters(ctx, client, k.projectID, k.id); err != nil {
		return err
	}
	if len(inUse.clusters) > 0 {
		if !disableAutoExport {
			return inUse
		}
		for _, cluster := range inUse.clusters {
			err := client.DisableAutoExport(ctx, k.projectID, cluster)
			if err != nil && !atlas.HasCode(err, atlas.CodeClusterNotFound) {
				return err
			}
		}
		inUse.clusters, pause = nil, 0
	}
	for ; ; pause = min(max(2*pause, minInUsePause), maxInUsePause) {
		if err := client.Wait(ctx, pause, "no cluster exports to the bucket now, but Atlas does not know that yet"); err != nil {
			inUse.waited = time.Since(start)
			return inUse
		}
		err := removeOnce(ctx, client, k)
		if !atlas.HasCode(err, atlas.CodeExportBucketInUse) {
			return err
		}
	}
}

func removeOnce(ctx context.Context, client *atlas.Client, k key) error {
	return k.existence(client).Repeat(ctx, client, func(ctx context.Context) error { return client.DeleteExportBucket(ctx, k.projectID, k.id) })
}

// exporters are the clusters of a project that export to a bucket. One whose schedule Atlas
// refuses to show is in unread and is no error: Atlas decides whether the bucket is in use.
func exporters(ctx context.Context, client *atlas.Client, projectID, bucketID string) (exporting, unread []string, err error) {
	all, err := client.BackupSchedules(ctx, projectID)
	if err != nil {
		return nil, nil, err
	}
	for _, one := range all {
		switch {
		case one.Refusal != nil:
			unread = append(unread, one.Cluster.Name+": "+one.Refusal.Reason())
		case one.Schedule.AutoExportEnabled && one.Schedule.Export.ExportBucketID == bucketID:
			exporting = append(exporting, one.Cluster.Name)
		}
	}
	return exporting, unread, nil
}
