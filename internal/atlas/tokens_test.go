package atlas_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// otherProject adds a project in which no credential has a role.
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

func TestCloseRevokesTheToken(t *testing.T) {
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

func TestCloseOfAnUnusedPoolSendsNothing(t *testing.T) {
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
	first.Go(func() { _, _ = client.GetExportBucket(holds, projectID, bucketID, "") })
	<-asked

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := client.GetExportBucket(cancelled, projectID, bucketID, "")
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

func TestARefusedTokenIsReplaced(t *testing.T) {
	for name, c := range map[string]struct {
		body   string // of the 401 on the first token
		always bool   // it is the answer to the second, too
		issued int
		fails  bool
	}{
		"revoked":                            {`{"detail":"You are not authorized for this resource.","error":401}`, false, 2, false},
		"revoked, without a reason":          {"", false, 2, false},
		"with any token":                     {"", true, 3, true},
		"a role is missing":                  {`{"errorCode":"USER_UNAUTHORIZED","error":401}`, true, 1, true},
		"the role of the creator is missing": {`{"errorCode":"NOT_ORG_GROUP_CREATOR","error":401}`, true, 1, true},
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
					_, _ = w.Write([]byte(wholeBucket))
				})}), "http://localhost", account)
				if _, err := client.GetExportBucket(ctx, projectID, bucketID, ""); err != nil {
					t.Fatal(err)
				}
				_, err := client.SetExportBucketPrivateNetworking(ctx, projectID, bucketID, true)
				// A token that was never accepted is replaced once.
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

// revocable is an Atlas that accepts one token: the last one that it has issued, until that is
// revoked.
type revocable struct {
	mu     sync.Mutex
	issued int
	live   string   // "" for none
	calls  int      // of the API
	posts  []string // the bodies of those that were carried out

	unknown map[int]bool // the tokens that are never accepted
	down    bool         // the token call is answered with a 503

	// delays is how long the nth call takes until its token is checked, and after that.
	delays func(n int) (before, after time.Duration)
}

func (a *revocable) revoke() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.live = ""
}

func (a *revocable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/api/oauth/token" {
		time.Sleep(100 * time.Millisecond)
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.down {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		a.issued++
		a.live = fmt.Sprintf("token %d", a.issued)
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":3600}`, a.live)
		return
	}
	body, _ := io.ReadAll(r.Body)
	before, after := a.begin()
	time.Sleep(before)
	status, answer := a.answer(r, string(body))
	time.Sleep(after)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, answer)
}

func (a *revocable) begin() (before, after time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls++
	if a.delays != nil {
		return a.delays(a.calls)
	}
	return 0, 0
}

func (a *revocable) answer(r *http.Request, body string) (status int, answer string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.live == "" || r.Header.Get("Authorization") != "Bearer "+a.live || a.unknown[a.issued]:
		return http.StatusUnauthorized, ""
	case r.Method == http.MethodPost:
		a.posts = append(a.posts, body)
		return http.StatusOK, fmt.Sprintf(`{"_id":%q}`, idAt(time.Now(), len(a.posts)))
	}
	return http.StatusOK, wholeBucket
}

// revocableClient returns a client of such an Atlas, and a context for its calls.
func revocableClient(t *testing.T, server *revocable) (context.Context, *atlas.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
	t.Cleanup(cancel)
	return ctx, newClient(t, atlas.NewPool(inProcess{server}), "http://localhost", account)
}

func TestTenWorkersSurviveARevokedToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &revocable{delays: func(n int) (before, after time.Duration) {
			return time.Duration(n%7) * 200 * time.Millisecond, time.Duration(n%5) * 1700 * time.Millisecond
		}}
		ctx, client := revocableClient(t, server)
		var workers sync.WaitGroup
		var want []string
		for worker := range 10 {
			in := bucketRequest
			in.BucketName = fmt.Sprintf("snapshots-%d", worker)
			for range 10 {
				want = append(want, fmt.Sprintf(`{"bucketName":%q,"cloudProvider":"AWS","iamRoleId":%q}`, in.BucketName, roleID))
			}
			workers.Go(func() {
				for range 10 {
					if _, err := client.GetExportBucket(ctx, projectID, bucketID, ""); err != nil {
						t.Error(err)
					}
					if _, err := client.CreateExportBucket(ctx, projectID, in, asRequested); err != nil {
						t.Error(err)
					}
				}
			})
		}
		const revocations = 5
		for range revocations {
			time.Sleep(10 * time.Second)
			server.revoke()
		}
		workers.Wait()
		if server.issued != 1+revocations {
			t.Errorf("%d tokens for %d revocations, want one more", server.issued, revocations)
		}
		if slices.Sort(server.posts); !slices.Equal(server.posts, want) {
			t.Errorf("%d POSTs were carried out, want each of them once: %q", len(server.posts), server.posts)
		}
	})
}

// An answer may come long after the token of its call was replaced.
func TestAnAnswerToAnOldTokenSaysNothingAboutTheCurrentOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &revocable{delays: func(n int) (before, after time.Duration) {
			if n%3 == 1 {
				return 0, 10 * time.Second
			}
			return 0, 0
		}}
		ctx, client := revocableClient(t, server)
		get := func() {
			if _, err := client.GetExportBucket(ctx, projectID, bucketID, ""); err != nil {
				t.Error(err)
			}
		}
		var slow sync.WaitGroup
		for range 4 {
			slow.Go(get)
			time.Sleep(time.Second)
			server.revoke()
			get()
			time.Sleep(20 * time.Second)
		}
		slow.Wait()
		if server.issued != 5 {
			t.Errorf("%d tokens for 4 revocations", server.issued)
		}
	})
}

func TestACallThatIsRefusedWithAnOldTokenUsesTheCurrentOne(t *testing.T) {
	for _, revocations := range []int{1, 2} {
		synctest.Test(t, func(t *testing.T) {
			server := &revocable{delays: func(n int) (before, after time.Duration) {
				if n == 2 || n == 5 { // the slow one, with a token that is revoked
					return 5 * time.Second, 0
				}
				return 0, 0
			}}
			ctx, client := revocableClient(t, server)
			get := func() {
				if _, err := client.GetExportBucket(ctx, projectID, bucketID, ""); err != nil {
					t.Error(err)
				}
			}
			get()
			var slow sync.WaitGroup
			slow.Go(get)
			for range revocations {
				time.Sleep(3 * time.Second)
				server.revoke()
				get() // with another token
				time.Sleep(3 * time.Second)
			}
			slow.Wait()
			if server.issued != 1+revocations || server.calls != 2+3*revocations {
				t.Errorf("%d revocations: %d tokens and %d calls", revocations, server.issued, server.calls)
			}
		})
	}
}

func TestATokenThatWasNeverAcceptedIsReplacedOnceUntilOneIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &revocable{unknown: map[int]bool{1: true, 2: true, 4: true}}
		ctx, client := revocableClient(t, server)
		get := func() error {
			_, err := client.GetExportBucket(ctx, projectID, bucketID, "")
			return err
		}
		for range 3 {
			var workers sync.WaitGroup
			for range 10 {
				workers.Go(func() {
					if get() == nil {
						t.Error("a token that is not accepted was accepted")
					}
				})
			}
			workers.Wait()
		}
		if server.issued != 2 {
			t.Fatalf("%d tokens for 30 calls that are refused, want 2", server.issued)
		}
		delete(server.unknown, 2)
		if err := get(); err != nil || server.issued != 2 {
			t.Errorf("%d tokens: %v", server.issued, err)
		}
		time.Sleep(2 * time.Hour)
		server.unknown[3] = true
		delete(server.unknown, 4)
		if err := get(); err != nil || server.issued != 4 {
			t.Errorf("%d tokens after an accepted one has expired and one was not accepted: %v", server.issued, err)
		}
	})
}

