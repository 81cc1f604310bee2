package atlas

import (
	"bytes"
	"io"
	"net/http"
	"slices"
)

// Credentials are an AccessToken, a ServiceAccount or an APIKey.
type Credentials interface {
	// authenticate wraps a transport so that each request to base carries the credential.
	authenticate(next http.RoundTripper, pool *Pool, base BaseURL, log journal) http.RoundTripper
}

// AccessToken is an OAuth access token that somebody else fetches and renews.
type AccessToken string

func (t AccessToken) authenticate(next http.RoundTripper, _ *Pool, _ BaseURL, _ journal) http.RoundTripper {
	return staticToken{token: string(t), next: next}
}

// ServiceAccount is an Atlas service account: OAuth client credentials.
type ServiceAccount struct {
	ClientID     string
	ClientSecret string
}

func (a ServiceAccount) authenticate(next http.RoundTripper, pool *Pool, base BaseURL, log journal) http.RoundTripper {
	return renewedToken{tokens: pool.tokens(base, a, next, log), next: next}
}

// APIKey is a programmatic API key: HTTP Digest with the public key as user.
type APIKey struct {
	PublicKey  string
	PrivateKey string
}

func (k APIKey) authenticate(next http.RoundTripper, _ *Pool, _ BaseURL, _ journal) http.RoundTripper {
	return &digestTransport{key: k, next: next}
}

// staticToken sends every request with the same token.
type staticToken struct {
	token string
	next  http.RoundTripper
}

func (t staticToken) RoundTrip(req *http.Request) (*http.Response, error) {
	return sendWithToken(t.next, req, t.token)
}

// renewedToken sends a request with the account's token, and with a new one when Atlas
// accepts no more what it has accepted before: the token was revoked, or ended early. A
// refused request was not carried out, so this repeats nothing.
type renewedToken struct {
	tokens *tokens
	next   http.RoundTripper
}

func (t renewedToken) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		// What is sent are copies, whose bodies come from GetBody.
		defer req.Body.Close()
	}
	token, err := t.tokens.get(req.Context(), "")
	if err != nil {
		return nil, err
	}
	resp, err := t.send(req, token)
	if err != nil || !refusesToken(resp) || t.tokens.accepted.Load() != token {
		return resp, err
	}
	drain(resp)
	if token, err = t.tokens.get(req.Context(), token); err != nil {
		return nil, err
	}
	return t.send(req, token)
}

// send notes a token that Atlas accepts.
func (t renewedToken) send(req *http.Request, token string) (*http.Response, error) {
	resp, err := sendWithToken(t.next, req, token)
	if err == nil && !refusesToken(resp) {
		t.tokens.accepted.Store(token)
	}
	return resp, err
}

func sendWithToken(next http.RoundTripper, req *http.Request, token string) (*http.Response, error) {
	out, err := replica(req)
	if err != nil {
		return nil, unsent{err}
	}
	out.Header.Set("Authorization", "Bearer "+token)
	return next.RoundTrip(out)
}

// replica is a copy of a request, with a body of its own.
func replica(req *http.Request) (*http.Request, error) {
	out := req.Clone(req.Context())
	if req.GetBody == nil {
		return out, nil
	}
	body, err := req.GetBody()
	out.Body = body
	return out, err
}

// refusesToken tells a 401 on the token from Atlas' 401 on a missing role, for which a new
// token would be the same. It leaves the answer to be read again.
func refusesToken(resp *http.Response) bool {
	if resp.StatusCode != http.StatusUnauthorized {
		return false
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	resp.Body = struct {
		io.Reader
		io.Closer
	}{bytes.NewReader(body), resp.Body}
	var e Error
	e.decodeBody(body)
	return !slices.Contains([]string{CodeUserUnauthorized, CodeNotOrgGroupCreator}, e.Code)
}
