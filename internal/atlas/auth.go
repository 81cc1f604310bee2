package atlas

import "net/http"

// Credentials are an AccessToken, a ServiceAccount or an APIKey.
type Credentials interface {
	// authenticate wraps a transport so that each request to base carries the credential.
	authenticate(next http.RoundTripper, pool *Pool, base BaseURL) http.RoundTripper
}

// AccessToken is an OAuth access token that somebody else fetches and renews.
type AccessToken string

func (t AccessToken) authenticate(next http.RoundTripper, _ *Pool, _ BaseURL) http.RoundTripper {
	return bearer{next: next, token: func(*http.Request) (string, error) { return string(t), nil }}
}

// ServiceAccount is an Atlas service account: OAuth client credentials.
type ServiceAccount struct {
	ClientID     string
	ClientSecret string
}

func (a ServiceAccount) authenticate(next http.RoundTripper, pool *Pool, base BaseURL) http.RoundTripper {
	source := pool.tokens(base, a, next)
	return bearer{next: next, token: func(req *http.Request) (string, error) { return source.get(req.Context()) }}
}

// APIKey is a programmatic API key: HTTP Digest with the public key as user.
type APIKey struct {
	PublicKey  string
	PrivateKey string
}

func (k APIKey) authenticate(next http.RoundTripper, _ *Pool, _ BaseURL) http.RoundTripper {
	return &digestTransport{key: k, next: next}
}

// bearer sets the token that its source has at the time of the request.
type bearer struct {
	next  http.RoundTripper
	token func(*http.Request) (string, error)
}

func (t bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	token, err := t.token(req)
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer "+token)
	return t.next.RoundTrip(req)
}
