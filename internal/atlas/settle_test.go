package atlas_test

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// skewed is an Atlas whose clocks are wrong: that of its ids by our clock, and that of its Dates
// by the one of its ids.
type skewed struct {
	ahead time.Duration // the ids' clock, of ours
	date  time.Duration // the Dates' clock, of the ids'
	ids   []string      // of the export buckets, all of them as bucketRequest asks for
	fates []fate        // what becomes of the POSTs; of one beyond these, that it is carried out and answered
	lists []reply       // what is answered to the looks; to one beyond these, the list

	private bool // the buckets are listed with private networking
	hidden  int  // how many more the list counts than it shows

	calls []string // the methods so far
	posts int
}

// fate is what becomes of a POST.
type fate struct {
	acts   bool
	lost   error // the connection breaks
	answer reply
}

// reply is an answer in place of Atlas'; its zero value is Atlas'.
type reply struct {
	status int
	header http.Header
	body   string
}

var (
	lostAfter  = fate{acts: true, lost: syscall.ECONNRESET}
	lostBefore = fate{lost: syscall.ECONNRESET}
	forbidden  = reply{status: http.StatusForbidden, body: "<html><body>Blocked by the proxy</body></html>"}
)

func (s *skewed) make() string {
	id := idAt(time.Now().Add(s.ahead), len(s.ids))
	s.ids = append(s.ids, id)
	return id
}

// idAt is the id of what was made at a time.
func idAt(made time.Time, n int) string {
	id := binary.BigEndian.AppendUint32(nil, uint32(made.Unix()))
	return hex.EncodeToString(binary.BigEndian.AppendUint64(id, uint64(n)))
}

func (s *skewed) RoundTrip(req *http.Request) (*http.Response, error) {
	s.calls = append(s.calls, req.Method)
	w := httptest.NewRecorder()
	w.Header().Set("Date", time.Now().Add(s.ahead+s.date).UTC().Format(http.TimeFormat))
	if req.Method == http.MethodPost {
		f := fate{acts: true}
		if s.posts++; s.posts <= len(s.fates) {
			f = s.fates[s.posts-1]
		}
		id := ""
		if f.acts {
			id = s.make()
		}
		if f.lost != nil {
			return nil, f.lost
		}
		f.answer.write(w, s.bucket(id))
		return w.Result(), nil
	}
	var r reply
	if looks := len(s.calls) - s.posts; looks <= len(s.lists) {
		r = s.lists[looks-1]
	}
	var page []string
	for _, id := range s.ids {
		page = append(page, s.bucket(id))
	}
	r.write(w, fmt.Sprintf(`{"results":[%s],"totalCount":%d}`, strings.Join(page, ","), len(page)+s.hidden))
	return w.Result(), nil
}

func (s *skewed) bucket(id string) string {
	return fmt.Sprintf(`{"_id":%q,"bucketName":"snapshots","cloudProvider":"AWS","iamRoleId":%q,"requirePrivateNetworking":%t}`, id, roleID, s.private)
}

func (r reply) write(w *httptest.ResponseRecorder, body string) {
	if r.status == 0 {
		_, _ = io.WriteString(w, body)
		return
	}
	for name, values := range r.header {
		w.Header()[name] = values
	}
	w.WriteHeader(r.status)
	_, _ = io.WriteString(w, r.body)
}

// wroteAndLost is a connection that breaks after the request was written.
type wroteAndLost struct{ *skewed }

func (w wroteAndLost) RoundTrip(req *http.Request) (*http.Response, error) {
	httptrace.ContextClientTrace(req.Context()).WroteHeaders()
	return w.skewed.RoundTrip(req)
}

// createOn asks for a bucket as bucketRequest has it, within five minutes.
func createOn(t *testing.T, server *skewed) (*atlas.ExportBucket, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	client := newClient(t, atlas.NewPool(wroteAndLost{server}), "http://localhost", atlas.AccessToken("token"))
	return client.CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
}

