package atlas

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// renewBefore is how long before its end a token is renewed: longer than exchangeTimeout, so
// that it does not expire during a request. A token that lives less than twice as long is
// renewed after half its life.
const renewBefore = 2 * time.Minute

var (
	// errNoToken tells of an answer without a readable token.
	errNoToken = errors.New("the answer is not a token")

	// errToken tells of a token that no header can have. Another call would get a similar one.
	errToken = errors.New("the token in the answer has characters that are not allowed in a header")
)

// tokens are those of a service account, one at a time: it is fetched on the first call, shared,
// and renewed early. Atlas issues 50 a minute to an address, and an account has at most 100.
type tokens struct {
	base    BaseURL
	account ServiceAccount
	next    transport
	retrier retrier
	secrets *secrets

	// mayReplace tells that a token that Atlas has never accepted may be replaced: it may be so
	// new that Atlas does not know it everywhere.
	mayReplace atomic.Bool

	// mu guards what is below while it is read or fetched. It is a channel, so that a caller
	// that waits for it can end with its context.
	mu      chan struct{}
	current *token // nil for none
	refusal error  // Atlas does not know the account: each further call would count towards the 50
}

// token is one that Atlas has issued.
type token struct {
	value   string
	renewAt time.Time // zero for a token that is used until Atlas refuses it

	// accepted tells that Atlas has accepted this token. It belongs to the token, because an
	// answer may arrive long after its token was replaced.
	accepted atomic.Bool
}

func newTokens(base BaseURL, account ServiceAccount, next transport, r retrier, secrets *secrets) *tokens {
	t := &tokens{base: base, account: account, next: next, retrier: r, secrets: secrets, mu: make(chan struct{}, 1)}
	t.mayReplace.Store(true)
	return t
}

// get returns a token that does not expire during the next request.
func (t *tokens) get(ctx context.Context) (*token, error) {
	if err := t.lock(ctx); err != nil {
		return nil, unsent(err)
	}
	defer t.unlock()
	if t.current == nil || !t.current.renewAt.IsZero() && !time.Now().Before(t.current.renewAt) {
		if err := t.renew(ctx); err != nil {
			return nil, err
		}
	}
	return t.current, nil
}

// replace returns the token to use in place of one that Atlas has refused: the one that another
// caller has fetched meanwhile, or a new one. It is nil when a new token would not help: a token
// that Atlas has never accepted is replaced once, and when the new one is refused, too, the
// token is not the reason.
func (t *tokens) replace(ctx context.Context, refused *token) (*token, error) {
	if err := t.lock(ctx); err != nil {
		return nil, unsent(err)
	}
	defer t.unlock()
	switch {
	case t.current == nil: // revoked
		return nil, nil
	case t.current != refused:
		return t.current, nil
	case refused.accepted.Load():
	case !t.mayReplace.CompareAndSwap(true, false):
		return nil, nil
	}
	if err := t.renew(ctx); err != nil {
		t.mayReplace.Store(true)
		return nil, err
	}
	return t.current, nil
}

// setAccepted records that Atlas has accepted a token.
func (t *tokens) setAccepted(used *token) {
	used.accepted.Store(true)
	t.mayReplace.Store(true)
}

// renew fetches a new current token. The caller has locked t. Its error is a *signInError.
func (t *tokens) renew(ctx context.Context) error {
	if t.refusal != nil {
		return t.refusal
	}
	err := t.retrier.retry(ctx, retryRules{idempotent: true}, func() error {
		fetched, err := t.fetch(ctx)
		if err != nil {
			return err
		}
		t.current = &token{value: fetched.AccessToken}
		if life := time.Until(fetched.Expiry); life > 0 { // else there is no end, or it makes no sense
			t.current.renewAt = fetched.Expiry.Add(-min(renewBefore, life/2))
		}
		t.secrets.add(fetched.AccessToken)
		return nil
	})
	if err == nil {
		return nil
	}
	failed := &signInError{err}
	if HasCode(err, CodeInvalidClient) {
		t.refusal = failed
	}
	return failed
}

// fetch asks for a token once. Its error is a *failure.
func (t *tokens) fetch(ctx context.Context) (*oauth2.Token, error) {
	endpoint := t.base.join("api", "oauth", "token")
	config := clientcredentials.Config{
		ClientID:     t.account.ClientID,
		ClientSecret: t.account.ClientSecret,
		TokenURL:     endpoint.String(),
		AuthStyle:    oauth2.AuthStyleInHeader,
	}
	failed := failedPost(endpoint)
	var got *answer
	fetched, err := config.Token(context.WithValue(ctx, oauth2.HTTPClient, &http.Client{
		Transport: roundTripper{next: t.next, got: &got},
		// The account's secret is for this host only.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}))
	// The library's errors do not wrap those of a body, so the answer is read first.
	var refused *oauth2.RetrieveError
	switch {
	case got == nil:
		return nil, failed.causedBy(err)
	case !failed.readAnswer(got):
		return nil, failed
	case errors.As(err, &refused): // OAuth's error in a success
		failed.err.decode(got)
		return nil, failed
	case err != nil: // its text repeats a part of the answer
		return nil, failed.causedBy(errNoToken)
	case strings.ContainsFunc(fetched.AccessToken, unicode.IsControl):
		return nil, failed.causedBy(errToken)
	}
	return fetched, nil
}

func failedPost(endpoint *url.URL) *failure {
	return &failure{err: &Error{Method: http.MethodPost, Path: endpoint.EscapedPath()}}
}

// revoke revokes the current token, if there is one.
func (t *tokens) revoke(ctx context.Context) error {
	if err := t.lock(ctx); err != nil {
		return err
	}
	defer t.unlock()
	if t.current == nil {
		return nil
	}
	endpoint := t.base.join("api", "oauth", "revoke")
	failed := failedPost(endpoint)
	form := url.Values{"token": {t.current.value}, "token_type_hint": {"access_token"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return failed.causedBy(err)
	}
	req.SetBasicAuth(url.QueryEscape(t.account.ClientID), url.QueryEscape(t.account.ClientSecret))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	t.current = nil
	got, err := t.next.send(req)
	if err != nil {
		return failed.causedBy(err)
	}
	if got.status/100 != 2 {
		failed.readAnswer(got)
		return failed
	}
	return nil
}

func (t *tokens) lock(ctx context.Context) error {
	select {
	case t.mu <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *tokens) unlock() { <-t.mu }

// roundTripper is a transport as an http.RoundTripper, for the library that fetches tokens. It
// keeps the answer.
type roundTripper struct {
	next transport
	got  **answer
}

func (t roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.GetBody = nil // net/http must not fetch a second token: see once
	got, err := t.next.send(req)
	if err != nil {
		return nil, err
	}
	*t.got = got
	header := got.header.Clone()
	header.Del("Location") // an invalid one would be an error of net/http that repeats it
	return &http.Response{StatusCode: got.status, Header: header, Body: io.NopCloser(bytes.NewReader(got.text)), Request: req}, nil
}
