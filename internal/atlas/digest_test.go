package atlas_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

var bucketRequest = atlas.ExportBucketRequest{CloudProvider: atlas.AWS, BucketName: "snapshots", IAMRoleID: roleID}

func TestDigestReusesItsNonce(t *testing.T) {
	for _, algorithm := range []string{"MD5", "SHA-256"} {
		t.Run(algorithm, func(t *testing.T) {
			fake, url := startEmulator(t, algorithm)
			client := newClient(t, atlas.NewPool(nil), url, apiKey)
			for range 100 {
				if _, err := client.CreateExportBucket(t.Context(), projectID, bucketRequest, asRequested); err != nil {
					t.Fatal(err)
				}
			}
			if trips := len(fake.Requests()); trips != 101 {
				t.Errorf("%d round trips for 100 requests, want 101", trips)
			}
		})
	}
}

// The emulator refuses a nonce count that does not rise.
func TestDigestLosesNoRequestOfTenWorkers(t *testing.T) {
	fake, url := startEmulator(t, "MD5")
	client := newClient(t, atlas.NewPool(nil), url, apiKey)
	var workers sync.WaitGroup
	for range 10 {
		workers.Go(func() {
			for range 10 {
				if _, err := client.CreateExportBucket(t.Context(), projectID, bucketRequest, asRequested); err != nil {
					t.Error(err)
				}
			}
		})
	}
	workers.Wait()
	if made := len(fake.ExportBuckets(projectID)); made != 100 {
		t.Errorf("%d buckets, want 100", made)
	}
	if trips := len(fake.Requests()); trips > 110 {
		t.Errorf("%d round trips, want 110 at the most: one challenge a worker", trips)
	}
}

func TestDigestSendsNoBodyUntilItIsAskedTo(t *testing.T) {
	var bodies []int64
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bodies = append(bodies, r.ContentLength)
		w.Header().Set("WWW-Authenticate", `Digest realm="MMS Public API", domain="", nonce="n", algorithm=MD5, qop="auth", stale=false`)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	_, err := newClient(t, atlas.NewPool(nil), url, apiKey).CreateExportBucket(t.Context(), projectID, bucketRequest, asRequested)
	var e *atlas.Error
	if !errors.As(err, &e) || e.Status != http.StatusUnauthorized {
		t.Errorf("want a 401, got %v", err)
	}
	if len(bodies) != 2 || bodies[0] != 0 || bodies[1] == 0 {
		t.Errorf("bodies of %v bytes, want none and then one", bodies)
	}
}

// A nonce that has ended is replaced, and the refused request sent again.
func TestDigestTakesANewNonce(t *testing.T) {
	challenges, answered := 0, 0
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" || answered == 1 && challenges == 1 {
			challenges++
			w.Header().Set("WWW-Authenticate", `Digest realm="MMS Public API", nonce="n", algorithm=MD5, qop="auth", stale=true`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answered++
		_, _ = w.Write([]byte(`{"_id":"` + bucketID + `"}`))
	}))
	client := newClient(t, atlas.NewPool(nil), url, apiKey)
	for range 2 {
		if _, err := client.GetExportBucket(t.Context(), projectID, bucketID); err != nil {
			t.Fatal(err)
		}
	}
	if challenges != 2 || answered != 2 {
		t.Errorf("%d challenges and %d answers, want 2 and 2", challenges, answered)
	}
}

// A nonce that the server calls stale is replaced, even a new one, in the end after a wait;
// a wrong key is not tried again with another nonce.
func TestDigestReplacesAStaleNonce(t *testing.T) {
	for name, c := range map[string]struct{ refusals, answers int }{"once": {1, 2}, "twice": {2, 3}, "after a wait": {5, 6}, "wrong key": {100, 1}} {
		synctest.Test(t, func(t *testing.T) {
			answers := 0
			transport := roundTripper(func(req *http.Request) (*http.Response, error) {
				answer := httptest.NewRecorder()
				if req.Header.Get("Authorization") != "" {
					answers++
				}
				if answers > c.refusals {
					_, _ = io.WriteString(answer, `{"_id":"`+bucketID+`"}`)
					return answer.Result(), nil
				}
				answer.Header().Set("WWW-Authenticate", fmt.Sprintf(`Digest realm="MMS Public API", nonce="n", algorithm=MD5, qop="auth", stale=%t`, name != "wrong key"))
				answer.WriteHeader(http.StatusUnauthorized)
				return answer.Result(), nil
			})
			_, err := newClient(t, atlas.NewPool(transport), "http://localhost", apiKey).GetExportBucket(t.Context(), projectID, bucketID)
			if (err != nil) != (name == "wrong key") || answers != c.answers {
				t.Errorf("%s: %d digests, want %d, and the error %v", name, answers, c.answers, err)
			}
		})
	}
}

// Atlas answers 401 for a missing role, too; its sentence must not be lost, neither on a
// new nonce nor on one that has served before.
func TestDigestKeepsTheAnswerOfA401(t *testing.T) {
	fake, url := startEmulator(t, "MD5")
	client := newClient(t, atlas.NewPool(nil), url, apiKey)
	other := otherProject(fake)
	for range 2 {
		_, err := client.GetExportBucket(t.Context(), other, bucketID)
		if !atlas.HasCode(err, atlas.CodeUserUnauthorized) {
			t.Errorf("want %s, got %v", atlas.CodeUserUnauthorized, err)
		}
	}
}

func TestDigestRefusesAServerThatAsksForNoKey(t *testing.T) {
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"_id":"` + bucketID + `"}`))
	}))
	_, err := newClient(t, atlas.NewPool(nil), url, apiKey).CreateExportBucket(t.Context(), projectID, bucketRequest, asRequested)
	if err == nil {
		t.Error("the answer to a request without a body was taken")
	}
}
