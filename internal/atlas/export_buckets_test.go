package atlas_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

const (
	otherID = "65b2f1d09b3d0e4c5a6f7082"

	// otherFields are fields that wholeBucket does not have.
	otherFields = `,"region":"EU_WEST_1","requirePrivateNetworking":true,"roleId":"` + roleID + `","serviceUrl":"https://acme.blob.core.windows.net","tenantId":"acme"}`
)

// inTurn answers with these bodies in this order, and then with the last one. It counts the
// calls.
type inTurn struct {
	answers []string
	calls   int
}

func (s *inTurn) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	s.calls++
	_, _ = io.WriteString(w, s.answers[min(s.calls, len(s.answers))-1])
}

// client returns a client of the server, and a context for its calls.
func (s *inTurn) client(t *testing.T) (context.Context, *atlas.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx, newClient(t, atlas.NewPool(inProcess{s}), "http://localhost", atlas.AccessToken("token"))
}

func TestAnAnswerAboutAnotherBucketIsRetried(t *testing.T) {
	want := atlas.ExportBucket{ID: bucketID, BucketName: "snapshots", CloudProvider: atlas.AWS, IAMRoleID: roleID}
	for name, bad := range map[string]string{
		"another id":          `{"_id":"` + otherID + `","bucketName":"other","cloudProvider":"AWS","iamRoleId":"` + roleID + `"` + otherFields,
		"no id":               `{"bucketName":"snapshots","cloudProvider":"AWS","iamRoleId":"` + roleID + `"` + otherFields,
		"another cloud":       `{"_id":"` + bucketID + `","bucketName":"snapshots","cloudProvider":"GCP"` + otherFields,
		"no cloud":            `{"_id":"` + bucketID + `","bucketName":"snapshots","iamRoleId":"` + roleID + `"` + otherFields,
		"no name":             `{"_id":"` + bucketID + `","cloudProvider":"AWS","iamRoleId":"` + roleID + `"` + otherFields,
		"no role of its kind": `{"_id":"` + bucketID + `","bucketName":"snapshots","cloudProvider":"AWS"` + otherFields,
		"nothing":             `{}`,
		"null":                `null`,
		"a page of a list":    `{"results":[` + wholeBucket + `],"totalCount":1}`,
	} {
		for call, ask := range map[string]func(context.Context, *atlas.Client) (*atlas.ExportBucket, error){
			"GET": func(ctx context.Context, c *atlas.Client) (*atlas.ExportBucket, error) {
				return c.GetExportBucket(ctx, projectID, bucketID, atlas.AWS)
			},
			"PATCH": func(ctx context.Context, c *atlas.Client) (*atlas.ExportBucket, error) {
				return c.SetExportBucketPrivateNetworking(ctx, projectID, bucketID, true)
			},
		} {
			t.Run(call+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server := &inTurn{answers: []string{bad, bad, wholeBucket}}
					ctx, client := server.client(t)
					got, err := ask(ctx, client)
					if err != nil || *got != want || server.calls != 3 {
						t.Errorf("after %d calls: %+v, %v", server.calls, got, err)
					}
					if client.Knows(otherID) || !client.Knows(bucketID) {
						t.Error("a bucket is known that was not asked for")
					}
				})
			})
		}
	}
}

func TestABucketOnAzureHasAServiceURL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const bare = `{"_id":"` + bucketID + `","bucketName":"snapshots","cloudProvider":"AZURE","roleId":"` + roleID + `"`
		server := &inTurn{answers: []string{bare + `}`, bare + `,"serviceUrl":"https://acme.blob.core.windows.net"}`}}
		ctx, client := server.client(t)
		got, err := client.GetExportBucket(ctx, projectID, bucketID, atlas.Azure)
		if err != nil || got.ServiceURL == "" || server.calls != 2 {
			t.Errorf("after %d calls: %+v, %v", server.calls, got, err)
		}
	})
}

