package atlas_test

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// skewed is an Atlas whose clock is not ours.
type skewed struct {
	ahead time.Duration
	ids   []string // of the export buckets, all of them as bucketRequest asks for
	posts int
	lose  func(n int) (acts bool, err error) // what becomes of the nth POST; without an error it is answered
}

func (s *skewed) now() time.Time { return time.Now().Add(s.ahead) }

func (s *skewed) make() string {
	id := binary.BigEndian.AppendUint32(nil, uint32(s.now().Unix()))
	s.ids = append(s.ids, hex.EncodeToString(binary.BigEndian.AppendUint64(id, uint64(len(s.ids)))))
	return s.ids[len(s.ids)-1]
}

func (s *skewed) RoundTrip(req *http.Request) (*http.Response, error) {
	answer := httptest.NewRecorder()
	answer.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	const bucket = `{"_id":"%s","bucketName":"snapshots","cloudProvider":"AWS","iamRoleId":"` + roleID + `"}`
	if req.Method == http.MethodPost {
		s.posts++
		acts, err := true, error(nil)
		if s.lose != nil {
			acts, err = s.lose(s.posts)
		}
		if acts {
			_, _ = fmt.Fprintf(answer, bucket, s.make())
		}
		if err != nil {
			return nil, err
		}
		return answer.Result(), nil
	}
	page := ""
	for _, id := range s.ids {
		page += "," + fmt.Sprintf(bucket, id)
	}
	_, _ = io.WriteString(answer, `{"results":[`+page[min(1, len(page)):]+`]}`)
	return answer.Result(), nil
}

// wroteAndLost is a connection that breaks after the request was written.
type wroteAndLost struct{ *skewed }

func (w wroteAndLost) RoundTrip(req *http.Request) (*http.Response, error) {
	httptrace.ContextClientTrace(req.Context()).WroteHeaders()
	return w.skewed.RoundTrip(req)
}

func TestALostBucketIsKnownByAtlasClockAndNotByOurs(t *testing.T) {
	for _, ahead := range []time.Duration{0, time.Hour, -time.Hour, 24 * 365 * time.Hour} {
		for _, acts := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				server := &skewed{ahead: ahead}
				old := server.make()
				time.Sleep(10 * time.Second)
				server.lose = func(n int) (bool, error) {
					if n == 1 {
						return acts, syscall.ECONNRESET
					}
					return true, nil
				}
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				defer cancel()
				client := newClient(t, atlas.NewPool(wroteAndLost{server}), "http://localhost", atlas.AccessToken("token"))
				made, err := client.CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
				if err != nil {
					t.Fatal(err)
				}
				posts := 1
				if !acts {
					posts = 2
				}
				if made.ID == old || len(server.ids) != 2 || made.ID != server.ids[1] || server.posts != posts {
					t.Errorf("clock ahead by %s, acted %v: got %s of %v after %d POSTs", ahead, acts, made.ID, server.ids, server.posts)
				}
			})
		}
	}
}

func TestARequestThatHasNotLeftIsSentAgainWithoutALook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := 0
		server := &skewed{}
		transport := roundTripper(func(req *http.Request) (*http.Response, error) {
			if req.Method == http.MethodGet {
				t.Errorf("%s was asked for", req.URL)
			}
			if refused++; refused < 4 {
				return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
			}
			return server.RoundTrip(req)
		})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		client := newClient(t, atlas.NewPool(transport), "http://localhost", atlas.AccessToken("token"))
		if _, err := client.CreateExportBucket(ctx, projectID, bucketRequest, asRequested); err != nil || server.posts != 1 {
			t.Errorf("%d POSTs, %v", server.posts, err)
		}
	})
}

func TestCreatedAtIsTheTimeInAnID(t *testing.T) {
	for id, want := range map[string]time.Time{
		"65b2f1d09b3d0e4c5a6f7081":   time.Date(2024, 1, 25, 23, 42, 8, 0, time.UTC),
		"":                           {},
		"65b2f1d0":                   {},
		"no hexadecimal digits here": {},
	} {
		if got := (atlas.ExportBucket{ID: id}).CreatedAt(); !got.Equal(want) {
			t.Errorf("%q: %s, want %s", id, got.UTC(), want)
		}
	}
}
