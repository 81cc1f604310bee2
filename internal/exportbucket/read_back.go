package exportbucket

import (
	"context"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// readBackLimit is how long a new bucket is read. It is in the state already, so a problem at
// this point must not delay the apply for long.
const readBackLimit = time.Minute

// readBackPauses are the waits between the reads. A recorded bucket had its region seven
// seconds after it was created.
var readBackPauses = []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}

// readBack reads a new bucket, and finds its twins: others that are the same, and that this
// process has not created or read. It begins with the project's first page of buckets, because
// that costs one request, as a read of the bucket alone does. Then it reads the bucket until
// Atlas shows it, which may be late (after any 404), and shows its region where the cloud has
// one. A region that does not come in time is no error, and neither is a failure on the way to
// it: a later refresh finds it.
func readBack(ctx context.Context, client *atlas.Client, bucket model) (found *atlas.ExportBucket, twins []atlas.ExportBucket, err error) {
	ctx, cancel := context.WithTimeout(ctx, readBackLimit)
	defer cancel()
	k := bucket.key()

	found, twins, err = firstPage(ctx, client, bucket)
	if found == nil && err == nil { // it is on a later page
		found, err = client.GetExportBucket(ctx, k.projectID, k.id, k.cloudProvider)
	}
	for _, pause := range readBackPauses {
		whole := found != nil && (!attributeByName("region").isOn(found.CloudProvider) || found.Region != "")
		if whole || err != nil && !atlas.IsNotFound(err) {
			break
		}
		if client.Wait(ctx, pause, "Atlas does not show the new export bucket, or its region, yet") != nil {
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

// firstPage finds a new bucket and its twins on the project's first page. A twin is older: a
// newer one may be a creation of this process that waits for its answer.
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