// requireUndecided wants an error that says that each of these may be the bucket, the oldest
// first, after so many POSTs.
func requireUndecided(t *testing.T, server *skewed, err error, posts int, candidates ...string) *atlas.UndecidedError {
	t.Helper()
	var undecided *atlas.UndecidedError
	if !errors.As(err, &undecided) {
		t.Fatalf("want an UndecidedError, got %v", err)
	}
	if got := slices.Sorted(slices.Values(undecided.Candidates)); !slices.Equal(got, candidates) || server.posts != posts {
		t.Errorf("after %v: candidates %v, want %v after %d POSTs", server.calls, undecided.Candidates, candidates, posts)
	}
	return undecided
}

// requireMade wants the last bucket of the server, after so many POSTs.
func requireMade(t *testing.T, server *skewed, made *atlas.ExportBucket, err error, posts int) {
	t.Helper()
	if err != nil {
		t.Fatalf("after %v: %v", server.calls, err)
	}
	if last := server.ids[len(server.ids)-1]; made.ID != last || server.posts != posts {
		t.Errorf("after %v: got %s of %v, want the last after %d POSTs", server.calls, made.ID, server.ids, posts)
	}
}

func TestALostBucketIsKnownByAtlasClockAndNotByOurs(t *testing.T) {
	for _, ahead := range []time.Duration{0, time.Hour, -time.Hour, 24 * 365 * time.Hour} {
		for _, c := range []struct {
			fate  fate
			posts int
		}{{lostAfter, 1}, {lostBefore, 2}} {
			synctest.Test(t, func(t *testing.T) {
				server := &skewed{ahead: ahead, fates: []fate{c.fate}}
				server.make()
				time.Sleep(10 * time.Second)
				made, err := createOn(t, server)
				requireMade(t, server, made, err, c.posts)
				if len(server.ids) != 2 {
					t.Errorf("clock ahead by %s: Atlas has %v", ahead, server.ids)
				}
			})
		}
	}
}

// An id leaves out the part of its second, and so does a Date: the tests run in the middle of one.
func TestALostBucketThatTheClocksLeaveInDoubtIsReportedAndNotMadeAgain(t *testing.T) {
	const none = 0
	for name, c := range map[string]struct {
		ahead, date time.Duration // as skewed has them
		twin        time.Duration // its age
		fate        fate
		posts       int
		decided     bool
	}{
		"Date a second ahead, carried out":              {0, time.Second, none, lostAfter, 1, true},
		"Date 3 s ahead, carried out":                   {0, 3 * time.Second, none, lostAfter, 1, false},
		"Date 3 s behind, carried out":                  {0, -3 * time.Second, none, lostAfter, 1, false},
		"ours wrong, Date 3 s ahead, carried out":       {time.Hour, 3 * time.Second, none, lostAfter, 1, false},
		"ours wrong, Date 3 s behind, carried out":      {-time.Hour, -3 * time.Second, none, lostAfter, 1, false},
		"Date an hour ahead, carried out":               {0, time.Hour, none, lostAfter, 1, false},
		"Date an hour behind, carried out":              {0, -time.Hour, none, lostAfter, 1, false},
		"Date an hour behind, twin of half an hour":     {0, -time.Hour, 30 * time.Minute, lostBefore, 1, false},
		"Date an hour behind, twin of half an hour too": {0, -time.Hour, 30 * time.Minute, lostAfter, 1, false},
		"Date an hour behind, twin of two hours":        {0, -time.Hour, 2 * time.Hour, lostBefore, 2, true},
		"twin of 5 s":                                   {0, 0, 5 * time.Second, lostBefore, 1, false},
		"twin of 5 s, and carried out":                  {0, 0, 5 * time.Second, lostAfter, 1, false},
		"twin of 30 s":                                  {0, 0, 30 * time.Second, lostBefore, 2, true},
		"twin of 30 s, and carried out":                 {0, 0, 30 * time.Second, lostAfter, 1, true},
	} {
		for _, part := range []time.Duration{0, 300 * time.Millisecond, 900 * time.Millisecond} {
			t.Run(fmt.Sprint(name, " at ", part), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					time.Sleep(part)
					server := &skewed{ahead: c.ahead, date: c.date, fates: []fate{c.fate}}
					if c.twin != none {
						server.make()
						time.Sleep(c.twin)
					}
					made, err := createOn(t, server)
					if c.decided {
						requireMade(t, server, made, err, c.posts)
						return
					}
					undecided := requireUndecided(t, server, err, c.posts, server.ids...)
					if undecided.Look != nil || undecided.Last != nil {
						t.Errorf("look %v, last %v", undecided.Look, undecided.Last)
					}
				})
			})
		}
	}
}

