package atlas_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// A proxy may give each of these answers to a request that it has passed on.
func TestABucketThatWasCreatedDespiteARefusalIsAdopted(t *testing.T) {
	for _, answer := range []reply{
		{status: http.StatusTemporaryRedirect, header: http.Header{"Location": {"https://elsewhere.example/"}}},
		{status: http.StatusNotImplemented, body: "<html>Not implemented</html>"},
		{status: http.StatusNotFound, body: "<html>Not found</html>"},
		{status: http.StatusSwitchingProtocols, header: http.Header{"Upgrade": {"websocket"}, "Connection": {"Upgrade"}}},
		forbidden,
	} {
		t.Run(http.StatusText(answer.status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &skewed{outcomes: []outcome{{carriedOut: true, answer: answer}}}
				created, err := createOn(t, server)
				requireCreated(t, server, created, err, 1)
			})
		})
	}
}

func TestOneSuccessfulLookIsEnoughToPostAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &skewed{outcomes: []outcome{lostBefore}, lists: []reply{{}, forbidden, forbidden}}
		created, err := createOn(t, server)
		requireCreated(t, server, created, err, 2)
		if want := []string{"POST", "GET", "GET", "GET", "POST"}; !slices.Equal(server.calls, want) {
			t.Errorf("%v, want %v", server.calls, want)
		}
	})
}

func TestNothingIsPostedAgainWhenEveryLookIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &skewed{outcomes: []outcome{lostBefore}, lists: []reply{forbidden, forbidden, forbidden}}
		_, err := createOn(t, server)
		undecided := requireUndecided(t, server, err, 1)
		var look *atlas.Error
		if !errors.As(undecided.Look, &look) || look.Status != http.StatusForbidden || undecided.Last != nil {
			t.Errorf("look %v, last %v", undecided.Look, undecided.Last)
		}
	})
}

func TestALookAtAnIncompleteListDoesNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &skewed{outcomes: []outcome{lostBefore}, hidden: 1}
		_, err := createOn(t, server)
		if undecided := requireUndecided(t, server, err, 1); undecided.Look == nil {
			t.Errorf("got %v", undecided)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		server := &skewed{outcomes: []outcome{lostAfter}, hidden: 1}
		created, err := createOn(t, server)
		requireCreated(t, server, created, err, 1)
	})
}

// It may be the answer to another request, about a bucket in another project.
func TestAnAnswerWithAnIDOfAnotherTimeIsCheckedWithTheList(t *testing.T) {
	const twin = "386d357000000000000000ff" // of an hour before
	foreign := outcome{carriedOut: true, answer: reply{status: http.StatusOK, body: `{"_id":"` + bucketID + `"}`}}
	for name, c := range map[string]struct {
		server skewed
		id     string // "" for that of the last bucket
		looks  int
	}{
		"an id of the POST's time":      {skewed{}, "", 0},
		"a wrong clock":                 {skewed{date: time.Hour}, "", 1},
		"a wrong clock and a neighbour": {skewed{date: time.Hour, ids: []string{"386d519000000000000000ff"}}, "", 1},
		"a foreign id":                  {skewed{outcomes: []outcome{foreign}}, "", 1},
		"the id of an older twin":       {skewed{outcomes: []outcome{{carriedOut: true, answer: reply{status: http.StatusOK, body: `{"_id":"` + twin + `"}`}}}, ids: []string{twin}}, "", 1},
		"a foreign id and no list":      {skewed{outcomes: []outcome{foreign}, lists: []reply{forbidden}}, "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				created, err := createOn(t, &c.server)
				if err != nil {
					t.Fatal(err)
				}
				want := c.id
				if want == "" {
					want = c.server.ids[len(c.server.ids)-1]
				}
				if created.ID != want || c.server.posts != 1 || len(c.server.calls) != 1+c.looks {
					t.Errorf("after %v: got %s of %v, want %s", c.server.calls, created.ID, c.server.ids, want)
				}
			})
		})
	}
}

func TestAnAnswerWithAForeignIDAndNoListIsUndecided(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		foreign := outcome{carriedOut: true, answer: reply{status: http.StatusOK, body: `{"_id":"` + bucketID + `"}`}}
		server := &skewed{outcomes: []outcome{foreign}, lists: []reply{forbidden, forbidden, forbidden}}
		_, err := createOn(t, server)
		if undecided := requireUndecided(t, server, err, 1); undecided.Look == nil || !strings.Contains(undecided.Error(), bucketID) {
			t.Errorf("got %v", undecided)
		}
	})
}