func TestAnyCloudIsAcceptedWhenItIsNotKnownYet(t *testing.T) {
	for cloud, body := range map[string]string{
		atlas.AWS:   wholeBucket,
		atlas.GCP:   `{"_id":"` + bucketID + `","bucketName":"snapshots","cloudProvider":"GCP","roleId":"` + roleID + `"}`,
		atlas.Azure: `{"_id":"` + bucketID + `","bucketName":"snapshots","cloudProvider":"AZURE","roleId":"` + roleID + `","serviceUrl":"https://acme.blob.core.windows.net"}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			server := &inTurn{answers: []string{body}}
			ctx, client := server.client(t)
			got, err := client.GetExportBucket(ctx, projectID, bucketID, "")
			if err != nil || got.CloudProvider != cloud || server.calls != 1 {
				t.Errorf("%s, after %d calls: %+v, %v", cloud, server.calls, got, err)
			}
		})
	}
}

// The id is of the time of the POST, and the list has the bucket that the POST created.
func TestCreationIsLookedForAfterAnAnswerAboutAnotherBucket(t *testing.T) {
	for name, rest := range map[string]string{
		"another name":         `"bucketName":"other","cloudProvider":"AWS","iamRoleId":"` + roleID + `"}`,
		"another cloud":        `"bucketName":"snapshots","cloudProvider":"GCP"}`,
		"another role":         `"bucketName":"snapshots","cloudProvider":"AWS","iamRoleId":"` + bucketID + `"}`,
		"another cloud's role": `"bucketName":"snapshots","cloudProvider":"AWS","roleId":"` + roleID + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				body := fmt.Sprintf(`{"_id":%q,`, idAt(time.Now(), 99)) + rest
				server := &skewed{outcomes: []outcome{{carriedOut: true, answer: reply{status: http.StatusOK, body: body}}}}
				created, err := createOn(t, server)
				requireCreated(t, server, created, err, 1)
				if want := []string{"POST", "GET"}; !slices.Equal(server.calls, want) {
					t.Errorf("%v, want %v", server.calls, want)
				}
			})
		})
	}
}

func TestCreationIsLookedForAfterAnAnswerWithoutAnID(t *testing.T) {
	for _, body := range []string{`{"bucketName":"snapshots","cloudProvider":"AWS","iamRoleId":"` + roleID + `"}`, `{"_id":"65b2f1d09b3d"}`, `{}`, `null`, ``} {
		synctest.Test(t, func(t *testing.T) {
			server := &skewed{outcomes: []outcome{{carriedOut: true, answer: reply{status: http.StatusOK, body: body}}}}
			created, err := createOn(t, server)
			requireCreated(t, server, created, err, 1)
		})
		synctest.Test(t, func(t *testing.T) {
			server := &skewed{outcomes: []outcome{{answer: reply{status: http.StatusOK, body: body}}}, lists: []reply{forbidden, forbidden, forbidden}}
			_, err := createOn(t, server)
			if undecided := requireUndecided(t, server, err, 1); undecided.Look == nil {
				t.Errorf("%q: %v", body, undecided)
			}
		})
	}
}

func TestCreationIsLookedForAfterAnAnswerAboutAKnownBucket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &skewed{}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		client := newClient(t, atlas.NewPool(server), "http://localhost", atlas.AccessToken("token"))
		first, err := client.CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
		if err != nil {
			t.Fatal(err)
		}
		server.outcomes = []outcome{{}, {carriedOut: true, answer: reply{status: http.StatusOK, body: server.bucket(first.ID)}}}
		second, err := client.CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
		requireCreated(t, server, second, err, 2)
	})
}

