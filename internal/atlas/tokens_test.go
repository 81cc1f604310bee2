package atlas_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// otherProject adds a project on which no credential has a role.
func otherProject(fake *emulator.Atlas) string {
	const id = "32b6e34b3d91647abb20e7b9"
	fake.AddProject(id)
	return id
}

func TestTokenIsFetchedOnTheFirstCallAndShared(t *testing.T) {
	fake, url := startEmulator(t, "MD5")
	pool := atlas.NewPool(nil)
	clients := []*atlas.Client{newClient(t, pool, url, account), newClient(t, pool, url, account)}
	if issued := fake.TokensIssued(); issued != 0 {
		t.Fatalf("%d tokens before the first call", issued)
	}
	var calls sync.WaitGroup
	for i := range 20 {
		calls.Go(func() {
			if _, err := clients[i%2].CreateExportBucket(t.Context(), projectID, bucketRequest, asRequested); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	if issued := fake.TokensIssued(); issued != 1 {
		t.Errorf("%d tokens for 20 calls of two clients, want 1", issued)
	}
}

func TestCloseGivesTheTokenBack(t *testing.T) {
	fake, url := startEmulator(t, "MD5")
	pool := atlas.NewPool(nil)
	if _, err := newClient(t, pool, url, account).CreateExportBucket(t.Context(), projectID, bucketRequest, asRequested); err != nil {
		t.Fatal(err)
	}
	if live := fake.LiveTokens(); live != 1 {
		t.Fatalf("%d tokens live before the end, want 1", live)
	}
	if err := pool.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if live := fake.LiveTokens(); live != 0 {
		t.Errorf("%d tokens live after the end", live)
	}
}

func TestCloseOfAnUnusedPoolAsksNothing(t *testing.T) {
	fake, url := startEmulator(t, "MD5")
	pool := atlas.NewPool(nil)
	newClient(t, pool, url, account)
	if err := pool.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if requests := fake.Requests(); len(requests) > 0 {
		t.Errorf("requests: %+v", requests)
	}
}

func TestTokenIsRenewedBeforeItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake, err := emulator.New(emulator.Options{})
		if err != nil {
			t.Fatal(err)
		}
		fake.AddProject(projectID)
		fake.AddServiceAccount(emulator.ServiceAccount{ClientID: account.ClientID, ClientSecret: account.ClientSecret,
			Roles: map[string][]emulator.Role{projectID: {emulator.ProjectOwner}}})
		client := newClient(t, atlas.NewPool(inProcess{fake}), "http://localhost", account)
		for _, step := range []struct {
			wait   time.Duration
			issued int
		}{{0, 1}, {57 * time.Minute, 1}, {2 * time.Minute, 2}} {
			time.Sleep(step.wait)
			if _, err := client.CreateExportBucket(t.Context(), projectID, bucketRequest, asRequested); err != nil {
				t.Fatal(err)
			}
			if issued := fake.TokensIssued(); issued != step.issued {
				t.Errorf("%s later %d tokens, want %d", step.wait, issued, step.issued)
			}
		}
	})
}

// inProcess is a transport that calls a handler.
type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	if req.Body == nil {
		req.Body = http.NoBody
	}
	p.handler.ServeHTTP(recorder, req)
	return recorder.Result(), nil
}

func TestACallThatWaitsForATokenEndsWithItsContext(t *testing.T) {
	asked, end := make(chan struct{}), make(chan struct{})
	url := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(asked)
		<-end
	}))
	t.Cleanup(func() { close(end) })
	client := newClient(t, atlas.NewPool(nil), url, account)

	var first sync.WaitGroup
	holds, release := context.WithCancel(t.Context())
	first.Go(func() { _, _ = client.GetExportBucket(holds, projectID, bucketID) })
	<-asked

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := client.GetExportBucket(cancelled, projectID, bucketID)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("want the context's error, got %v", err)
	}
	release()
	first.Wait()
}

func TestTokenErrorsKeepWhatAtlasSaid(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   any
		code   string
		detail string
	}{
		"OAuth's form": {401, map[string]any{"error": "invalid_client", "error_description": "Wrong secret."}, "invalid_client", "Wrong secret."},
		"Atlas' form":  {429, map[string]any{"error": 429, "errorCode": "RATE_LIMITED", "detail": "Too many."}, "RATE_LIMITED", "Too many."},
		"text":         {502, "Bad gateway", "", `"Bad gateway"`},
	} {
		t.Run(name, func(t *testing.T) {
			err := getOnce(t, account, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_ = json.NewEncoder(w).Encode(c.body)
			})
			var e *atlas.Error
			if !errors.As(err, &e) || e.Status != c.status || e.Code != c.code || e.Detail != c.detail || e.Path != "/api/oauth/token" {
				t.Errorf("got %#v", err)
			}
		})
	}
}