// Private networking may show late.
func TestABucketThatIsOnlyAlikeIsReportedAndNotMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &skewed{fates: []fate{lostAfter}, private: true}
		_, err := createOn(t, server)
		if undecided := requireUndecided(t, server, err, 1, server.ids...); undecided.Look != nil || undecided.Last != nil {
			t.Errorf("look %v, last %v", undecided.Look, undecided.Last)
		}
	})
}

// Something on the way may give each of these answers to a request that it has passed on.
func TestABucketThatWasMadeInSpiteOfARefusalIsAdopted(t *testing.T) {
	for _, answer := range []reply{
		{status: http.StatusTemporaryRedirect, header: http.Header{"Location": {"https://elsewhere.example/"}}},
		{status: http.StatusNotImplemented, body: "<html>Not implemented</html>"},
		{status: http.StatusNotFound, body: "<html>Not found</html>"},
		{status: http.StatusSwitchingProtocols, header: http.Header{"Upgrade": {"websocket"}, "Connection": {"Upgrade"}}},
		forbidden,
	} {
		t.Run(http.StatusText(answer.status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &skewed{fates: []fate{{acts: true, answer: answer}}}
				made, err := createOn(t, server)
				requireMade(t, server, made, err, 1)
			})
		})
	}
}

func TestOneLookThatIsAnsweredIsEnoughToPostAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &skewed{fates: []fate{lostBefore}, lists: []reply{{}, forbidden, forbidden}}
		made, err := createOn(t, server)
		requireMade(t, server, made, err, 2)
		if want := []string{"POST", "GET", "GET", "GET", "POST"}; !slices.Equal(server.calls, want) {
			t.Errorf("%v, want %v", server.calls, want)
		}
	})
}

func TestNothingIsPostedAgainWhenEveryLookIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &skewed{fates: []fate{lostBefore}, lists: []reply{forbidden, forbidden, forbidden}}
		_, err := createOn(t, server)
		undecided := requireUndecided(t, server, err, 1)
		var look *atlas.Error
		if !errors.As(undecided.Look, &look) || look.Status != http.StatusForbidden || undecided.Last != nil {
			t.Errorf("look %v, last %v", undecided.Look, undecided.Last)
		}
	})
}

func TestALookThatDoesNotShowEverythingIsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &skewed{fates: []fate{lostBefore}, hidden: 1}
		_, err := createOn(t, server)
		if undecided := requireUndecided(t, server, err, 1); undecided.Look == nil {
			t.Errorf("got %v", undecided)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		server := &skewed{fates: []fate{lostAfter}, hidden: 1}
		made, err := createOn(t, server)
		requireMade(t, server, made, err, 1)
	})
}

// It may be the answer to somebody else, whose bucket is in another project.
func TestAnAnswerWithAnIDOfAnotherTimeIsHeldAgainstTheList(t *testing.T) {
	const twin = "386d357000000000000000ff" // of an hour before
	stranger := fate{acts: true, answer: reply{status: http.StatusOK, body: `{"_id":"` + bucketID + `"}`}}
	for name, c := range map[string]struct {
		server skewed
		id     string // "" for that of the last bucket
		looks  int
	}{
		"an id of the POST's time":      {skewed{}, "", 0},
		"a wrong clock":                 {skewed{date: time.Hour}, "", 1},
		"a wrong clock and a neighbour": {skewed{date: time.Hour, ids: []string{"386d519000000000000000ff"}}, "", 1},
		"a stranger's id":               {skewed{fates: []fate{stranger}}, "", 1},
		"an older twin's id":            {skewed{fates: []fate{{acts: true, answer: reply{status: http.StatusOK, body: `{"_id":"` + twin + `"}`}}}, ids: []string{twin}}, "", 1},
		"a stranger's id and no list":   {skewed{fates: []fate{stranger}, lists: []reply{forbidden}}, "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				made, err := createOn(t, &c.server)
				if err != nil {
					t.Fatal(err)
				}
				want := c.id
				if want == "" {
					want = c.server.ids[len(c.server.ids)-1]
				}
				if made.ID != want || c.server.posts != 1 || len(c.server.calls) != 1+c.looks {
					t.Errorf("after %v: got %s of %v, want %s", c.server.calls, made.ID, c.server.ids, want)
				}
			})
		})
	}
}

