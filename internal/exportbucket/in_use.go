package exportbucket

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// noRefusal are statuses with which Atlas does not refuse to show a schedule, but a credential,
// or too many requests.
var noRefusal = []int{http.StatusUnauthorized, http.StatusTooManyRequests}

const (
	// schedulesAtOnce is how many clusters are asked for their schedule at the same time.
	schedulesAtOnce = 10

	// maxClusters is how many clusters a message names.
	maxClusters = 20

	minInUsePause = time.Second
	maxInUsePause = 15 * time.Second
)

// inUseError is Atlas' refusal to delete a bucket, and who uses it.
type inUseError struct {
	refusal  error
	clusters []string // that export to the bucket, sorted; none: Atlas has not noticed yet
	unread   []string // whose schedule Atlas does not show, with its words
	waited   time.Duration
}

func (e *inUseError) Error() string { return e.refusal.Error() }

func (e *inUseError) Unwrap() error { return e.refusal }

// wayOut is what to do about it.
func (e *inUseError) wayOut() string {
	var sentences []string
	if len(e.clusters) > 0 {
		clusters := enumerate(e.clusters, "and")
		if len(e.clusters) > maxClusters {
			clusters = strings.Join(first(e.clusters, maxClusters, ""), ", ")
		}
		sentences = append(sentences, fmt.Sprintf("The automatic export of %s goes to this bucket. Set disable_auto_export_on_destroy = true, "+
			"apply, and destroy again; or switch the export off in the backup policy of each (in Terraform: auto_export_enabled = false "+
			"and no export in its mongodbatlas_cloud_backup_schedule; import that first if it is not in the state, because its "+
			"creation deletes the schedule that the cluster has).", clusters))
	} else {
		sentences = append(sentences, fmt.Sprintf("No cluster of the project exports to this bucket, and Atlas has not noticed in %s. "+
			"Destroy again later, or apply a longer timeouts.delete first.", e.waited.Round(time.Second)))
	}
	if len(e.unread) > 0 {
		sentences = append(sentences, "Could not read the schedules of "+strings.Join(first(e.unread, maxClusters, ""), "; ")+".")
	}
	return strings.Join(sentences, " ")
}

// remove deletes a bucket; isGone tells of an error that there is none. Atlas deletes none to
// which a cluster exports: either the resource may switch that off, or the error names the
// clusters. When none exports, Atlas has yet to notice, and remove waits for that.
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
		if err := client.Wait(ctx, pause, "no cluster exports to the bucket any more: waiting for Atlas to notice"); err != nil {
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
	return repeatOnForeign404(ctx, client, k, func() error { return client.DeleteExportBucket(ctx, k.projectID, k.id) })
}

// exporters are the clusters of a project that export to a bucket, sorted. A cluster that
// vanishes meanwhile exports no more. One whose schedule Atlas refuses to show, as it may of
// clusters without backup (unverified), is in unread and stops nothing: whether the bucket
// is still in use is Atlas' to say.
func exporters(ctx context.Context, client *atlas.Client, projectID, bucketID string) (exporting, unread []string, err error) {
	clusters, err := client.AllClusters(ctx, projectID)
	if err != nil {
		return nil, nil, err
	}
	var mu sync.Mutex // guards both lists
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(schedulesAtOnce)
	for _, cluster := range clusters {
		group.Go(func() error {
			schedule, err := client.GetBackupSchedule(ctx, projectID, cluster.Name)
			mu.Lock()
			defer mu.Unlock()
			var refusal *atlas.Error
			switch {
			case err == nil:
				if schedule.AutoExportEnabled && schedule.Export.ExportBucketID == bucketID {
					exporting = append(exporting, cluster.Name)
				}
			case atlas.HasCode(err, atlas.CodeClusterNotFound):
			case errors.As(err, &refusal) && refusal.Status/100 == 4 && !slices.Contains(noRefusal, refusal.Status) && refusal.Code != "":
				unread = append(unread, cluster.Name+": "+refusal.Reason())
			default:
				return err
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	slices.Sort(exporting)
	slices.Sort(unread)
	return exporting, unread, nil
}
