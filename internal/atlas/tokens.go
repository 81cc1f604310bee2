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

// renewBefore its end a token is replaced, so that none ends while a request with it is sent:
// longer than exchangeTimeout. A token of less than twice that serves half its life.
const renewBefore = 2 * time.Minute

// errNoToken tells of an answer in which there is no token that can be read.
var errNoToken = errors.New("the answer is not a token")

// errToken tells of a token that cannot stand in a header. Another call would get one like it.
var errToken = errors.New("the token in the answer has characters that no token has")

// tokens are a service account's, one at a time: fetched on the first call, shared, and
// renewed early. Atlas issues 50 a minute and address, and lets 100 live.
type tokens struct {
	base    BaseURL
	account ServiceAccount
	next    transport
	journal journal
	secrets *secrets

	// spare tells that one may be fetched in place of a token that Atlas has never accepted.
	spare atomic.Bool

	// turn is held while what is below is read or fetched. A channel, because a caller that
	// waits for another's fetch must be able to give up with its context.
	turn    chan struct{}
	current *token // nil for none
	refusal *Error // Atlas does not know the account: more calls would use up the fifty, and be waited for
}

// token is one that Atlas has issued.
type token struct {
	value   string
	renewAt time.Time // zero for a token without an end, or whose end has been

	// accepted tells that Atlas has accepted this one: an answer may come long after its token
	// was replaced, and says nothing of the next one.
	accepted atomic.Bool
}

func newTokens(base BaseURL, account ServiceAccount, next transport, log journal, secrets *secrets) *tokens {
	t := &tokens{
		base: base, account: account, next: next, journal: log, secrets: secrets,
		turn: make(chan struct{}, 1),
	}
	t.spare.Store(true)
	return t
}

// get returns a token that lasts for one request at least.
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

// replace returns a token to send a request with that Atlas has refused with another, or nil
// when there is none to be had: the one that others have fetched meanwhile, or a new one. A
// token that Atlas has never accepted is replaced a single time until it accepts one: what
// is refused then is not the token.
func (t *tokens) replace(ctx context.Context, refused *token) (*token, error) {
	if err := t.lock(ctx); err != nil {
		return nil, unsent(err)
	}
	defer t.unlock()
	switch {
	case t.current == nil: // given back
		return nil, nil
	case t.current != refused:
		return t.current, nil
	case refused.accepted.Load():
	case !t.spare.CompareAndSwap(true, false):
		return nil, nil
	}
	if err := t.renew(ctx); err != nil {
		t.spare.Store(true) // none was fetched
		return nil, err
	}
	return t.current, nil
}

// accept notes that Atlas has accepted a token.
func (t *tokens) accept(used *token) {
	used.accepted.Store(true)
	t.spare.Store(true)
}

// renew fetches a token in place of the one that there is. The caller holds the turn.
func (t *tokens) renew(ctx context.Context) error {
	if t.refusal != nil {
		return t.refusal
	}
	failed := t.journal.persist(ctx, true, func() *Error {
		fetched, failed := t.fetch(ctx)
		if failed != nil {
			return failed
		}
		t.current = &token{value: fetched.AccessToken}
		if life := time.Until(fetched.Expiry); life > 0 { // without an end, or with one that cannot be: until it is refused
			t.current.renewAt = fetched.Expiry.Add(-min(renewBefore, life/2))
		}
		t.secrets.add(fetched.AccessToken)
		return nil
	})
	if failed == nil {
		return nil
	}
	if failed.Code == CodeInvalidClient {
		t.refusal = failed
	}
	return failed
}

func (t *tokens) fetch(ctx context.Context) (*oauth2.Token, *Error) {
	endpoint := t.base.join("api", "oauth", "token")
	config := clientcredentials.Config{
		ClientID:     t.account.ClientID,
		ClientSecret: t.account.ClientSecret,
		TokenURL:     endpoint.String(),
		AuthStyle:    oauth2.AuthStyleInHeader,
	}
	failed := &Error{Method: http.MethodPost, Path: endpoint.EscapedPath(), signIn: true}
	var got *answer
	fetched, err := config.Token(context.WithValue(ctx, oauth2.HTTPClient, &http.Client{
		Transport: roundTripper{next: t.next, got: &got},
		// The account's secret stays with its host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}))
	// The library's errors do not wrap those of a body, so the answer is looked at first.
	var refused *oauth2.RetrieveError
	switch {
	case got == nil:
		return nil, failed.because(err)
	case !failed.read(got):
		return nil, failed
	case errors.As(err, &refused): // in a success
		failed.decode(got)
		return nil, failed
	case err != nil: // it repeats a part of the answer
		return nil, failed.because(errNoToken)
	case strings.ContainsFunc(fetched.AccessToken, unicode.IsControl):
		return nil, failed.because(errToken)
	}
	return fetched, nil
}

// revoke gives the token back, if there is one.
func (t *tokens) revoke(ctx context.Context) error {
	if err := t.lock(ctx); err != nil {
		return err
	}
	defer t.unlock()
	if t.current == nil {
		return nil
	}
	endpoint := t.base.join("api", "oauth", "revoke")
	failed := &Error{Method: http.MethodPost, Path: endpoint.EscapedPath()}
	form := url.Values{"token": {t.current.value}, "token_type_hint": {"access_token"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return failed.because(err)
	}
	req.SetBasicAuth(url.QueryEscape(t.account.ClientID), url.QueryEscape(t.account.ClientSecret))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	t.current = nil
	got, err := t.next.send(req)
	if err != nil {
		return failed.because(err)
	}
	if got.status/100 != 2 {
		failed.read(got)
		return failed
	}
	return nil
}

func (t *tokens) lock(ctx context.Context) error {
	select {
	case t.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *tokens) unlock() { <-t.turn }

// roundTripper makes an http.RoundTripper of a transport, for the library that fetches tokens,
// and keeps the answer.
type roundTripper struct {
	next transport
	got  **answer
}

func (t roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.GetBody = nil // a token that is fetched twice counts twice
	got, err := t.next.send(req)
	if err != nil {
		return nil, err
	}
	*t.got = got
	header := got.header.Clone()
	header.Del("Location") // of one that cannot be read net/http makes an error, whole and without the answer
	return &http.Response{StatusCode: got.status, Header: header, Body: io.NopCloser(bytes.NewReader(got.text)), Request: req}, nil
}
