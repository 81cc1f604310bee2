package exportbucket

import (
	"context"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// regionPauses are the waits between the looks for a region. A recorded bucket had its
// own seven seconds after it was made.
var regionPauses = []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}

// awaitRegion reads a bucket that has just been made, on AWS again until its region is
// there. A region that does not come in time is no error: a later refresh finds it.
func awaitRegion(ctx context.Context, client *atlas.Client, projectID string, made *atlas.ExportBucket) (*atlas.ExportBucket, error) {
	for _, pause := range regionPauses {
		found, err := client.GetExportBucket(ctx, projectID, made.ID)
		if err != nil || found.CloudProvider != atlas.AWS || found.Region != "" {
			return found, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return found, nil
		}
	}
	return client.GetExportBucket(ctx, projectID, made.ID)
}
