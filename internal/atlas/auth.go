package atlas

import (
	"net/http"
	"net/url"
	"slices"
)

// Credentials are an AccessToken, a ServiceAccount or an APIKey.
type Credentials interface {
	// authenticate wraps a transport so that each request has the credential. tokens returns
	// those of a service account.
	authenticate(next transport, tokens func(ServiceAccount) *tokens) transport

	// secrets must not be shown or logged.
	secrets() []string
}

// AccessToken is an OAuth access token that this process neither fetches nor renews.
type AccessToken string

func (t AccessToken) authenticate(next transport, _ func(ServiceAccount) *tokens) transport {
	return staticToken{token: string(t), next: next}
}

func (t AccessToken) secrets() []string { return []string{string(t)} }

// ServiceAccount is an Atlas service account: OAuth client credentials.
type ServiceAccount struct {
	ClientID     string
	ClientSecret string
}

func (a ServiceAccount) authenticate(next transport, tokens func(ServiceAccount) *tokens) transport {
	return renewedToken{tokens: tokens(a), next: next}
}

// secrets include the pair as HTTP Basic sends it.
func (a ServiceAccount) secrets() []string {
	return []string{a.ClientSecret, url.QueryEscape(a.ClientID) + ":" + url.QueryEscape(a.ClientSecret)}
}

// APIKey is a programmatic API key: HTTP Digest with the public key as user.
type APIKey struct {
	PublicKey  string
	PrivateKey string
}

func (k APIKey) authenticate(next transport, _ func(ServiceAccount) *tokens) transport {
	return &digestTransport{key: k, next: next}
}

func (k APIKey) secrets() []string { return []string{k.PrivateKey} }

// staticToken sends every request with the same token.
type staticToken struct {
	token string
	next  transport
}

func (t staticToken) send(req *http.Request) (*answer, error) {
	return sendWithToken(t.next, req, t.token)
}

// maxTokens is how many tokens a request is sent with: one that has expired, one that another
// caller has replaced meanwhile, and one more.
const maxTokens = 3

// renewedToken sends a request with the account's token, and again with another token when
// Atlas refuses the first: it was revoked, has expired early, or is not known everywhere yet.
// Atlas does not carry out a request whose token it refuses.
type renewedToken struct {
	tokens *tokens
	next   transport
}

func (t renewedToken) send(req *http.Request) (*answer, error) {
	token, err := t.tokens.get(req.Context())
	if err != nil {
		return nil, err
	}
	for n := 1; ; n++ {
		got, err := sendWithToken(t.next, req, token.value)
		if err != nil {
			return nil, err
		}
		if !refusesToken(got) {
			t.tokens.setAccepted(token)
			return got, nil
		}
		if n == maxTokens {
			return got, nil
		}
		newer, err := t.tokens.replace(req.Context(), token)
		if err != nil {
			return nil, err
		}
		if newer == nil {
			return got, nil
		}
		token = newer
	}
}

func sendWithToken(next transport, req *http.Request, token string) (*answer, error) {
	out, err := cloneWithBody(req)
	if err != nil {
		return nil, unsent(err)
	}
	out.Header.Set("Authorization", "Bearer "+token)
	return next.send(out)
}

// cloneWithBody is a copy of a request with a new reader of its body.
func cloneWithBody(req *http.Request) (*http.Request, error) {
	out := req.Clone(req.Context())
	if req.GetBody == nil {
		return out, nil
	}
	body, err := req.GetBody()
	out.Body = body
	return out, err
}

// refusesToken tells a 401 because of the token from Atlas' 401 because of a missing role, for
// which a new token makes no difference.
func refusesToken(got *answer) bool {
	if got.status != http.StatusUnauthorized {
		return false
	}
	var e Error
	e.decode(got)
	return !slices.Contains([]string{CodeUserUnauthorized, CodeNotOrgGroupCreator}, e.Code)
}
