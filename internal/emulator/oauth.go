package emulator

import (
	"crypto/rand"
	"crypto/subtle"
	"net"
	"net/http"
	"time"
)

// The OAuth endpoints and their limits, from the Atlas Admin API
// documentation.
const (
	tokenPath  = "/api/oauth/token"
	revokePath = "/api/oauth/revoke"

	tokenLifetime       = time.Hour
	tokensPerAccount    = 100 // live at the same time
	tokenCallsPerMinute = 50  // of one address and one account
)

// accessToken is one that was issued to a service account.
type accessToken struct {
	clientID string
	expires  time.Time
}

func (t accessToken) live(now time.Time) bool { return now.Before(t.expires) }

type tokenCaller struct{ address, clientID string }

// oauthError is the error answer of RFC 6749. Of Atlas' own, only access_denied and the
// beginning of its sentence are known.
type oauthError struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

var tooManyTokens = oauthError{"access_denied", "Access Token limit reached. Revoke a token or wait until one expires."}

// LiveTokens returns how many of the issued tokens are neither expired nor revoked.
func (a *Atlas) LiveTokens() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	live := 0
	for _, token := range a.tokens {
		if token.live(now) {
			live++
		}
	}
	return live
}

// TokensIssued returns how many tokens were issued.
func (a *Atlas) TokensIssued() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.tokensIssued
}

// serveToken issues an access token for client credentials. That the access list of the
// account is checked by the API only, and not here, is unverified.
func (a *Atlas) serveToken(w http.ResponseWriter, r *http.Request) {
	clientID, secret, ok := oauthClient(w, r)
	if !ok {
		return
	}
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	if !a.countTokenCall(tokenCaller{address, clientID}) {
		writeFailure(w, r, requestsLimited(tokenPath))
		return
	}
	if !a.isClient(clientID, secret) {
		writeOAuth(w, r, http.StatusUnauthorized, oauthError{"invalid_client", "Client authentication failed."})
		return
	}
	if r.PostForm.Get("grant_type") != "client_credentials" {
		writeOAuth(w, r, http.StatusBadRequest, oauthError{"unsupported_grant_type", "grant_type must be client_credentials."})
		return
	}
	token, ok := a.issueToken(clientID)
	if !ok {
		writeOAuth(w, r, http.StatusForbidden, tooManyTokens)
		return
	}
	writeOAuth(w, r, http.StatusOK, map[string]any{
		"access_token": token,
		"expires_in":   int(tokenLifetime.Seconds()),
		"token_type":   "Bearer",
	})
}

// serveRevoke revokes a token of the calling account. For any other token it answers 200 too,
// as RFC 7009 requires for an unknown token.
func (a *Atlas) serveRevoke(w http.ResponseWriter, r *http.Request) {
	clientID, secret, ok := oauthClient(w, r)
	if !ok {
		return
	}
	if !a.isClient(clientID, secret) {
		writeOAuth(w, r, http.StatusUnauthorized, oauthError{"invalid_client", "Client authentication failed."})
		return
	}
	token := r.PostForm.Get("token")
	if token == "" {
		writeOAuth(w, r, http.StatusBadRequest, oauthError{"invalid_request", "token is missing."})
		return
	}
	a.mu.Lock()
	if a.tokens[token].clientID == clientID {
		delete(a.tokens, token)
	}
	a.mu.Unlock()
	w.WriteHeader(http.StatusOK)
}

// oauthClient returns the HTTP Basic credential of a POST, and reads its form, at most maxBody
// of it. It answers any other request itself.
func oauthClient(w http.ResponseWriter, r *http.Request) (clientID, secret string, ok bool) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		writeFailure(w, r, methodNotAllowed(r.Method))
		return "", "", false
	}
	clientID, secret, ok = r.BasicAuth()
	if !ok {
		w.Header().Set("WWW-Authenticate", `Basic realm="MMS Public API"`)
		writeOAuth(w, r, http.StatusUnauthorized, oauthError{"invalid_client", "Client authentication failed."})
		return "", "", false
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		writeOAuth(w, r, http.StatusBadRequest, oauthError{"invalid_request", "The form is malformed."})
		return "", "", false
	}
	return clientID, secret, true
}

func (a *Atlas) isClient(clientID, secret string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	account, ok := a.accounts[clientID]
	return ok && subtle.ConstantTimeCompare([]byte(account.ClientSecret), []byte(secret)) == 1
}

// countTokenCall counts a call, and tells whether it is within the limit. Calls over the limit
// are not counted.
func (a *Atlas) countTokenCall(caller tokenCaller) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	m := a.tokenCalls[caller]
	ok := m.count(time.Now(), tokenCallsPerMinute)
	a.tokenCalls[caller] = m
	return ok
}

// issueToken returns a new token, or false if the account has its maximum of live tokens.
func (a *Atlas) issueToken(clientID string) (string, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	live := 0
	for _, token := range a.tokens {
		if token.clientID == clientID && token.live(now) {
			live++
		}
	}
	if live >= tokensPerAccount {
		return "", false
	}
	token := rand.Text()
	a.tokens[token] = accessToken{clientID: clientID, expires: now.Add(tokenLifetime)}
	a.tokensIssued++
	return token, true
}

func writeOAuth(w http.ResponseWriter, r *http.Request, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	writeJSON(w, r, body)
}
