package atlas

import (
	"errors"
	"io"
	"net/http"
	"sync"

	"github.com/icholy/digest"
)

// digestTransport authenticates with an API key. The library computes the header; the
// nonces are kept here, because a server may insist that a nonce's count only rises,
// and requests that share one arrive in any order. So a nonce serves one request at a
// time: n workers cost n challenges, and no request is refused for its count.
type digestTransport struct {
	key  APIKey
	next http.RoundTripper

	mu   sync.Mutex
	idle []*nonce
}

// errNotChallenged tells of a server that answers without authentication: it is not Atlas.
var errNotChallenged = errors.New("the server did not ask for the API key (HTTP Digest)")

// errStale tells of a server that calls one nonce after the other stale. That passes: one of
// several servers does not know another's; and on a connection that breaks net/http sends a
// GET again by itself, with a count that was used.
var errStale = errors.New("the server calls every nonce stale (HTTP Digest)")

// maxStale is how many nonces are tried before the request waits.
const maxStale = 3

// nonce is a challenge and how often it has been answered.
type nonce struct {
	challenge *digest.Challenge
	uses      int
}

func (t *digestTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		// What is sent are copies, whose bodies come from GetBody.
		defer req.Body.Close()
	}
	n, served := t.take(), true
	if n == nil {
		// Without its body, so that nothing of a request is sent twice.
		resp, err := t.send(req, nil)
		if err != nil {
			return nil, unsent{err}
		}
		if n, served = challenged(resp), false; n == nil {
			if resp.StatusCode/100 == 2 {
				drain(resp)
				return nil, unsent{errNotChallenged}
			}
			return resp, nil
		}
		drain(resp)
	}
	// A refused request was not carried out, so this repeats nothing. A nonce that has served
	// may have ended without a word.
	for range maxStale {
		resp, err := t.answer(req, n)
		if err != nil {
			return nil, err
		}
		next := challenged(resp)
		if next == nil || !served && !next.challenge.Stale {
			return resp, nil
		}
		drain(resp)
		n, served = next, false
	}
	return nil, unsent{errStale}
}

// answer sends the request with the nonce, and keeps the nonce for the next one unless
// the server has replaced it.
func (t *digestTransport) answer(req *http.Request, n *nonce) (*http.Response, error) {
	resp, err := t.send(req, n)
	if err == nil && challenged(resp) == nil {
		t.mu.Lock()
		t.idle = append(t.idle, n)
		t.mu.Unlock()
	}
	return resp, err
}

// send sends a copy of the request: with a nonce whole, without one bare.
func (t *digestTransport) send(req *http.Request, n *nonce) (*http.Response, error) {
	if n == nil {
		bare := req.Clone(req.Context())
		bare.Body, bare.GetBody, bare.ContentLength = nil, nil, 0
		return t.next.RoundTrip(bare)
	}
	out, err := replica(req)
	if err != nil {
		return nil, unsent{err}
	}
	n.uses++
	credentials, err := digest.Digest(n.challenge, digest.Options{
		Method:   req.Method,
		URI:      req.URL.RequestURI(),
		GetBody:  req.GetBody,
		Count:    n.uses,
		Username: t.key.PublicKey,
		Password: t.key.PrivateKey,
	})
	if err != nil {
		return nil, unsent{err}
	}
	out.Header.Set("Authorization", credentials.String())
	return t.next.RoundTrip(out)
}

func (t *digestTransport) take() *nonce {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.idle) == 0 {
		return nil
	}
	n := t.idle[len(t.idle)-1]
	t.idle = t.idle[:len(t.idle)-1]
	return n
}

// challenged is the challenge of a 401, nil when there is none that can be answered.
func challenged(resp *http.Response) *nonce {
	if resp.StatusCode != http.StatusUnauthorized {
		return nil
	}
	challenge, err := digest.FindChallenge(resp.Header)
	if err != nil || !digest.CanDigest(challenge) {
		return nil
	}
	return &nonce{challenge: challenge}
}

// drain ends an answer that nobody will read, so that its connection serves again.
func drain(resp *http.Response) {
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxBody))
	_ = resp.Body.Close()
}
