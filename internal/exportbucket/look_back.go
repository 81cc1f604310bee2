package exportbucket

import (
	"context"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// lookBackLimit ends the looks at a bucket that has just been made. It is in the state
// already, so trouble at this point must not hold the apply for long.
const lookBackLimit = time.Minute

// lookBackPauses are the waits between the looks. A recorded bucket had its region seven
// seconds after it was made.
var lookBackPauses = []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}

// lookBack reads a bucket that has just been made, and finds its twins: others that are the
// same, and that this process has nothing to do with. The first look is at the project's
// first page of buckets, because that costs one request, as a look at the bucket alone does.
// Then it looks at the bucket: until it is there, as it may be late (any 404 counts), and on
// AWS until its region is. A region that does not come in time is no error, and neither is
// trouble on the way to it: a later refresh finds it.
func lookBack(ctx context.Context, client *atlas.Client, bucket model) (found *atlas.ExportBucket, twins []atlas.ExportBucket, err error) {
	ctx, cancel := context.WithTimeout(ctx, lookBackLimit)
	defer cancel()
	k := bucket.key()

	found, twins, err = firstPage(ctx, client, bucket)
	if found == nil && err == nil { // it is on a later page
		found, err = client.GetExportBucket(ctx, k.projectID, k.id, k.cloudProvider)
	}
	for _, pause := range lookBackPauses {
		whole := found != nil && (found.CloudProvider != atlas.AWS || found.Region != "")
		if whole || err != nil && !atlas.IsNotFound(err) {
			break
		}
		if client.Wait(ctx, pause, "the new export bucket, or its region, does not show yet") != nil {
			break
		}
		var again *atlas.ExportBucket
		if again, err = client.GetExportBucket(ctx, k.projectID, k.id, k.cloudProvider); err == nil {
			found = again
		}
	}
	if found != nil {
		return found, twins, nil
	}
	return nil, twins, err
}

// firstPage finds a new bucket and its twins among the project's first. A twin is older: one
// that is not may be a creation of this process that waits for its answer.
func firstPage(ctx context.Context, client *atlas.Client, bucket model) (found *atlas.ExportBucket, twins []atlas.ExportBucket, err error) {
	seen, k := 0, bucket.key()
	created := atlas.CreatedAt(k.id)
	for b, err := range client.ExportBuckets(ctx, k.projectID) {
		switch {
		case err != nil:
			return nil, nil, err
		case b.ID == k.id:
			if b.Check(k.id, k.cloudProvider) == nil {
				found = &b
			}
		case bucket.match(b) == atlas.Same && !client.Knows(b.ID) && b.CreatedAt().Before(created):
			twins = append(twins, b)
		}
		if seen++; seen == atlas.ItemsPerPage {
			break // the next one costs a request
		}
	}
	return found, twins, nil
}
