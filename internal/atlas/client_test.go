package atlas_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
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
	if err == nil || strings.Contains(err.Error(), "not-for-the-log") || !strings.Contains(err.Error(), `"nowhere"`) || requests != 1 {
		t.Errorf("after %d requests: %v", requests, err)
	}
}

func TestRequestsNameTheirVersionAndTheirUser(t *testing.T) {
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

// A value that is not an id stays one path element.
func TestPathElementsAreEscaped(t *testing.T) {
	var paths []string
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.EscapedPath())
		w.WriteHeader(http.StatusNoContent)
	}))
	_ = newClient(t, atlas.NewPool(nil), url, atlas.AccessToken("token")).DeleteExportBucket(t.Context(), "a/b", "../c?d")
	want := "/api/atlas/v2/groups/a%2Fb/backup/exportBuckets/..%2Fc%3Fd"
	if len(paths) != 1 || paths[0] != want {
		t.Errorf("asked for %q, want %q", paths, want)
	}
}

func TestClustersAreReadFromEveryPage(t *testing.T) {
	fake, url := startEmulator(t, "MD5")
	for i := range 1001 {
		fake.AddCluster(projectID, fmt.Sprintf("cluster-%04d", i))
	}
	clusters, err := newClient(t, atlas.NewPool(nil), url, account).AllClusters(t.Context(), projectID)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, cluster := range clusters {
		names[cluster.Name] = true
	}
	if len(names) != 1001 {
		t.Errorf("%d clusters, want 1001", len(names))
	}
}

func TestFirstTimeIsOnceForEachClientAndThing(t *testing.T) {
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
