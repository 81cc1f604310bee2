package atlas_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

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
	if created := len(fake.ExportBuckets(projectID)); created != 100 {
		t.Errorf("%d buckets, want 100", created)
	}
	if trips := len(fake.Requests()); trips > 110 {
		t.Errorf("%d round trips, want at most 110: one challenge a worker", trips)
	}
}

func TestDigestSendsNoBodyBeforeTheChallenge(t *testing.T) {
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

// An expired nonce is replaced, and the refused request is sent again.
func TestDigestReplacesAnExpiredNonce(t *testing.T) {
	challenges, answered := 0, 0
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" || answered == 1 && challenges == 1 {
			challenges++
			w.Header().Set("WWW-Authenticate", `Digest realm="MMS Public API", nonce="n", algorithm=MD5, qop="auth", stale=true`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answered++
		_, _ = w.Write([]byte(wholeBucket))
	}))
	client := newClient(t, atlas.NewPool(nil), url, apiKey)
	for range 2 {
		if _, err := client.GetExportBucket(t.Context(), projectID, bucketID, ""); err != nil {
			t.Fatal(err)
		}
	}
	if challenges != 2 || answered != 2 {
		t.Errorf("%d challenges and %d answers, want 2 and 2", challenges, answered)
	}
}

// A nonce that the server calls stale is replaced, even a new one, if necessary after a wait.
// A request with a wrong key is not sent again with another nonce.
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
					_, _ = io.WriteString(answer, wholeBucket)
					return answer.Result(), nil
				}
				answer.Header().Set("WWW-Authenticate", fmt.Sprintf(`Digest realm="MMS Public API", nonce="n", algorithm=MD5, qop="auth", stale=%t`, name != "wrong key"))
				answer.WriteHeader(http.StatusUnauthorized)
				return answer.Result(), nil
			})
			_, err := newClient(t, atlas.NewPool(transport), "http://localhost", apiKey).GetExportBucket(t.Context(), projectID, bucketID, "")
			if (err != nil) != (name == "wrong key") || answers != c.answers {
				t.Errorf("%s: %d digests, want %d, and the error %v", name, answers, c.answers, err)
			}
		})
	}
}

// Atlas also answers 401 when a role is missing. Its sentence must not be lost, neither with a
// new nonce nor with a used one.
func TestDigestKeepsTheAnswerOfA401(t *testing.T) {
	fake, url := startEmulator(t, "MD5")
	client := newClient(t, atlas.NewPool(nil), url, apiKey)
	other := otherProject(fake)
	for range 2 {
		_, err := client.GetExportBucket(t.Context(), other, bucketID, "")
		if !atlas.HasCode(err, atlas.CodeUserUnauthorized) {
			t.Errorf("want %s, got %v", atlas.CodeUserUnauthorized, err)
		}
	}
}

func TestDigestRefusesAServerThatAsksForNoKey(t *testing.T) {
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(wholeBucket))
	}))
	_, err := newClient(t, atlas.NewPool(nil), url, apiKey).CreateExportBucket(t.Context(), projectID, bucketRequest, asRequested)
	if err == nil {
		t.Error("the answer to a request without a body was accepted")
	}
}

