package atlas_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

func TestACredentialFollowsNoRedirect(t *testing.T) {
	for name, credentials := range map[string]atlas.Credentials{"service account": account, "API key": apiKey, "access token": atlas.AccessToken("token")} {
		t.Run(name, func(t *testing.T) {
			elsewhere := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				t.Errorf("the other host got %s %s, Authorization %q", r.Method, r.URL, r.Header.Get("Authorization"))
			}))
			url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, elsewhere+r.URL.Path, http.StatusTemporaryRedirect)
			}))
			ctx, cancel := context.WithTimeout(t.Context(), time.Second) // no time for another look
			defer cancel()
			_, err := newClient(t, atlas.NewPool(nil), url, credentials).CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
			if err == nil || !strings.Contains(err.Error(), "307") {
				t.Errorf("want an error with the redirect's status, got %v", err)
			}
		})
	}
}

func TestARedirectToNowhereIsFinalAndNotRepeated(t *testing.T) {
	requests := 0
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests++
		w.Header().Set("Location", "https://login:port/?token=not-for-the-log")
		w.WriteHeader(http.StatusFound)
	}))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	_, err := newClient(t, atlas.NewPool(nil), url, atlas.AccessToken("token")).GetExportBucket(ctx, projectID, bucketID, "")
	if err == nil || strings.Contains(err.Error(), "not-for-the-log") || !strings.Contains(err.Error(), "a redirect, which the provider does not follow") || requests != 1 {
		t.Errorf("after %d requests: %v", requests, err)
	}
}

func TestRequestsHaveTheirVersionAndTheUserAgent(t *testing.T) {
	fake, url := startEmulator(t, "MD5")
	client := newClient(t, atlas.NewPool(nil), url, account)
	bucket, err := client.CreateExportBucket(t.Context(), projectID, bucketRequest, asRequested)
	if err != nil {
		t.Fatal(err)
	}
	if err := client.DeleteExportBucket(t.Context(), projectID, bucket.ID); err != nil {
		t.Fatal(err)
	}
	for _, r := range fake.Requests() {
		if r.UserAgent != "terraform-provider-atlasbackup/0.0.0 Terraform/1.16.0" {
			t.Errorf("%s %s: User-Agent %q", r.Method, r.Path, r.UserAgent)
		}
		want := map[string]string{http.MethodPost: "application/vnd.atlas.2024-05-30+json", http.MethodDelete: "application/vnd.atlas.2023-01-01+json"}[r.Method]
		if r.Path != "/api/oauth/token" && r.Accept != want {
			t.Errorf("%s %s: Accept %q, want %q", r.Method, r.Path, r.Accept, want)
		}
	}
}

// A value that is not an id stays one element of the path, in the request, in the digest of the
// request, in an error and in the log.
func TestPathElementsAreEscaped(t *testing.T) {
	for element, escaped := range map[string]string{
		"a/b": "a%2Fb", "../c?d#e": "..%2Fc%3Fd%23e", "50%": "50%25", "a%2Fb": "a%252Fb", "%2e%2e": "%252e%252e", "a b": "a%20b", "größer": "gr%C3%B6%C3%9Fer", "a+b": "a+b",
	} {
		want := "/api/atlas/v2/groups/" + escaped + "/clusters/" + escaped + "/backup/schedule"
		for name, credentials := range everyCredential {
			var requested []string
			handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Path == "/api/oauth/token":
					w.Header().Set("Content-Type", "application/json")
					_, _ = w.Write([]byte(`{"access_token":"token","token_type":"Bearer","expires_in":3600}`))
					return
				case r.Header.Get("Authorization") == "":
					w.Header().Set("WWW-Authenticate", `Digest realm="MMS Public API", nonce="n", algorithm=MD5, qop="auth"`)
					w.WriteHeader(http.StatusUnauthorized)
				default:
					w.WriteHeader(http.StatusNotFound)
				}
				requested = append(requested, r.RequestURI)
				if authorization := r.Header.Get("Authorization"); strings.HasPrefix(authorization, "Digest") && !strings.Contains(authorization, `uri="`+want+`"`) {
					t.Errorf("%q, %s: the digest is of another address: %s", element, name, authorization)
				}
			})
			url := serve(t, handler)
			var log bytes.Buffer
			ctx := tflogtest.RootLogger(context.WithoutCancel(t.Context()), &log)
			_, err := newClient(t, atlas.NewPool(nil), url, credentials).GetBackupSchedule(ctx, element, element)
			var e *atlas.Error
			if !errors.As(err, &e) || e.Path != want {
				t.Errorf("%q, %s: got %v, want an error of %s", element, name, err, want)
			}
			if len(requested) == 0 || slices.ContainsFunc(requested, func(path string) bool { return path != want }) {
				t.Errorf("%q, %s: asked for %q, want %s", element, name, requested, want)
			}
			if !strings.Contains(log.String(), `"path":"`+want+`"`) {
				t.Errorf("%q, %s: the log does not have %s:\n%s", element, name, want, log.String())
			}
		}
	}
}

func TestFirstTimeIsTrueOnceForEachClientAndSubject(t *testing.T) {
	pool := atlas.NewPool(inProcess{http.NotFoundHandler()})
	for range 2 {
		client := newClient(t, pool, "http://localhost", atlas.AccessToken("token"))
		var told [2000]atomic.Int32
		var workers sync.WaitGroup
		for range 10 {
			workers.Go(func() {
				for about := range told {
					if client.FirstTime(about) {
						told[about].Add(1)
					}
				}
			})
		}
		workers.Wait()
		for about := range told {
			if times := told[about].Load(); times != 1 {
				t.Errorf("the first time of %d was %d times", about, times)
			}
		}
	}
}

func TestLogHasNoCredential(t *testing.T) {
	_, url := startEmulator(t, "MD5")
	for name, credentials := range map[string]atlas.Credentials{"service account": account, "API key": apiKey} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			ctx := tflogtest.RootLogger(context.WithoutCancel(t.Context()), &log)
			if _, err := newClient(t, atlas.NewPool(nil), url, credentials).CreateExportBucket(ctx, projectID, bucketRequest, asRequested); err != nil {
				t.Fatal(err)
			}
			text := log.String()
			if !strings.Contains(text, "/api/atlas/v2/groups/"+projectID+"/backup/exportBuckets") {
				t.Errorf("the log does not have the request:\n%s", text)
			}
			for _, secret := range []string{account.ClientSecret, apiKey.PrivateKey, "Bearer", "Digest", "response=", "Basic"} {
				if strings.Contains(text, secret) {
					t.Errorf("the log has %q:\n%s", secret, text)
				}
			}
		})
	}
}
