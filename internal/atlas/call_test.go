package atlas_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// An element that is empty or goes up leads to another address: the DELETE of a bucket without
// an id would be a DELETE of the list.
func TestNothingIsSentWithoutAnAddress(t *testing.T) {
	const cluster = "cluster"
	for _, bad := range []string{"", ".", ".."} {
		for name, call := range map[string]func(context.Context, *atlas.Client) error{
			"read, project": func(ctx context.Context, c *atlas.Client) error {
				_, err := c.GetExportBucket(ctx, bad, bucketID, "")
				return err
			},
			"read, bucket": func(ctx context.Context, c *atlas.Client) error {
				_, err := c.GetExportBucket(ctx, projectID, bad, "")
				return err
			},
			"page, project": func(ctx context.Context, c *atlas.Client) error {
				for _, err := range c.ExportBuckets(ctx, bad) {
					return err
				}
				return nil
			},
			"list, project": func(ctx context.Context, c *atlas.Client) error {
				_, _, err := c.AllExportBuckets(ctx, bad)
				return err
			},
			"change, project": func(ctx context.Context, c *atlas.Client) error {
				_, err := c.SetExportBucketPrivateNetworking(ctx, bad, bucketID, true)
				return err
			},
			"change, bucket": func(ctx context.Context, c *atlas.Client) error {
				_, err := c.SetExportBucketPrivateNetworking(ctx, projectID, bad, true)
				return err
			},
			"delete, project": func(ctx context.Context, c *atlas.Client) error { return c.DeleteExportBucket(ctx, bad, bucketID) },
			"delete, bucket":  func(ctx context.Context, c *atlas.Client) error { return c.DeleteExportBucket(ctx, projectID, bad) },
			"create, project": func(ctx context.Context, c *atlas.Client) error {
				_, err := c.CreateExportBucket(ctx, bad, bucketRequest, asRequested)
				return err
			},
			"endpoint, cloud": func(ctx context.Context, c *atlas.Client) error {
				_, err := c.GetPrivateEndpoint(ctx, projectID, bad, bucketID)
				return err
			},
			"endpoint, delete": func(ctx context.Context, c *atlas.Client) error {
				return c.DeletePrivateEndpoint(ctx, projectID, atlas.AWS, bad)
			},
			"roles, project": func(ctx context.Context, c *atlas.Client) error {
				_, err := c.AllAccessRoles(ctx, bad)
				return err
			},
			"schedule, project": func(ctx context.Context, c *atlas.Client) error {
				_, err := c.GetBackupSchedule(ctx, bad, cluster)
				return err
			},
			"schedule, cluster": func(ctx context.Context, c *atlas.Client) error {
				_, err := c.GetBackupSchedule(ctx, projectID, bad)
				return err
			},
			"export, project": func(ctx context.Context, c *atlas.Client) error { return c.DisableAutoExport(ctx, bad, cluster) },
			"export, cluster": func(ctx context.Context, c *atlas.Client) error { return c.DisableAutoExport(ctx, projectID, bad) },
			"clusters, project": func(ctx context.Context, c *atlas.Client) error {
				_, _, err := c.AllClusters(ctx, bad)
				return err
			},
		} {
			synctest.Test(t, func(t *testing.T) {
				transport := roundTripper(func(req *http.Request) (*http.Response, error) {
					t.Errorf("%s %q: %s %s was sent", name, bad, req.Method, req.URL)
					return nil, errors.New("not sent")
				})
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				err := call(ctx, newClient(t, atlas.NewPool(transport), "http://localhost", account))
				var e *atlas.Error
				var undecided *atlas.UndecidedError
				if !errors.As(err, &e) || e.Status != 0 || !strings.Contains(err.Error(), "an element of its path is empty") || errors.As(err, &undecided) {
					t.Errorf("%s %q: got %#v", name, bad, err)
				}
			})
		}
	}
}

// The status of a proxy's login page is often 200.
func TestADeletionWithoutA204IsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if calls++; calls < 3 {
				_, _ = io.WriteString(w, "<html>Sign in</html>")
				return
			}
			w.WriteHeader(http.StatusNoContent)
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := newClient(t, atlas.NewPool(inProcess{answer}), "http://localhost", atlas.AccessToken("token")).DeleteExportBucket(ctx, projectID, bucketID)
		if err != nil || calls != 3 {
			t.Errorf("after %d calls: %v", calls, err)
		}
	})
}
