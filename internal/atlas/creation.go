package atlas

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// looks are the waits before the looks at a project for a bucket that a lost POST may have
// made. Only when they are over is it posted again.
var looks = []time.Duration{0, 2 * time.Second, 8 * time.Second}

// looksAfterTimeout go on for as long again as the POST took: a request that Atlas did not
// answer in a minute, or in the time of a proxy, may still be at work.
var looksAfterTimeout = append(looks[:len(looks):len(looks)], 20*time.Second, 30*time.Second)

// idTolerance is by how much the time in an id may be before that of the POST that made it:
// an id leaves out the part of its second, and the servers that write ids and Dates are not
// the same.
const idTolerance = 2 * time.Second

// UndecidedError tells of a POST whose answer was lost, when the project does not tell what
// became of it.
type UndecidedError struct {
	// Candidates are the buckets that the POST may have made, two at least; nil when there
	// was no look, and Look says why.
	Candidates []ExportBucket
	Look       error

	post *Error
}

func (e *UndecidedError) Error() string {
	if e.Look != nil {
		return fmt.Sprintf("%s; looking for it: %s", e.post, e.Look)
	}
	return fmt.Sprintf("%s; %d export buckets may be the one", e.post, len(e.Candidates))
}

func (e *UndecidedError) Unwrap() error { return e.post }

// CreateExportBucket makes one, and Atlas writes a small file into the storage to check its
// permission. The answer, a 200, has no region yet (recorded). Its errors may name fields of
// the request, or the role.
//
// Atlas allows duplicates (recorded), so a POST whose answer is lost is not repeated before
// a look at the project. A bucket that the POST can have made is taken for its own: one that
// is the same as what was asked for, is not older than the POST, and is not known to this
// process; same says which listed buckets are what was asked for. An *UndecidedError tells
// that the look did not settle it.
func (c *Client) CreateExportBucket(ctx context.Context, projectID string, in ExportBucketRequest, same func(ExportBucket) bool) (*ExportBucket, error) {
	end, err := c.ledger.turn(ctx, placeOf(projectID, in))
	if err != nil {
		return nil, (&Error{Method: http.MethodPost, Path: c.url(request{path: exportBucketPath(projectID)}).EscapedPath(), Unsent: true}).because(err)
	}
	defer end()

	var lost time.Time // when the first POST began whose answer was lost
	for {
		made, err := c.exportBucket(ctx, request{
			method:  http.MethodPost,
			version: versionExportBucket,
			path:    exportBucketPath(projectID),
			in:      in,
			once:    true,
		})
		var post *Error
		if !errors.As(err, &post) || !post.Undecided {
			return made, err
		}
		if lost.IsZero() {
			lost = post.began
		}
		found, err := c.lookFor(ctx, post, projectID, func(b ExportBucket) bool {
			return same(b) && !c.ledger.knows(b.ID) && !b.CreatedAt().Before(c.clock.now().Add(-time.Since(lost)-idTolerance))
		})
		switch {
		case err != nil:
			return nil, &UndecidedError{Look: err, post: post}
		case len(found) == 1:
			c.ledger.note(found[0].ID)
			return &found[0], nil
		case len(found) > 1:
			return nil, &UndecidedError{Candidates: found, post: post}
		}
	}
}

// lookFor returns the candidates of a project as soon as there are any; none tells that
// the POST can be repeated. A look that is refused, as by a proxy in trouble, is not the
// last one: its error is returned only if no later look shows more.
func (c *Client) lookFor(ctx context.Context, post *Error, projectID string, candidate func(ExportBucket) bool) ([]ExportBucket, error) {
	pauses := looks
	if errors.Is(post.Cause, context.DeadlineExceeded) || post.Status == http.StatusGatewayTimeout {
		pauses = looksAfterTimeout
	}
	var refused error // the last look
	pause := post.RetryAfter
	for _, next := range pauses {
		pause += next
		waited := c.Wait(ctx, pause, "the answer to a creation was lost ("+post.Reason()+"): looking whether Atlas has made the bucket")
		all, err := c.AllExportBuckets(ctx, projectID) // at once, if there is no time to wait
		var found []ExportBucket
		for _, b := range all {
			if candidate(b) {
				found = append(found, b)
			}
		}
		if len(found) > 0 {
			return found, nil
		}
		if waited != nil {
			return nil, cmp.Or(err, waited)
		}
		refused, pause = err, 0
	}
	return nil, refused
}

// Knows tells whether an answer to this process was about the export bucket alone: it has
// made, read or changed it.
func (c *Client) Knows(id string) bool {
	return c.ledger.knows(id)
}

// CreatedAt is the time that the bucket's id carries, to the second: the first four bytes
// of an ObjectID (documented). Of an id that is none it is the zero time.
func (b ExportBucket) CreatedAt() time.Time {
	id, err := hex.DecodeString(b.ID)
	if err != nil || len(id) != 12 {
		return time.Time{}
	}
	return time.Unix(int64(binary.BigEndian.Uint32(id)), 0)
}
