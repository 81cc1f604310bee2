package atlas_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

const (
	otherID = "65b2f1d09b3d0e4c5a6f7082"

	// leftovers are fields that wholeBucket does not have.
	leftovers = `,"region":"EU_WEST_1","requirePrivateNetworking":true,"roleId":"` + roleID + `","serviceUrl":"https://acme.blob.core.windows.net","tenantId":"acme"}`
)

// inTurn answers with these bodies, one after the other, and then with the last one. It counts
// the calls.
type inTurn struct {
	answers []string
	calls   int
}

func (s *inTurn) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	s.calls++
	_, _ = io.WriteString(w, s.answers[min(s.calls, len(s.answers))-1])
}

// client returns one that is answered so, and a context for its calls.
func (s *inTurn) client(t *testing.T) (context.Context, *atlas.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx, newClient(t, atlas.NewPool(inProcess{s}), "http://localhost", atlas.AccessToken("token"))
}

func TestAnAnswerAboutAnotherBucketIsAskedForAgain(t *testing.T) {
	want := atlas.ExportBucket{ID: bucketID, BucketName: "snapshots", CloudProvider: atlas.AWS, IAMRoleID: roleID}
	for name, bad := range map[string]string{
		"another id":          `{"_id":"` + otherID + `","bucketName":"other","cloudProvider":"AWS","iamRoleId":"` + roleID + `"` + leftovers,
		"no id":               `{"bucketName":"snapshots","cloudProvider":"AWS","iamRoleId":"` + roleID + `"` + leftovers,
		"another cloud":       `{"_id":"` + bucketID + `","bucketName":"snapshots","cloudProvider":"GCP"` + leftovers,
		"no cloud":            `{"_id":"` + bucketID + `","bucketName":"snapshots","iamRoleId":"` + roleID + `"` + leftovers,
		"no name":             `{"_id":"` + bucketID + `","cloudProvider":"AWS","iamRoleId":"` + roleID + `"` + leftovers,
		"no role of its kind": `{"_id":"` + bucketID + `","bucketName":"snapshots","cloudProvider":"AWS"` + leftovers,
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
						t.Error("another bucket than the one that was asked for is known")
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

func TestACloudThatNobodyKnowsYetIsTakenAsItIs(t *testing.T) {
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

// The id is of the time of the POST, and the list has what the POST has really made.
func TestAnAnswerAboutAnotherBucketToACreationIsLookedAfter(t *testing.T) {
	for name, rest := range map[string]string{
		"another name":         `"bucketName":"other","cloudProvider":"AWS","iamRoleId":"` + roleID + `"}`,
		"another cloud":        `"bucketName":"snapshots","cloudProvider":"GCP"}`,
		"another role":         `"bucketName":"snapshots","cloudProvider":"AWS","iamRoleId":"` + bucketID + `"}`,
		"another cloud's role": `"bucketName":"snapshots","cloudProvider":"AWS","roleId":"` + roleID + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				body := fmt.Sprintf(`{"_id":%q,`, idAt(time.Now(), 99)) + rest
				server := &skewed{fates: []fate{{acts: true, answer: reply{status: http.StatusOK, body: body}}}}
				made, err := createOn(t, server)
				requireMade(t, server, made, err, 1)
				if want := []string{"POST", "GET"}; !slices.Equal(server.calls, want) {
					t.Errorf("%v, want %v", server.calls, want)
				}
			})
		})
	}
}

func TestAnAnswerWithoutAnIDToACreationIsLookedAfter(t *testing.T) {
	for _, body := range []string{`{"bucketName":"snapshots","cloudProvider":"AWS","iamRoleId":"` + roleID + `"}`, `{"_id":"65b2f1d09b3d"}`, `{}`, `null`, ``} {
		synctest.Test(t, func(t *testing.T) {
			server := &skewed{fates: []fate{{acts: true, answer: reply{status: http.StatusOK, body: body}}}}
			made, err := createOn(t, server)
			requireMade(t, server, made, err, 1)
		})
		synctest.Test(t, func(t *testing.T) {
			server := &skewed{fates: []fate{{answer: reply{status: http.StatusOK, body: body}}}, lists: []reply{forbidden, forbidden, forbidden}}
			_, err := createOn(t, server)
			if undecided := requireUndecided(t, server, err, 1); undecided.Look == nil {
				t.Errorf("%q: %v", body, undecided)
			}
		})
	}
}

func TestAnAnswerAboutAKnownBucketToACreationIsLookedAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &skewed{}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		client := newClient(t, atlas.NewPool(server), "http://localhost", atlas.AccessToken("token"))
		first, err := client.CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
		if err != nil {
			t.Fatal(err)
		}
		server.fates = []fate{{}, {acts: true, answer: reply{status: http.StatusOK, body: server.bucket(first.ID)}}}
		second, err := client.CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
		requireMade(t, server, second, err, 2)
	})
}

// The account is the host: containers of different accounts often have the same name.
func TestAnAnswerAboutAnotherAccountToACreationIsLookedAfter(t *testing.T) {
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
			made, err := client.CreateExportBucket(t.Context(), projectID, in, func(b atlas.ExportBucket) atlas.Match {
				if b.ServiceURL != in.ServiceURL {
					return atlas.Differs
				}
				return atlas.Same
			})
			if err != nil || made.ID != id || looks != gets {
				t.Errorf("%s, after %d looks: %+v, %v", answered, looks, made, err)
			}
		})
	}
}