// The first request has neither a body nor a credential: an answer to it that is not a challenge
// says nothing about the bucket.
func TestAnAnswerInsteadOfAChallengeIsNotAboutTheCreation(t *testing.T) {
	for name, c := range map[string]struct {
		answer reply
		final  bool
	}{
		"500":                  {reply{status: http.StatusInternalServerError}, false},
		"503":                  {reply{status: http.StatusServiceUnavailable}, false},
		"503 with Retry-After": {reply{status: http.StatusServiceUnavailable, header: http.Header{"Retry-After": {"7"}}}, false},
		"408":                  {reply{status: http.StatusRequestTimeout}, false},
		"no answer":            {reply{}, false},
		"302":                  {reply{status: http.StatusFound, header: http.Header{"Location": {"https://elsewhere.example/"}}}, true},
		"403 page":             {forbidden, true},
		"404 page":             {reply{status: http.StatusNotFound, body: "<html>Not found</html>"}, true},
		"501":                  {reply{status: http.StatusNotImplemented}, true},
		"101":                  {reply{status: http.StatusSwitchingProtocols}, true},
		"401 without one":      {reply{status: http.StatusUnauthorized}, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const trouble = 3
				server, probes := &skewed{}, 0
				transport := roundTripper(func(req *http.Request) (*http.Response, error) {
					if req.Header.Get("Authorization") != "" {
						return server.RoundTrip(req)
					}
					server.create() // another's, identical and of this moment
					answer := httptest.NewRecorder()
					if probes++; probes <= trouble {
						if c.answer.status == 0 {
							httptrace.ContextClientTrace(req.Context()).WroteHeaders()
							return nil, syscall.ECONNRESET
						}
						c.answer.write(answer, "")
						return answer.Result(), nil
					}
					answer.Header().Set("WWW-Authenticate", `Digest realm="MMS Public API", nonce="n", algorithm=MD5, qop="auth", stale=false`)
					answer.WriteHeader(http.StatusUnauthorized)
					return answer.Result(), nil
				})
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				defer cancel()
				created, err := newClient(t, atlas.NewPool(transport), "http://localhost", apiKey).CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
				if !c.final {
					requireCreated(t, server, created, err, 1)
					if len(server.calls) != 1 || probes != trouble+1 {
						t.Errorf("%d challenges asked for, and %v", probes, server.calls)
					}
					return
				}
				var failed *atlas.Error
				var undecided *atlas.UndecidedError
				if errors.As(err, &undecided) || !errors.As(err, &failed) || failed.Status != c.answer.status {
					t.Errorf("want an error with the status, got %#v", err)
				}
				if len(server.calls) != 0 || probes != 1 {
					t.Errorf("%d challenges asked for, and %v", probes, server.calls)
				}
			})
		})
	}
}

// A gateway may offer its own scheme besides.
func TestDigestIsFoundAmongOtherSchemes(t *testing.T) {
	const digest = ` realm="MMS Public API", domain="", nonce="n", algorithm=MD5, qop="auth", stale=false`
	for name, headers := range map[string][]string{
		"behind Basic":         {`Basic realm="a, b", Digest` + digest},
		"before Basic":         {`Digest` + digest + `, Basic realm="a, b"`},
		"in a header after":    {`Basic realm="a, b"`, `Digest` + digest},
		"in a header before":   {`Digest` + digest, `Basic realm="a, b"`},
		"lower case":           {`digest` + digest},
		"lower case, in one":   {`basic realm="a, b", digest` + digest},
		"behind Negotiate":     {`Negotiate YWJj==, NTLM, Digest` + digest},
		"a comma in its realm": {`Digest realm="a, Basic b=", nonce="n"`},
	} {
		t.Run(name, func(t *testing.T) {
			requests := []string{}
			client := newClient(t, atlas.NewPool(inProcess{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests = append(requests, r.Header.Get("Authorization"))
				if r.Header.Get("Authorization") != "" {
					_, _ = io.WriteString(w, wholeBucket)
					return
				}
				for _, header := range headers {
					w.Header().Add("WWW-Authenticate", header)
				}
				w.WriteHeader(http.StatusUnauthorized)
			})}), "http://localhost", apiKey)
			if _, err := client.GetExportBucket(t.Context(), projectID, bucketID, ""); err != nil || len(requests) != 2 || !strings.Contains(requests[1], `username="ownerkey"`) || !strings.Contains(requests[1], `nonce="n"`) {
				t.Errorf("sent %q: %v", requests, err)
			}
		})
	}
}

func TestDigestRefusesAChallengeWithControlCharacters(t *testing.T) {
	for name, challenge := range map[string]string{
		"nonce": "Digest realm=\"r\", nonce=\"n\x07\"", "realm": "Digest realm=\"r\x1b[31m\", nonce=\"n\"", "opaque": "Digest realm=\"r\", nonce=\"n\", opaque=\"\u009b\"",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			synctest.Test(t, func(t *testing.T) {
				requests := 0
				client := newClient(t, atlas.NewPool(inProcess{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					requests++
					w.Header()["Www-Authenticate"] = []string{challenge}
					w.WriteHeader(http.StatusUnauthorized)
				})}), "http://localhost", apiKey)
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				defer cancel()
				var err error
				if method == http.MethodGet {
					_, err = client.GetExportBucket(ctx, projectID, bucketID, "")
				} else {
					_, err = client.CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
				}
				if err == nil || !strings.Contains(err.Error(), "the challenge of the server has characters that are not allowed in a header") || requests != 1 {
					t.Errorf("%s, %s: %d requests, %v", name, method, requests, err)
				}
			})
		}
	}
}
