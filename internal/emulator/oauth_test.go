package emulator_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// oauth sends a form to an OAuth endpoint as the account.
func oauth(t *testing.T, atlas *emulator.Atlas, path, form string, edits ...func(*http.Request)) answer {
	t.Helper()
	edits = append([]func(*http.Request){
		withHeader("Content-Type", "application/x-www-form-urlencoded"),
		func(r *http.Request) { r.SetBasicAuth("account", "secret") },
	}, edits...)
	return send(t, atlas, "POST", path, form, edits...)
}

func askForToken(t *testing.T, atlas *emulator.Atlas, edits ...func(*http.Request)) answer {
	t.Helper()
	return oauth(t, atlas, "/api/oauth/token", "grant_type=client_credentials", edits...)
}

func issueToken(t *testing.T, atlas *emulator.Atlas) string {
	t.Helper()
	token, _ := askForToken(t, atlas).wantStatus(t, 200).object(t)["access_token"].(string)
	return token
}

func newAtlasWithAccount(t *testing.T) *emulator.Atlas {
	t.Helper()
	atlas := newAtlas(t, emulator.Options{})
	atlas.AddServiceAccount(emulator.ServiceAccount{ClientID: "account", ClientSecret: "secret", Roles: owner()})
	return atlas
}

func statusWith(t *testing.T, atlas *emulator.Atlas, token string) int {
	t.Helper()
	return send(t, atlas, "GET", bucketsPath, "", withHeader("Authorization", "Bearer "+token)).status
}

func TestTokenLastsOneHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithAccount(t)
		issued := askForToken(t, atlas).wantStatus(t, 200).object(t)
		if issued["expires_in"] != 3600.0 || issued["token_type"] != "Bearer" {
			t.Errorf("got %v", issued)
		}
		token := issued["access_token"].(string)
		time.Sleep(time.Hour - 1)
		if status := statusWith(t, atlas, token); status != 200 || atlas.LiveTokens() != 1 {
			t.Errorf("before the hour is over: status %d, %d live tokens", status, atlas.LiveTokens())
		}
		time.Sleep(time.Nanosecond)
		if status := statusWith(t, atlas, token); status != 401 || atlas.LiveTokens() != 0 || atlas.TokensIssued() != 1 {
			t.Errorf("after it: status %d, %d live tokens of %d", status, atlas.LiveTokens(), atlas.TokensIssued())
		}
	})
}

func TestRevokedTokenIsRefused(t *testing.T) {
	atlas := newAtlasWithAccount(t)
	token := issueToken(t, atlas)
	revoked := oauth(t, atlas, "/api/oauth/revoke", "token_type_hint=access_token&token="+token).wantStatus(t, 200)
	if revoked.text != "" {
		t.Errorf("revoke answers %q", revoked.text)
	}
	if status := statusWith(t, atlas, token); status != 401 || atlas.LiveTokens() != 0 || atlas.TokensIssued() != 1 {
		t.Errorf("status %d, %d live tokens of %d", status, atlas.LiveTokens(), atlas.TokensIssued())
	}
	oauth(t, atlas, "/api/oauth/revoke", "token="+token).wantStatus(t, 200)
}

func TestTokenIsRevokedByItsAccountOnly(t *testing.T) {
	atlas := newAtlasWithAccount(t)
	atlas.AddServiceAccount(emulator.ServiceAccount{ClientID: "other", ClientSecret: "other"})
	token := issueToken(t, atlas)
	for _, edit := range []func(*http.Request){
		func(r *http.Request) { r.SetBasicAuth("other", "other") },
		func(r *http.Request) { r.SetBasicAuth("account", "wrong") },
		func(r *http.Request) { r.Header.Del("Authorization") },
	} {
		oauth(t, atlas, "/api/oauth/revoke", "token="+token, edit)
	}
	if status := statusWith(t, atlas, token); status != 200 || atlas.LiveTokens() != 1 {
		t.Errorf("status %d, %d live tokens", status, atlas.LiveTokens())
	}
}