func TestAnAnswerWithAStrangersIDAndNoListIsUndecided(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stranger := fate{acts: true, answer: reply{status: http.StatusOK, body: `{"_id":"` + bucketID + `"}`}}
		server := &skewed{fates: []fate{stranger}, lists: []reply{forbidden, forbidden, forbidden}}
		_, err := createOn(t, server)
		if undecided := requireUndecided(t, server, err, 1); undecided.Look == nil || !strings.Contains(undecided.Error(), bucketID) {
			t.Errorf("got %v", undecided)
		}
	})
}

func TestAnAnswerWithAStrangersIDAndSeveralCandidatesIsUndecided(t *testing.T) {
	for name, server := range map[string]*skewed{
		"two of the time of the POST": {ids: []string{"386d438000000000000000ff"}},
		"a wrong clock":               {date: 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server.fates = []fate{{acts: true, answer: reply{status: http.StatusOK, body: `{"_id":"` + bucketID + `"}`}}}
				_, err := createOn(t, server)
				if undecided := requireUndecided(t, server, err, 1, slices.Sorted(slices.Values(server.ids))...); !strings.Contains(undecided.Error(), "POST /api/atlas/v2") {
					t.Errorf("got %v", undecided)
				}
			})
		})
	}
}

// The role may have been taken away between two attempts. What the first one made shows late.
func TestARefusalAfterALostAnswerDoesNotSayThatNothingWasMade(t *testing.T) {
	for name, body := range map[string]string{"USER_UNAUTHORIZED": `{"error":401,"errorCode":"USER_UNAUTHORIZED"}`, "no code": ""} {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", late ", late), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server := &skewed{fates: []fate{
						{answer: reply{status: http.StatusBadGateway}},
						{acts: late, answer: reply{status: http.StatusUnauthorized, body: body}},
					}}
					made, err := createOn(t, server)
					if late {
						requireMade(t, server, made, err, 2)
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
		refused := fate{answer: forbidden}
		server := &skewed{fates: []fate{refused, refused, refused, refused, refused}}
		_, err := createOn(t, server)
		var undecided *atlas.UndecidedError
		var failed *atlas.Error
		if errors.As(err, &undecided) || !errors.As(err, &failed) || failed.Status != http.StatusForbidden || failed.Attempts != 3 || failed.Elapsed < 20*time.Second || failed.Undecided {
			t.Errorf("got %#v", err)
		}
		if server.posts != 3 || len(server.ids) > 0 {
			t.Errorf("%d POSTs, want 3", server.posts)
		}
	})
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
			t.Errorf("%v: %v", server.calls, err)
		}
	})
}

func TestCreatedAtIsTheTimeInAnID(t *testing.T) {
	for id, want := range map[string]time.Time{
		"65b2f1d09b3d0e4c5a6f7081":   time.Date(2024, 1, 25, 23, 42, 8, 0, time.UTC),
		"":                           {},
		"65b2f1d0":                   {},
		"no hexadecimal digits here": {},
		"65b2f1d09b3d0e4c5a6f708100": {},
		"ffffffff9b3d0e4c5a6f7081":   time.Date(2106, 2, 7, 6, 28, 15, 0, time.UTC),
	} {
		if got := (atlas.ExportBucket{ID: id}).CreatedAt(); !got.Equal(want) {
			t.Errorf("%q: %s, want %s", id, got.UTC(), want)
		}
	}
}
