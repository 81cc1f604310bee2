package exportbucket

import (
	"context"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// foreign404Pause is the wait before a call is repeated that something else than Atlas has
// answered.
const foreign404Pause = 2 * time.Second

// read asks Atlas for a bucket; nil without an error is one that is gone.
func read(ctx context.Context, client *atlas.Client, projectID, id string) (*atlas.ExportBucket, error) {
	found, err := client.GetExportBucket(ctx, projectID, id)
	if atlas.IsForeign404(err) {
		return listed(ctx, client, projectID, id, err)
	}
	if atlas.IsGone(err) {
		return nil, nil
	}
	return found, err
}

// listed asks the project's list about a bucket after a 404 that is not Atlas' word on it;
// nil without an error is one that is gone. Where the list does not answer either, the 404
// is the error.
func listed(ctx context.Context, client *atlas.Client, projectID, id string, foreign404 error) (*atlas.ExportBucket, error) {
	all, err := client.AllExportBuckets(ctx, projectID)
	switch {
	case atlas.HasCode(err, atlas.CodeProjectNotFound): // all that a list can say is gone
		return nil, nil
	case err != nil:
		return nil, foreign404
	}
	for _, b := range all {
		if b.ID == id {
			return &b, nil
		}
	}
	return nil, nil
}

// insist repeats a call on a bucket once, when it was answered with a 404 that is not Atlas'
// word and the project's list still has the bucket. gone tells that it has not.
func insist(ctx context.Context, client *atlas.Client, projectID, id string, call func() error) (gone bool, err error) {
	err = call()
	if atlas.IsForeign404(err) {
		found, listErr := listed(ctx, client, projectID, id, err)
		if listErr != nil {
			return false, err
		}
		if found == nil {
			return true, err
		}
		if client.Wait(ctx, foreign404Pause, "a 404 that is not Atlas' word on the export bucket, which the project still has") != nil {
			return false, err
		}
		err = call()
	}
	return atlas.IsGone(err), err
}
