package atlas

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// renewBefore its end a token is replaced, so that none ends under way: longer than
// attemptTimeout.
const renewBefore = 2 * time.Minute

// tokens are a service account's, one at a time: fetched on the first call, shared, and
// renewed early. Atlas issues 50 a minute and address, and lets 100 live.
type tokens struct {
	base    BaseURL
	account ServiceAccount
	http    *http.Client
	journal journal

	// accepted is the last token that Atlas took, a string: one that it never took is not
	// worth another.
	accepted atomic.Value

	// turn is held while what is below is read or fetched. A channel, because a caller that
	// waits for another's fetch must be able to give up with its context.
	turn    chan struct{}
	token   *oauth2.Token
	refusal *Error // Atlas does not know the account: more calls would use up the fifty, and be waited for
}

func newTokens(base BaseURL, account ServiceAccount, transport http.RoundTripper, log journal) *tokens {
	return &tokens{base: base, account: account, http: httpClient(transport), journal: log, turn: make(chan struct{}, 1)}
}

// get returns a token that lasts for one request at least. refused is one that Atlas does
// not accept any more, "" for none: it is replaced.
func (t *tokens) get(ctx context.Context, refused string) (string, error) {
	if err := t.lock(ctx); err != nil {
		return "", unsent{err}
	}
	defer t.unlock()
	if t.refusal != nil {
		return "", t.refusal
	}
	if t.token != nil && t.token.AccessToken != refused && (t.token.Expiry.IsZero() || time.Until(t.token.Expiry) >= renewBefore) {
		return t.token.AccessToken, nil
	}
	failed := t.journal.persist(ctx, false, func() *Error {
		fetched, failed := t.fetch(ctx)
		if failed == nil {
			t.token = fetched
		}
		return failed
	})
	if failed != nil {
		if failed.Code == CodeInvalidClient {
			t.refusal = failed
		}
		return "", failed
	}
	return t.token.AccessToken, nil
}

func (t *tokens) fetch(ctx context.Context) (*oauth2.Token, *Error) {
	endpoint := t.base.join("api", "oauth", "token")
	config := clientcredentials.Config{
		ClientID:     t.account.ClientID,
		ClientSecret: t.account.ClientSecret,
		TokenURL:     endpoint.String(),
		AuthStyle:    oauth2.AuthStyleInHeader,
	}
	token, err := config.Token(context.WithValue(ctx, oauth2.HTTPClient, t.http))
	if err == nil {
		return token, nil
	}
	failed := &Error{Method: http.MethodPost, Path: endpoint.EscapedPath(), signIn: true}
	var answer *oauth2.RetrieveError
	if errors.As(err, &answer) {
		failed.Status = answer.Response.StatusCode
		failed.decode(answer.Response.Header, answer.Body)
		return nil, failed
	}
	return nil, failed.because(err)
}

// revoke gives the token back, if there is one.
func (t *tokens) revoke(ctx context.Context) error {
	if err := t.lock(ctx); err != nil {
		return err
	}
	defer t.unlock()
	if t.token == nil {
		return nil
	}
	endpoint := t.base.join("api", "oauth", "revoke")
	failed := &Error{Method: http.MethodPost, Path: endpoint.EscapedPath()}
	form := url.Values{"token": {t.token.AccessToken}, "token_type_hint": {"access_token"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return failed.because(err)
	}
	req.SetBasicAuth(url.QueryEscape(t.account.ClientID), url.QueryEscape(t.account.ClientSecret))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	t.token = nil
	resp, err := t.http.Do(req)
	if err != nil {
		return failed.because(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxBody))
		failed.Status = resp.StatusCode
		failed.decode(resp.Header, body)
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