func TestAnAnswerWithAForeignIDAndSeveralCandidatesIsUndecided(t *testing.T) {
	for name, server := range map[string]*skewed{
		"two of the time of the POST": {ids: []string{"386d438000000000000000ff"}},
		"a wrong clock":               {date: 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server.outcomes = []outcome{{carriedOut: true, answer: reply{status: http.StatusOK, body: `{"_id":"` + bucketID + `"}`}}}
				_, err := createOn(t, server)
				if undecided := requireUndecided(t, server, err, 1, slices.Sorted(slices.Values(server.ids))...); !strings.Contains(undecided.Error(), "POST /api/atlas/v2") {
					t.Errorf("got %v", undecided)
				}
			})
		})
	}
}

// The role may be removed between two POSTs, and what the first one created may show late.
func TestARefusalAfterALostAnswerDoesNotMeanThatNothingWasCreated(t *testing.T) {
	for name, body := range map[string]string{"USER_UNAUTHORIZED": `{"error":401,"errorCode":"USER_UNAUTHORIZED"}`, "no code": ""} {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", late ", late), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server := &skewed{outcomes: []outcome{
						{answer: reply{status: http.StatusBadGateway}},
						{carriedOut: late, answer: reply{status: http.StatusUnauthorized, body: body}},
					}}
					created, err := createOn(t, server)
					if late {
						requireCreated(t, server, created, err, 2)
						return
					}
					undecided := requireUndecided(t, server, err, 2)
					var last *atlas.Error
					if !errors.As(undecided.Last, &last) || last.Status != http.StatusUnauthorized || undecided.Look != nil {
						t.Errorf("look %v, last %v", undecided.Look, undecided.Last)
					}
				})
			})
		}
	}
}

func TestARefusalThatStaysIsAnErrorAfterThreePosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := outcome{answer: forbidden}
		server := &skewed{outcomes: []outcome{refused, refused, refused, refused, refused}}
		_, err := createOn(t, server)
		var undecided *atlas.UndecidedError
		var failed *atlas.CallError
		if errors.As(err, &undecided) || !errors.As(err, &failed) || failed.Last.Status != http.StatusForbidden || failed.Attempts != 3 || failed.Elapsed < 20*time.Second {
			t.Errorf("got %#v", err)
		}
		if server.posts != 3 || len(server.ids) > 0 {
			t.Errorf("%d POSTs, want 3", server.posts)
		}
	})
}

func TestARequestThatWasNotSentIsRetriedWithoutALook(t *testing.T) {
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
			t.Errorf("%v: %v", server.calls, err)
		}
	})
}

// Atlas may carry a POST out and show the bucket only after the next POST.
func TestABucketOfTheFirstPostIsAdoptedAfterTheSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &skewed{outcomes: []outcome{lostAfter, lostBefore}, lists: []reply{empty, empty, empty}}
		created, err := createOn(t, server)
		requireCreated(t, server, created, err, 2)
	})
}

func TestAnAnswerWithTheIDOfTheFirstPostIsAcceptedWithoutALook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &skewed{lists: []reply{empty, empty, empty}}
		server.outcomes = []outcome{lostAfter, {answer: reply{status: http.StatusOK, body: server.bucket(idAt(time.Now(), 0))}}}
		created, err := createOn(t, server)
		requireCreated(t, server, created, err, 2)
		if want := []string{"POST", "GET", "GET", "GET", "POST"}; !slices.Equal(server.calls, want) {
			t.Errorf("%v, want %v", server.calls, want)
		}
	})
}

// What was created while no request could be sent is not the result of the one that was sent.
func TestABucketFromBeforeTheRequestWasSentIsNotAdopted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, refused := &skewed{outcomes: []outcome{lostBefore}}, 0
		transport := roundTripper(func(req *http.Request) (*http.Response, error) {
			if refused == 0 {
				server.create() // somebody else's
			}
			if refused++; refused < 7 { // which takes more than fifteen seconds
				return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
			}
			return wroteHeaders{server}.RoundTrip(req)
		})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		created, err := newClient(t, atlas.NewPool(transport), "http://localhost", atlas.AccessToken("token")).CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
		requireCreated(t, server, created, err, 2)
	})
}
