package atlas

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"unicode"

	"github.com/icholy/digest"
)

// digestTransport authenticates with an API key. The library computes the header; the
// nonces are kept here, because a server may insist that a nonce's count only rises,
// and requests that share one arrive in any order. So a nonce serves one request at a
// time: n workers cost n challenges, and no request is refused for its count.
type digestTransport struct {
	key  APIKey
	next transport

	mu   sync.Mutex
	idle []*nonce
}

// errNotChallenged tells of a server that answers without authentication: it is not Atlas.
var errNotChallenged = errors.New("the server did not ask for the API key (HTTP Digest)")

// errStale tells of a server that calls one nonce after the other stale. That passes: one of
// several servers does not know another's; and on a connection that breaks net/http sends a
// GET again by itself, with a count that was used.
var errStale = errors.New("the server calls every nonce stale (HTTP Digest)")

// errChallenge tells of a challenge that no server means: what the library writes of such
// characters is not what the server has sent.
var errChallenge = errors.New("the challenge of the server has characters that no header has (HTTP Digest)")

// maxStale is how many nonces are tried before the request waits.
const maxStale = 3

// nonce is a challenge and how often it has been answered.
type nonce struct {
	challenge *digest.Challenge
	uses      int
}

func (t *digestTransport) send(req *http.Request) (*answer, error) {
	n, served := t.take(), true
	if n == nil {
		// Without its body, so that nothing of a request is sent twice.
		got, err := t.next.send(withoutBody(req))
		if err != nil {
			return nil, unsent(err)
		}
		if n, served = challenged(got), false; n == nil {
			if got.status/100 == 2 {
				return nil, unsent(errNotChallenged)
			}
			got.nothingDone = true
			return got, nil
		}
	}
	// A refused request was not carried out, so this repeats nothing. A nonce that has served
	// may have ended without giving a reason.
	for range maxStale {
		got, err := t.answer(req, n)
		if err != nil {
			return nil, err
		}
		next := challenged(got)
		if next == nil || !served && !next.challenge.Stale {
			return got, nil
		}
		n, served = next, false
	}
	return nil, unsent(errStale)
}

// answer sends the request with the nonce, and keeps the nonce for the next one unless
// the server has replaced it.
func (t *digestTransport) answer(req *http.Request, n *nonce) (*answer, error) {
	out, err := replica(req)
	if err != nil {
		return nil, unsent(err)
	}
	if strings.ContainsFunc(n.challenge.Realm+n.challenge.Nonce+n.challenge.Opaque, unicode.IsControl) {
		return nil, unsent(errChallenge)
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
		return nil, unsent(err)
	}
	out.Header.Set("Authorization", credentials.String())
	got, err := t.next.send(out)
	if err == nil && challenged(got) == nil {
		t.mu.Lock()
		t.idle = append(t.idle, n)
		t.mu.Unlock()
	}
	return got, err
}

func withoutBody(req *http.Request) *http.Request {
	bare := req.Clone(req.Context())
	bare.Body, bare.GetBody, bare.ContentLength = nil, nil, 0
	return bare
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
func challenged(got *answer) *nonce {
	if got.status != http.StatusUnauthorized {
		return nil
	}
	for _, header := range got.header.Values("WWW-Authenticate") {
		for _, text := range splitChallenges(header) {
			if challenge, err := digest.ParseChallenge(text); err == nil && challenge.Nonce != "" && digest.CanDigest(challenge) {
				return &nonce{challenge: challenge}
			}
		}
	}
	return nil
}

// splitChallenges takes a WWW-Authenticate header apart, which may have challenges of several
// schemes, with commas between them as between the parameters of each (RFC 9110, 11.6.1).
func splitChallenges(header string) []string {
	var challenges [][]string // their parts, which are put together in the end: a header may have very many
	quoted, begin := false, 0
	add := func(part string) {
		part = strings.TrimSpace(part)
		name, _, isParameter := strings.Cut(part, "=")
		starts := !isParameter || strings.ContainsAny(strings.TrimSpace(name), " \t")
		switch {
		case part == "":
		case starts || len(challenges) == 0:
			challenges = append(challenges, []string{part})
		default:
			last := &challenges[len(challenges)-1]
			*last = append(*last, part)
		}
	}
	for i := 0; i < len(header); i++ {
		switch {
		case quoted && header[i] == '\\':
			i++
		case header[i] == '"':
			quoted = !quoted
		case header[i] == ',' && !quoted:
			add(header[begin:i])
			begin = i + 1
		}
	}
	add(header[begin:])
	whole := make([]string, len(challenges))
	for i, parts := range challenges {
		whole[i] = strings.Join(parts, ", ")
	}
	return whole
}