func TestBadOAuthCallIsRefused(t *testing.T) {
	atlas := newAtlasWithAccount(t)
	for _, tc := range []struct {
		name, path, form string
		edit             func(*http.Request)
		status           int
		code             string
	}{
		{"wrong secret", "token", "grant_type=client_credentials", func(r *http.Request) { r.SetBasicAuth("account", "wrong") }, 401, "invalid_client"},
		{"unknown account", "token", "grant_type=client_credentials", func(r *http.Request) { r.SetBasicAuth("nobody", "") }, 401, "invalid_client"},
		{"no credential", "token", "grant_type=client_credentials", func(r *http.Request) { r.Header.Del("Authorization") }, 401, "invalid_client"},
		{"other grant", "token", "grant_type=password", func(*http.Request) {}, 400, "unsupported_grant_type"},
		{"grant in the query", "token?grant_type=client_credentials", "", func(*http.Request) {}, 400, "unsupported_grant_type"},
		{"bad form", "token", "%zz", func(*http.Request) {}, 400, "invalid_request"},
		{"revoke, wrong secret", "revoke", "token=x", func(r *http.Request) { r.SetBasicAuth("account", "wrong") }, 401, "invalid_client"},
		{"revoke nothing", "revoke", "", func(*http.Request) {}, 400, "invalid_request"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := oauth(t, atlas, "/api/oauth/"+tc.path, tc.form, tc.edit).wantStatus(t, tc.status).object(t)
			if got["error"] != tc.code || got["error_description"] == "" {
				t.Errorf("got %v, want %s", got, tc.code)
			}
		})
	}
	if n := atlas.TokensIssued(); n != 0 {
		t.Errorf("%d tokens were issued", n)
	}
}

func TestTokenCallIsLimitedPerMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithAccount(t)
		atlas.AddServiceAccount(emulator.ServiceAccount{ClientID: "other", ClientSecret: "other"})
		for range 50 {
			issueToken(t, atlas)
		}
		body := askForToken(t, atlas).wantError(t, 429, "RATE_LIMITED")
		if want := "Resource /api/oauth/token is limited to 50 requests every 1 minutes."; body["detail"] != want {
			t.Errorf("detail %q, want %q", body["detail"], want)
		}
		if got := fmt.Sprint(body["parameters"]); got != "[/api/oauth/token 50 1]" {
			t.Errorf("parameters %s", got)
		}
		askForToken(t, atlas, func(r *http.Request) { r.SetBasicAuth("other", "other") }).wantStatus(t, 200)
		askForToken(t, atlas, func(r *http.Request) { r.RemoteAddr = "192.0.2.99:1" }).wantStatus(t, 200)
		askForToken(t, atlas, func(r *http.Request) { r.RemoteAddr = "192.0.2.1:99" }).wantStatus(t, 429)

		time.Sleep(time.Minute - 1)
		askForToken(t, atlas).wantStatus(t, 429)
		time.Sleep(time.Nanosecond)
		askForToken(t, atlas).wantStatus(t, 200)
	})
}

func TestLiveTokensAreLimitedPerAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlasWithAccount(t)
		atlas.AddServiceAccount(emulator.ServiceAccount{ClientID: "other", ClientSecret: "other"})
		var tokens []string
		for range 2 {
			for range 50 {
				tokens = append(tokens, issueToken(t, atlas))
			}
			time.Sleep(time.Minute)
		}
		body := askForToken(t, atlas).wantStatus(t, 403).object(t)
		if description, _ := body["error_description"].(string); body["error"] != "access_denied" ||
			len(description) < 27 || description[:27] != "Access Token limit reached." {
			t.Errorf("got %v", body)
		}
		askForToken(t, atlas, func(r *http.Request) { r.SetBasicAuth("other", "other") }).wantStatus(t, 200)

		oauth(t, atlas, "/api/oauth/revoke", "token="+tokens[0]).wantStatus(t, 200)
		issueToken(t, atlas)
		askForToken(t, atlas).wantStatus(t, 403)
		time.Sleep(time.Hour)
		issueToken(t, atlas)
		if got := fmt.Sprint(atlas.LiveTokens(), " of ", atlas.TokensIssued()); got != "1 of 103" {
			t.Errorf("live tokens %s, want 1 of 103", got)
		}
	})
}

func TestStaticTokenIsNotCounted(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	if status := statusWith(t, atlas, ownerToken); status != 200 || atlas.LiveTokens() != 0 || atlas.TokensIssued() != 0 {
		t.Errorf("status %d, %d live tokens of %d", status, atlas.LiveTokens(), atlas.TokensIssued())
	}
}
