package atlas_test

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// skewed is an Atlas with wrong clocks. The clock of its ids differs from ours, and the clock of
// its Dates differs from that of its ids.
type skewed struct {
	ahead    time.Duration // how far the clock of the ids is ahead of ours
	date     time.Duration // how far the clock of the Dates is ahead of that of the ids
	ids      []string      // of the export buckets; all are as bucketRequest asks for
	outcomes []outcome     // of the first POSTs; the others are carried out and answered
	lists    []reply       // the answers to the first looks; the answer to the others is the list

	private bool // the buckets are listed with private networking
	hidden  int  // how many more the list counts than it shows

	calls []string // the methods so far
	posts int
}

// outcome is what Atlas does with a POST.
type outcome struct {
	carriedOut bool
	lost       error // the connection breaks
	answer     reply
}

// reply is an answer in place of Atlas'; its zero value is Atlas'.
type reply struct {
	status int
	header http.Header
	body   string
}

var (
	lostAfter  = outcome{carriedOut: true, lost: syscall.ECONNRESET}
	lostBefore = outcome{lost: syscall.ECONNRESET}
	forbidden  = reply{status: http.StatusForbidden, body: "<html><body>Blocked by the proxy</body></html>"}
	empty      = reply{status: http.StatusOK, body: `{"results":[],"totalCount":0}`} // a list that does not show anything yet
)

func (s *skewed) create() string {
	id := idAt(time.Now().Add(s.ahead), len(s.ids))
	s.ids = append(s.ids, id)
	return id
}

// idAt is an id of a time.
func idAt(created time.Time, n int) string {
	id := binary.BigEndian.AppendUint32(nil, uint32(created.Unix()))
	return hex.EncodeToString(binary.BigEndian.AppendUint64(id, uint64(n)))
}

func (s *skewed) RoundTrip(req *http.Request) (*http.Response, error) {
	s.calls = append(s.calls, req.Method)
	w := httptest.NewRecorder()
	w.Header().Set("Date", time.Now().Add(s.ahead+s.date).UTC().Format(http.TimeFormat))
	if req.Method == http.MethodPost {
		f := outcome{carriedOut: true}
		if s.posts++; s.posts <= len(s.outcomes) {
			f = s.outcomes[s.posts-1]
		}
		id := ""
		if f.carriedOut {
			id = s.create()
		}
		if f.lost != nil {
			return nil, f.lost
		}
		f.answer.write(w, s.bucket(id))
		return w.Result(), nil
	}
	var r reply
	if looks := len(s.calls) - s.posts; looks <= len(s.lists) {
		r = s.lists[looks-1]
	}
	var page []string
	for _, id := range s.ids {
		page = append(page, s.bucket(id))
	}
	r.write(w, fmt.Sprintf(`{"results":[%s],"totalCount":%d}`, strings.Join(page, ","), len(page)+s.hidden))
	return w.Result(), nil
}

func (s *skewed) bucket(id string) string {
	return fmt.Sprintf(`{"_id":%q,"bucketName":"snapshots","cloudProvider":"AWS","iamRoleId":%q,"requirePrivateNetworking":%t}`, id, roleID, s.private)
}

func (r reply) write(w *httptest.ResponseRecorder, body string) {
	if r.status == 0 {
		_, _ = io.WriteString(w, body)
		return
	}
	maps.Copy(w.Header(), r.header)
	w.WriteHeader(r.status)
	_, _ = io.WriteString(w, r.body)
}

// wroteHeaders is a connection that reports that the request was written.
type wroteHeaders struct{ *skewed }

func (w wroteHeaders) RoundTrip(req *http.Request) (*http.Response, error) {
	httptrace.ContextClientTrace(req.Context()).WroteHeaders()
	return w.skewed.RoundTrip(req)
}

// createOn creates the bucket of bucketRequest within five minutes.
func createOn(t *testing.T, server *skewed) (*atlas.ExportBucket, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	client := newClient(t, atlas.NewPool(wroteHeaders{server}), "http://localhost", atlas.AccessToken("token"))
	return client.CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
}

// requireUndecided wants an UndecidedError after a number of POSTs, with these candidates, the
// oldest first.
func requireUndecided(t *testing.T, server *skewed, err error, posts int, candidates ...string) *atlas.UndecidedError {
	t.Helper()
	var undecided *atlas.UndecidedError
	if !errors.As(err, &undecided) {
		t.Fatalf("want an UndecidedError, got %v", err)
	}
	if got := slices.Sorted(slices.Values(undecided.Candidates)); !slices.Equal(got, candidates) || server.posts != posts {
		t.Errorf("after %v: candidates %v, want %v after %d POSTs", server.calls, undecided.Candidates, candidates, posts)
	}
	return undecided
}

// requireCreated wants the last bucket of the server, after a number of POSTs.
func requireCreated(t *testing.T, server *skewed, created *atlas.ExportBucket, err error, posts int) {
	t.Helper()
	if err != nil {
		t.Fatalf("after %v: %v", server.calls, err)
	}
	if last := server.ids[len(server.ids)-1]; created.ID != last || server.posts != posts {
		t.Errorf("after %v: got %s of %v, want the last after %d POSTs", server.calls, created.ID, server.ids, posts)
	}
}
