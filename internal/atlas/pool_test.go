package atlas_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

var everyCredential = map[string]atlas.Credentials{"service account": account, "API key": apiKey, "access token": atlas.AccessToken("token")}

// stopAfter is when the tests stop a pool.
const stopAfter = 10 * time.Second

func requireCanceled(t *testing.T, name string, err error) {
	t.Helper()
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%s: want the error of a cancelled context, got %v", name, err)
	}
}

// everyCall has each kind of call, with the time limit of an operation.
func everyCall(t *testing.T, client *atlas.Client) map[string]func() error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	t.Cleanup(cancel)
	return map[string]func() error{
		"create": func() error {
			_, err := client.CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
			return err
		},
		"read": func() error {
			_, err := client.GetExportBucket(ctx, projectID, bucketID, "")
			return err
		},
		"list": func() error {
			_, _, err := client.AllExportBuckets(ctx, projectID)
			return err
		},
		"change": func() error {
			_, err := client.SetExportBucketPrivateNetworking(ctx, projectID, bucketID, true)
			return err
		},
		"delete": func() error { return client.DeleteExportBucket(ctx, projectID, bucketID) },
		"wait":   func() error { return client.Wait(ctx, time.Second, "") },
	}
}

func TestNothingIsSentAfterStop(t *testing.T) {
	for name, credentials := range everyCredential {
		synctest.Test(t, func(t *testing.T) {
			pool := atlas.NewPool(roundTripper(func(req *http.Request) (*http.Response, error) {
				if err := req.Context().Err(); err != nil {
					return nil, err // as net/http does
				}
				t.Errorf("%s: sent %s %s", name, req.Method, req.URL)
				return nil, syscall.ECONNRESET
			}))
			before := newClient(t, pool, "http://localhost", credentials)
			pool.Stop()
			for _, client := range []*atlas.Client{before, newClient(t, pool, "http://localhost", credentials)} {
				for call, do := range everyCall(t, client) {
					requireCanceled(t, name+", "+call, do())
				}
			}
		})
	}
}

// unanswered is a transport that gets no answer.
func unanswered(req *http.Request) (*http.Response, error) {
	<-req.Context().Done()
	return nil, req.Context().Err()
}

// stoppedWhile runs a call, stops the pool meanwhile, and returns how long after Stop the call
// ended, and its error.
func stoppedWhile(pool *atlas.Pool, call func() error) (time.Duration, error) {
	time.AfterFunc(stopAfter, pool.Stop)
	start := time.Now()
	err := call()
	return time.Since(start) - stopAfter, err
}

func TestStopEndsACallWithoutAnAnswer(t *testing.T) {
	for name, credentials := range everyCredential {
		for _, call := range []string{"create", "read", "list", "change", "delete"} {
			synctest.Test(t, func(t *testing.T) {
				pool := atlas.NewPool(roundTripper(unanswered))
				took, err := stoppedWhile(pool, everyCall(t, newClient(t, pool, "http://localhost", credentials))[call])
				requireCanceled(t, name+", "+call, err)
				// A creation waits a little longer for its answer.
				if took < 0 || call != "create" && took > 0 || took >= time.Second {
					t.Errorf("%s, %s: it ended after %s", name, call, took)
				}
			})
		}
	}
}

func TestStopEndsTheWaitForTheNextAttempt(t *testing.T) {
	for _, call := range []string{"create", "read", "list", "change", "delete"} {
		synctest.Test(t, func(t *testing.T) {
			requests := 0
			pool := atlas.NewPool(inProcess{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				requests++
				w.Header().Set("Retry-After", "200")
				w.WriteHeader(http.StatusTooManyRequests)
			})})
			took, err := stoppedWhile(pool, everyCall(t, newClient(t, pool, "http://localhost", atlas.AccessToken("token")))[call])
			requireCanceled(t, call, err)
			if took != 0 || requests != 1 {
				t.Errorf("%s: it ended after %s and %d requests", call, took, requests)
			}
		})
	}
}

func TestStopEndsAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := atlas.NewPool(nil)
		client := newClient(t, pool, "http://localhost", account)
		took, err := stoppedWhile(pool, func() error { return client.Wait(t.Context(), time.Hour, "") })
		requireCanceled(t, "wait", err)
		if took != 0 {
			t.Errorf("it ended after %s", took)
		}
	})
}

func TestStopEndsACreationThatWaitsForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := atlas.NewPool(roundTripper(unanswered))
		client := newClient(t, pool, "http://localhost", atlas.AccessToken("token"))
		create := everyCall(t, client)["create"]
		took, _ := stoppedWhile(pool, func() error {
			var twins sync.WaitGroup
			for range 10 {
				twins.Go(func() { requireCanceled(t, "create", create()) })
			}
			twins.Wait()
			return nil
		})
		if took >= time.Second {
			t.Errorf("they ended after %s", took)
		}
	})
}

func TestAnAnswerThatComesSoonAfterStopIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &skewed{}
		pool := atlas.NewPool(roundTripper(func(req *http.Request) (*http.Response, error) {
			select {
			case <-time.After(stopAfter + 500*time.Millisecond):
				return server.RoundTrip(req)
			case <-req.Context().Done():
				return nil, req.Context().Err()
			}
		}))
		client := newClient(t, pool, "http://localhost", atlas.AccessToken("token"))
		_, err := stoppedWhile(pool, everyCall(t, client)["create"])
		if err != nil || server.posts != 1 {
			t.Errorf("%d POSTs, %v", server.posts, err)
		}
		requireCanceled(t, "the next call", everyCall(t, client)["read"]())
	})
}

func TestCloseAfterStopRevokesTheToken(t *testing.T) {
	fake, url := startEmulator(t, "MD5")
	pool := atlas.NewPool(nil)
	if _, err := newClient(t, pool, url, account).CreateExportBucket(t.Context(), projectID, bucketRequest, asRequested); err != nil {
		t.Fatal(err)
	}
	pool.Stop()
	pool.Stop() // does nothing
	if live := fake.LiveTokens(); live != 1 {
		t.Fatalf("%d tokens live before Close, want 1", live)
	}
	if err := pool.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if live := fake.LiveTokens(); live != 0 {
		t.Errorf("%d tokens live after Close", live)
	}
}
