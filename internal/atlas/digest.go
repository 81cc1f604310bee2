package atlas

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"unicode"

	"github.com/icholy/digest"
)

// digestTransport authenticates with an API key. The library computes the header. The nonces
// are kept here: a server may require that the count of a nonce only rises, and concurrent
// requests arrive in any order. So each nonce is used by one request at a time: n workers cost
// n challenges, and no request is refused because of its count.
type digestTransport struct {
	key  APIKey
	next transport

	mu   sync.Mutex
	idle []*nonce
}

// errNotChallenged tells of a server that answers without authentication: it is not Atlas.
var errNotChallenged = errors.New("the server did not ask for the API key (HTTP Digest)")

// errStale tells of a server that calls every nonce stale. It is temporary: one of several
// servers does not know the nonces of another; and after a connection broke, net/http sends a
// GET again with a count that was used.
var errStale = errors.New("the server rejects every nonce as stale (HTTP Digest)")

// errChallenge tells of a challenge with control characters, which the library cannot repeat
// in its answer.
var errChallenge = errors.New("the challenge of the server has characters that are not allowed in a header (HTTP Digest)")

// maxStale is how many stale nonces one attempt replaces.
const maxStale = 3

// nonce is a challenge and how often it has been answered.
type nonce struct {
	challenge *digest.Challenge
	uses      int
}

func (t *digestTransport) send(req *http.Request) (*answer, error) {
	n, used := t.takeIdle(), true
	if n == nil {
		// Without the body, so that no body is sent twice.
		got, err := t.next.send(withoutBody(req))
		if err != nil {
			return nil, unsent(err)
		}
		if n, used = challengeIn(got), false; n == nil {
			if got.status/100 == 2 {
				return nil, unsent(errNotChallenged)
			}
			got.nothingDone = true
			return got, nil
		}
	}
	// A refused request was not carried out. The server may refuse a used nonce without calling
	// it stale.
	for range maxStale {
		got, err := t.sendWithNonce(req, n)
		if err != nil {
			return nil, err
		}
		next := challengeIn(got)
		if next == nil || !used && !next.challenge.Stale {
			return got, nil
		}
		n, used = next, false
	}
	return nil, unsent(errStale)
}

// sendWithNonce sends the request, and keeps the nonce for the next request unless the server
// has replaced it.
func (t *digestTransport) sendWithNonce(req *http.Request, n *nonce) (*answer, error) {
	out, err := cloneWithBody(req)
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
	if err == nil && challengeIn(got) == nil {
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

// takeIdle returns a nonce that no request uses, nil when there is none.
func (t *digestTransport) takeIdle() *nonce {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.idle) == 0 {
		return nil
	}
	n := t.idle[len(t.idle)-1]
	t.idle = t.idle[:len(t.idle)-1]
	return n
}

// challengeIn returns the first challenge in a 401 that can be answered, nil for none.
func challengeIn(got *answer) *nonce {
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

// splitChallenges splits a WWW-Authenticate header, which may have challenges of several
// schemes. Commas separate the challenges and also the parameters of each (RFC 9110, 11.6.1).
func splitChallenges(header string) []string {
	var challenges [][]string // their parts; joined at the end, because a header may have very many
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
