package emulator_test

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/icholy/digest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// challengeOf returns a new challenge.
func challengeOf(t *testing.T, atlas *emulator.Atlas) string {
	t.Helper()
	return send(t, atlas, "GET", bucketsPath, "", withHeader("Authorization", "")).wantStatus(t, 401).header.Get("WWW-Authenticate")
}

// digestOf answers a challenge, with the given nonce count.
func digestOf(challenge, public, private, method, uri string, count int) string {
	sum := func(text string) string { return fmt.Sprintf("%x", md5.Sum([]byte(text))) }
	algorithm := "MD5"
	if strings.Contains(challenge, "algorithm=SHA-256") {
		sum = func(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }
		algorithm = "SHA-256"
	}
	nonce := regexp.MustCompile(`nonce="([^"]*)"`).FindStringSubmatch(challenge)[1]
	const realm = "MMS Public API"
	response := sum(fmt.Sprintf("%s:%s:%08x:client:auth:%s", sum(public+":"+realm+":"+private), nonce, count, sum(method+":"+uri)))
	return fmt.Sprintf(`Digest username="%s", realm="%s", nonce="%s", uri="%s", algorithm=%s, qop=auth, nc=%08x, cnonce="client", response="%s"`,
		public, realm, nonce, uri, algorithm, count, response)
}

func newAtlasWithKey(t *testing.T, algorithm string) *emulator.Atlas {
	t.Helper()
	atlas := newAtlas(t, emulator.Options{})
	atlas.AddAPIKey(emulator.APIKey{PublicKey: "public", PrivateKey: "private", Algorithm: algorithm, Roles: owner()})
	return atlas
}

func TestDigestClientReusesItsNonce(t *testing.T) {
	for _, algorithm := range []string{"", "SHA-256"} {
		t.Run("algorithm "+algorithm, func(t *testing.T) {
			atlas := newAtlasWithKey(t, algorithm)
			server := httptest.NewServer(atlas)
			defer server.Close()
			client := &http.Client{Transport: &digest.Transport{Username: "public", Password: "private"}}
			for range 3 {
				r, err := http.NewRequest("GET", server.URL+bucketsPath+"?itemsPerPage=5&pretty=true", nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Accept", "application/vnd.atlas.2024-05-30+json")
				answer, err := client.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				_ = answer.Body.Close()
				if answer.StatusCode != 200 {
					t.Fatalf("status %d", answer.StatusCode)
				}
			}
			if n := len(atlas.Requests()); n != 4 {
				t.Errorf("%d requests, want 3 and a challenge", n)
			}
		})
	}
}

func TestWrongDigestIsRefused(t *testing.T) {
	for _, algorithm := range []string{"MD5", "SHA-256"} {
		atlas := newAtlasWithKey(t, algorithm)
		challenge := challengeOf(t, atlas)
		good := digestOf(challenge, "public", "private", "GET", bucketsPath, 1)
		otherAlgorithm := strings.NewReplacer("MD5", "SHA-256", "SHA-256", "MD5").Replace(challenge)
		for name, tc := range map[string]struct {
			authorization, stale string
		}{
			"wrong private key": {digestOf(challenge, "public", "wrong", "GET", bucketsPath, 1), "false"},
			"unknown key":       {digestOf(challenge, "nobody", "private", "GET", bucketsPath, 1), "false"},
			"no key":            {digestOf(challenge, "", "", "GET", bucketsPath, 1), "false"},
			"other method":      {digestOf(challenge, "public", "private", "PUT", bucketsPath, 1), "false"},
			"other path":        {digestOf(challenge, "public", "private", "GET", bucketsPath+"/"+roleID, 1), "false"},
			"other realm":       {strings.Replace(good, "MMS", "ABC", 1), "false"},
			"other quality":     {strings.Replace(good, "qop=auth", "qop=none", 1), "false"},
			"no count":          {strings.Replace(good, "nc=", "no=", 1), "false"},
			"count zero":        {digestOf(challenge, "public", "private", "GET", bucketsPath, 0), "true"},
			"unknown algorithm": {strings.Replace(good, "algorithm=", "algorithm=X", 1), "false"},
			"other algorithm":   {digestOf(otherAlgorithm, "public", "private", "GET", bucketsPath, 1), "true"},
			"unknown nonce":     {digestOf(`nonce="made up", algorithm=`+algorithm, "public", "private", "GET", bucketsPath, 1), "true"},
			"nothing":           {"Digest", "false"},
		} {
			got := send(t, atlas, "GET", bucketsPath, "", withHeader("Authorization", tc.authorization))
			if got.status != 401 || !strings.HasSuffix(got.header.Get("WWW-Authenticate"), "stale="+tc.stale) {
				t.Errorf("%s, %s: %d %s, want stale=%s", algorithm, name, got.status, got.header.Get("WWW-Authenticate"), tc.stale)
			}
		}
		send(t, atlas, "POST", bucketsPath, awsBody, withHeader("Authorization", good)).wantStatus(t, 401)
		send(t, atlas, "GET", bucketsPath, "", withHeader("Authorization", good)).wantStatus(t, 200)
		forPost := digestOf(challenge, "public", "private", "POST", bucketsPath, 2)
		send(t, atlas, "POST", bucketsPath, awsBody, withHeader("Authorization", forPost)).wantStatus(t, 200)
	}
}

func TestNonceCountMustRise(t *testing.T) {
	atlas := newAtlasWithKey(t, "")
	challenge := challengeOf(t, atlas)
	for _, tc := range []struct{ count, status int }{{1, 200}, {1, 401}, {2, 200}, {5, 200}, {4, 401}, {5, 401}, {6, 200}} {
		authorization := digestOf(challenge, "public", "private", "GET", bucketsPath, tc.count)
		got := send(t, atlas, "GET", bucketsPath, "", withHeader("Authorization", authorization))
		if got.status != tc.status {
			t.Errorf("count %d: status %d, want %d", tc.count, got.status, tc.status)
		}
		if fresh := got.header.Get("WWW-Authenticate"); got.status == 401 && !strings.HasSuffix(fresh, "stale=true") {
			t.Errorf("count %d: challenge %s", tc.count, fresh)
		}
	}
}

func TestNonceExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithKey(t, "")
		challenge := challengeOf(t, atlas)
		authorize := func(count int) answer {
			return send(t, atlas, "GET", bucketsPath, "",
				withHeader("Authorization", digestOf(challenge, "public", "private", "GET", bucketsPath, count)))
		}
		time.Sleep(5*time.Minute - 1)
		authorize(1).wantStatus(t, 200)
		time.Sleep(time.Nanosecond)
		refused := authorize(2).wantStatus(t, 401)
		challenge = refused.header.Get("WWW-Authenticate")
		if !strings.HasSuffix(challenge, "stale=true") {
			t.Errorf("challenge %s", challenge)
		}
		authorize(1).wantStatus(t, 200)
	})
}

func TestChallengeOffersTheAlgorithmsOfAllKeys(t *testing.T) {
	atlas := newAtlasWithKey(t, "SHA-256")
	atlas.AddAPIKey(emulator.APIKey{PublicKey: "second", PrivateKey: "second", Roles: owner()})
	atlas.AddAPIKey(emulator.APIKey{PublicKey: "third", PrivateKey: "third", Roles: owner()})
	got := send(t, atlas, "GET", bucketsPath, "", withHeader("Authorization", "")).header.Values("WWW-Authenticate")
	if len(got) != 2 || !strings.Contains(got[0], "algorithm=SHA-256") || !strings.Contains(got[1], "algorithm=MD5") {
		t.Errorf("challenges %q", got)
	}
}
