package exportbucket

import (
	"context"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// disableAutoExport switches auto export off on the clusters of the project that export
// to the bucket. A cluster that vanishes meanwhile exports no more.
func disableAutoExport(ctx context.Context, client *atlas.Client, projectID, bucketID string) error {
	for cluster, err := range client.Clusters(ctx, projectID) {
		if err != nil {
			return err
		}
		schedule, err := client.GetBackupSchedule(ctx, projectID, cluster.Name)
		if err == nil && schedule.AutoExportEnabled && schedule.Export.ExportBucketID == bucketID {
			err = client.DisableAutoExport(ctx, projectID, cluster.Name)
		}
		if err != nil && !atlas.HasCode(err, atlas.CodeClusterNotFound) {
			return err
		}
	}
	return nil
}
