package exportbucket

import (
	"context"
	"errors"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// foreign404Pause is the wait before a call is repeated that something else than Atlas has
// answered.
const foreign404Pause = 2 * time.Second

// goneError tells that there is no such bucket. It wraps the answer that says so: Atlas' own,
// or a 404 of something else about a bucket that is not in the list of its project either.
type goneError struct {
	answer error
}

func (e *goneError) Error() string { return e.answer.Error() }

func (e *goneError) Unwrap() error { return e.answer }

func isGone(err error) bool {
	var gone *goneError
	return errors.As(err, &gone)
}

// read asks Atlas for a bucket; isGone tells of an error that there is none.
func read(ctx context.Context, client *atlas.Client, k key) (*atlas.ExportBucket, error) {
	found, err := client.GetExportBucket(ctx, k.projectID, k.id, k.cloudProvider)
	if atlas.IsForeign404(err) {
		return findInList(ctx, client, k, err)
	}
	if atlas.IsGone(err) {
		return nil, &goneError{err}
	}
	return found, err
}

// findInList asks the project's list about a bucket after a 404 that does not come from Atlas.
// Where the list does not answer either, or does not show all, the 404 is the error.
func findInList(ctx context.Context, client *atlas.Client, k key, foreign404 error) (*atlas.ExportBucket, error) {
	all, whole, err := client.AllExportBuckets(ctx, k.projectID)
	switch {
	case atlas.HasCode(err, atlas.CodeProjectNotFound): // all that a list can say is gone
		return nil, &goneError{err}
	case err != nil:
		return nil, foreign404
	}
	for _, b := range all {
		if b.ID != k.id {
			continue
		}
		if b.Check(k.id, k.cloudProvider) != nil {
			return nil, foreign404
		}
		return &b, nil
	}
	if !whole {
		return nil, foreign404
	}
	return nil, &goneError{foreign404}
}

// repeatOnForeign404 does a call on a bucket, and does it a second time when something else
// than Atlas answered with a 404 and the project's list still has the bucket. isGone tells of
// an error that there is none.
func repeatOnForeign404(ctx context.Context, client *atlas.Client, k key, call func() error) error {
	err := call()
	if atlas.IsForeign404(err) {
		if _, err := findInList(ctx, client, k, err); err != nil {
			return err
		}
		if client.Wait(ctx, foreign404Pause, "a 404 that does not come from Atlas, on an export bucket that the project still has") != nil {
			return err
		}
		err = call()
	}
	if atlas.IsGone(err) {
		return &goneError{err}
	}
	return err
}