func TestARefusedTokenIsReplacedOnce(t *testing.T) {
	for name, c := range map[string]struct {
		body   string // of the 401 on the first token
		always bool   // it is the answer to the second, too
		issued int
		fails  bool
	}{
		"revoked":                    {`{"detail":"You are not authorized for this resource.","error":401}`, false, 2, false},
		"revoked, without a word":    {"", false, 2, false},
		"whatever the token is":      {"", true, 2, true},
		"a role is missing":          {`{"errorCode":"USER_UNAUTHORIZED","error":401}`, true, 1, true},
		"the creator's role, rather": {`{"errorCode":"NOT_ORG_GROUP_CREATOR","error":401}`, true, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				issued, bodies := 0, []string{}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				client := newClient(t, atlas.NewPool(inProcess{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/api/oauth/token" {
						issued++
						w.Header().Set("Content-Type", "application/json")
						_, _ = fmt.Fprintf(w, `{"access_token":"token %d","token_type":"Bearer","expires_in":3600}`, issued)
						return
					}
					body, _ := io.ReadAll(r.Body)
					bodies = append(bodies, string(body))
					if r.Method == http.MethodPatch && (c.always || r.Header.Get("Authorization") == "Bearer token 1") {
						w.WriteHeader(http.StatusUnauthorized)
						_, _ = w.Write([]byte(c.body))
						return
					}
					_, _ = w.Write([]byte(`{"_id":"` + bucketID + `"}`))
				})}), "http://localhost", account)
				if _, err := client.GetExportBucket(ctx, projectID, bucketID); err != nil {
					t.Fatal(err)
				}
				_, err := client.SetExportBucketPrivateNetworking(ctx, projectID, bucketID, true)
				// A token that was never accepted is not replaced.
				for range 3 {
					_, _ = client.SetExportBucketPrivateNetworking(ctx, projectID, bucketID, true)
				}
				if (err != nil) != c.fails || issued != c.issued {
					t.Errorf("%d tokens, want %d; error %v", issued, c.issued, err)
				}
				for _, body := range bodies[1:] {
					if body != `{"requirePrivateNetworking":true}` {
						t.Errorf("sent %q", body)
					}
				}
			})
		})
	}
}

func TestANewTokenThatIsRefusedIsNotReplaced(t *testing.T) {
	issued := 0
	err := getOnce(t, account, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/oauth/token" {
			issued++
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"access_token":"token","token_type":"Bearer","expires_in":3600}`))
			return
		}
		w.WriteHeader(http.StatusUnauthorized)
	})
	if err == nil || issued != 1 {
		t.Errorf("%d tokens, error %v", issued, err)
	}
}

func TestTokenTroubleIsWaitedOutOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		down := inProcess{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			calls++
			w.WriteHeader(http.StatusServiceUnavailable)
		})}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := newClient(t, atlas.NewPool(down), "http://localhost", account).CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
		var e *atlas.Error
		if !errors.As(err, &e) || e.Path != "/api/oauth/token" || e.Attempts != calls || calls < 3 || e.Undecided {
			t.Errorf("after %d calls: %#v", calls, err)
		}
	})
}

// roundTripper is a transport in a function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestAnAccountThatAtlasDoesNotKnowIsRefusedOnce(t *testing.T) {
	fake, url := startEmulator(t, "MD5")
	pool := atlas.NewPool(nil)
	wrong := atlas.ServiceAccount{ClientID: account.ClientID, ClientSecret: "wrong"}
	var calls sync.WaitGroup
	for range 20 {
		calls.Go(func() {
			_, err := newClient(t, pool, url, wrong).GetExportBucket(t.Context(), projectID, bucketID)
			var e *atlas.Error
			if !errors.As(err, &e) || e.Code != atlas.CodeInvalidClient {
				t.Errorf("got %v", err)
			}
		})
	}
	calls.Wait()
	if requests := len(fake.Requests()); requests != 1 {
		t.Errorf("%d requests, want 1", requests)
	}
}