// The host is the account: containers of different accounts often have the same name.
func TestCreationIsLookedForAfterAnAnswerAboutAnotherAccount(t *testing.T) {
	const bucket = `{"_id":%q,"bucketName":"snapshots","cloudProvider":"AZURE","roleId":"` + roleID + `","serviceUrl":%q}`
	in := atlas.ExportBucketRequest{CloudProvider: atlas.Azure, BucketName: "snapshots", RoleID: roleID, ServiceURL: "https://acme.blob.core.windows.net"}
	for answered, gets := range map[string]int{
		"https://other.blob.core.windows.net":           1,
		"https://acme.blob.core.windows.net":            0,
		"https://acme.blob.core.windows.net/snapshots/": 0,
		"https://ACME.blob.core.windows.net":            0,
	} {
		synctest.Test(t, func(t *testing.T) {
			looks, id := 0, idAt(time.Now(), 1)
			transport := roundTripper(func(req *http.Request) (*http.Response, error) {
				w := httptest.NewRecorder()
				switch {
				case req.Method == http.MethodGet:
					looks++
					_, _ = fmt.Fprintf(w, `{"results":[`+bucket+`,`+bucket+`],"totalCount":2}`, otherID, "https://other.blob.core.windows.net", id, in.ServiceURL)
				case gets == 0:
					_, _ = fmt.Fprintf(w, bucket, id, answered)
				default:
					_, _ = fmt.Fprintf(w, bucket, otherID, answered)
				}
				return w.Result(), nil
			})
			client := newClient(t, atlas.NewPool(transport), "http://localhost", atlas.AccessToken("token"))
			created, err := client.CreateExportBucket(t.Context(), projectID, in, func(b atlas.ExportBucket) atlas.Match {
				if b.ServiceURL != in.ServiceURL {
					return atlas.Differs
				}
				return atlas.Same
			})
			if err != nil || created.ID != id || looks != gets {
				t.Errorf("%s, after %d looks: %+v, %v", answered, looks, created, err)
			}
		})
	}
}

// One bucket can be the result of only one of two requests that differ in these fields.
func TestOnlyCreationsThatCouldBeMistakenForEachOtherWait(t *testing.T) {
	const duration = 10 * time.Second // of a POST
	yes, azure, aws := true, "https://acme.blob.core.windows.net", bucketRequest
	aws.RequirePrivateNetworking = &yes
	for name, c := range map[string]struct {
		first, second atlas.ExportBucketRequest
		project       string // of the second
		wait          bool
	}{
		"the same":              {bucketRequest, bucketRequest, projectID, true},
		"private networking":    {bucketRequest, aws, projectID, true},
		"container in the URL":  {atlas.ExportBucketRequest{ServiceURL: azure}, atlas.ExportBucketRequest{ServiceURL: azure + "/snapshots"}, projectID, true},
		"another project":       {bucketRequest, bucketRequest, bucketID, false},
		"another cloud":         {bucketRequest, atlas.ExportBucketRequest{BucketName: bucketRequest.BucketName, CloudProvider: atlas.GCP, IAMRoleID: roleID}, projectID, false},
		"another name":          {bucketRequest, atlas.ExportBucketRequest{BucketName: "others", CloudProvider: atlas.AWS, IAMRoleID: roleID}, projectID, false},
		"another role on AWS":   {bucketRequest, atlas.ExportBucketRequest{BucketName: bucketRequest.BucketName, CloudProvider: atlas.AWS, IAMRoleID: bucketID}, projectID, false},
		"another role on Azure": {atlas.ExportBucketRequest{ServiceURL: azure, RoleID: roleID}, atlas.ExportBucketRequest{ServiceURL: azure, RoleID: bucketID}, projectID, false},
		"another account":       {atlas.ExportBucketRequest{ServiceURL: azure}, atlas.ExportBucketRequest{ServiceURL: "https://other.blob.core.windows.net"}, projectID, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var posts atomic.Int64
				client := newClient(t, atlas.NewPool(inProcess{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					time.Sleep(duration)
					_, _ = fmt.Fprintf(w, `{"_id":%q}`, idAt(time.Now(), int(posts.Add(1))))
				})}), "http://localhost", atlas.AccessToken("token"))
				start := time.Now()
				var both sync.WaitGroup
				for _, one := range []struct {
					project string
					in      atlas.ExportBucketRequest
				}{{projectID, c.first}, {c.project, c.second}} {
					both.Go(func() {
						if _, err := client.CreateExportBucket(t.Context(), one.project, one.in, asRequested); err != nil {
							t.Error(err)
						}
					})
				}
				both.Wait()
				if waited := time.Since(start) > duration; waited != c.wait {
					t.Errorf("the second creation waited: %t, want %t", waited, c.wait)
				}
			})
		})
	}
}