func TestATokenThatCouldNotBeReplacedIsReplacedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &revocable{unknown: map[int]bool{1: true}}
		server.delays = func(n int) (before, after time.Duration) {
			server.down = n == 1
			return 0, 0
		}
		ctx, client := revocableClient(t, server)
		short, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		_, err := client.GetExportBucket(short, projectID, bucketID, "")
		var e *atlas.Error
		if !errors.As(err, &e) || e.Status != http.StatusServiceUnavailable {
			t.Errorf("want a 503, got %v", err)
		}
		server.down = false
		if _, err := client.GetExportBucket(ctx, projectID, bucketID, ""); err != nil || server.issued != 2 {
			t.Errorf("%d tokens: %v", server.issued, err)
		}
	})
}

func TestAPostThatIsRefusedBecauseOfItsTokenIsCarriedOutOnceAndWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &revocable{}
		ctx, client := revocableClient(t, server)
		if _, err := client.GetExportBucket(ctx, projectID, bucketID, ""); err != nil {
			t.Fatal(err)
		}
		server.revoke()
		if _, err := client.CreateExportBucket(ctx, projectID, bucketRequest, asRequested); err != nil {
			t.Error(err)
		}
		want := []string{`{"bucketName":"snapshots","cloudProvider":"AWS","iamRoleId":"` + roleID + `"}`}
		if !slices.Equal(server.posts, want) || server.calls != 3 || server.issued != 2 {
			t.Errorf("%d calls with %d tokens, carried out: %q, want %q", server.calls, server.issued, server.posts, want)
		}
	})
}

func TestANewTokenThatIsRefusedIsReplacedOnce(t *testing.T) {
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
	if err == nil || issued != 2 {
		t.Errorf("%d tokens, error %v", issued, err)
	}
}

func TestAFailedTokenCallIsNotRetriedByItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		down := inProcess{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			calls++
			w.WriteHeader(http.StatusServiceUnavailable)
		})}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := newClient(t, atlas.NewPool(down), "http://localhost", account).CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
		var e *atlas.CallError
		var undecided *atlas.UndecidedError
		if !errors.As(err, &e) || e.Last.Path != "/api/oauth/token" || e.Attempts != calls || calls < 3 || errors.As(err, &undecided) {
			t.Errorf("after %d calls: %#v", calls, err)
		}
	})
}

// Atlas' tokens live for an hour. A gateway's may not.
func TestAShortLivedTokenIsRenewedAfterHalfItsLife(t *testing.T) {
	for expires, want := range map[string]int{ // of a call every five seconds of an hour
		`60`: 120, `200`: 36, `239`: 30, `241`: 29, `600`: 8, `3600`: 2, `"3600"`: 2, `86400`: 1, `99999999999`: 1, `0`: 1, `null`: 1, `-1`: 1, `-3600`: 1,
	} {
		synctest.Test(t, func(t *testing.T) {
			issued, last := 0, time.Time{}
			client := newClient(t, atlas.NewPool(inProcess{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/api/oauth/token" {
					issued++
					last = time.Now()
					w.Header().Set("Content-Type", "application/json")
					_, _ = fmt.Fprintf(w, `{"access_token":"token-%d","token_type":"Bearer","expires_in":%s}`, issued, expires)
					return
				}
				if life, err := strconv.Atoi(strings.Trim(expires, `"`)); err == nil && life > 0 && time.Since(last) >= time.Duration(life)*time.Second {
					t.Errorf("expires_in %s: a token of %s ago was sent", expires, time.Since(last))
				}
				if want := fmt.Sprintf("Bearer token-%d", issued); r.Header.Get("Authorization") != want {
					t.Errorf("expires_in %s: sent %q, want %q", expires, r.Header.Get("Authorization"), want)
				}
				_, _ = io.WriteString(w, wholeBucket)
			})}), "http://localhost", account)
			for range time.Hour / (5 * time.Second) {
				if _, err := client.GetExportBucket(t.Context(), projectID, bucketID, ""); err != nil {
					t.Fatal(err)
				}
				time.Sleep(5 * time.Second)
			}
			if issued != want {
				t.Errorf("expires_in %s: %d tokens in an hour, want %d", expires, issued, want)
			}
		})
	}
}

// A gateway may issue the same token until it expires.
func TestATokenThatIsIssuedTwiceIsSentUnchanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issued := 0
		client := newClient(t, atlas.NewPool(inProcess{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/oauth/token" {
				issued++
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, `{"access_token":"the-same-token","token_type":"Bearer","expires_in":60}`)
				return
			}
			if got := r.Header.Get("Authorization"); got != "Bearer the-same-token" {
				t.Errorf("sent %q", got)
			}
			_, _ = io.WriteString(w, wholeBucket)
		})}), "http://localhost", account)
		for range 3 {
			if _, err := client.GetExportBucket(t.Context(), projectID, bucketID, ""); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		if issued != 3 {
			t.Errorf("%d tokens, want 3", issued)
		}
	})
}

func TestATokenThatNoHeaderCanHaveIsAnErrorAtOnce(t *testing.T) {
	for _, character := range []string{`\u0007`, `\u001b`, `\u0000`, `\n`, `\r`, `\u007f`, `\u0085`, `\u009b`} {
		synctest.Test(t, func(t *testing.T) {
			requests := 0
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			start := time.Now()
			_, err := newClient(t, atlas.NewPool(inProcess{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				requests++
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, `{"access_token":"not-for-`+character+`the-log","token_type":"Bearer","expires_in":3600}`)
			})}), "http://localhost", account).GetExportBucket(ctx, projectID, bucketID, "")
			if err == nil || !strings.Contains(err.Error(), "the token in the answer has characters that are not allowed in a header HTTP 200, POST /api/oauth/token") || strings.Contains(err.Error(), "not-for") {
				t.Errorf("%s: got %v", character, err)
			}
			if requests != 1 || time.Since(start) > 0 {
				t.Errorf("%s: %d requests in %s", character, requests, time.Since(start))
			}
		})
	}
}

// The library's error about such an answer does not wrap the cause.
func TestAMissingTokenHasACause(t *testing.T) {
	for name, body := range map[string]string{"no JSON": "<html>Sign in", "no token": "{}", "another type": `{"access_token":7}`, "an end of no type": `{"access_token":"x","expires_in":"soon"}`, "empty": ""} {
		err := getOnce(t, account, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
		var e *atlas.Error
		if !errors.As(err, &e) || e.Status != http.StatusOK || e.Cause == nil || e.Path != "/api/oauth/token" {
			t.Errorf("%s: got %#v", name, err)
		}
	}
	broken := roundTripper(func(req *http.Request) (*http.Response, error) {
		body := io.MultiReader(strings.NewReader(`{"access_token":"tok`), iotest.ErrReader(io.ErrUnexpectedEOF))
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(body), Request: req}, nil
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := newClient(t, atlas.NewPool(broken), "http://localhost", account).GetExportBucket(ctx, projectID, bucketID, "")
		var e *atlas.Error
		if !errors.As(err, &e) || e.Status != http.StatusOK || !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "the answer was cut") {
			t.Errorf("got %#v", err)
		}
	})
}

// roundTripper is a function as a transport.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestAnAccountThatAtlasDoesNotKnowIsRefusedOnce(t *testing.T) {
	fake, url := startEmulator(t, "MD5")
	pool := atlas.NewPool(nil)
	wrong := atlas.ServiceAccount{ClientID: account.ClientID, ClientSecret: "wrong"}
	var calls sync.WaitGroup
	for range 20 {
		calls.Go(func() {
			_, err := newClient(t, pool, url, wrong).GetExportBucket(t.Context(), projectID, bucketID, "")
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
