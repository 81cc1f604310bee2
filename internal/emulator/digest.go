package emulator

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The realm of Atlas' API. The lifetime of a nonce is the emulator's own.
const (
	digestRealm   = "MMS Public API"
	nonceLifetime = 5 * time.Minute
)

var digestHashes = map[string]func() hash.Hash{"MD5": md5.New, "SHA-256": sha256.New}

// nonce is one that was sent in a challenge.
type nonce struct {
	algorithm string
	expires   time.Time
	count     uint64 // highest nonce count seen
}

// challenge puts an HTTP Digest challenge for each algorithm in use into header. The caller
// holds the lock.
func (a *Atlas) challenge(header http.Header, stale bool) {
	for _, algorithm := range a.digestAlgorithms() {
		value := rand.Text()
		a.nonces[value] = &nonce{algorithm: algorithm, expires: time.Now().Add(nonceLifetime)}
		header.Add("WWW-Authenticate", fmt.Sprintf(
			`Digest realm="%s", domain="", nonce="%s", algorithm=%s, qop="auth", stale=%t`,
			digestRealm, value, algorithm, stale))
	}
}

// digestAlgorithms returns the algorithms of the API keys, the strongest first. An Atlas without
// keys challenges with MD5.
func (a *Atlas) digestAlgorithms() []string {
	var algorithms []string
	for _, key := range a.keys {
		algorithms = append(algorithms, key.Algorithm)
	}
	if algorithms == nil {
		return []string{"MD5"}
	}
	slices.Sort(algorithms)
	slices.Reverse(algorithms)
	return slices.Compact(algorithms)
}

var digestField = regexp.MustCompile(`(\w+)=(?:"([^"]*)"|([^\s,"]+))`)

// checkDigest returns whom a digest belongs to. credentials are those of a Digest
// Authorization of RFC 7616. stale tells that they are right but that their nonce is unknown
// or too old, or that its count did not rise. That the count must rise is stricter than what
// is known of Atlas. The caller holds the lock.
func (a *Atlas) checkDigest(r *http.Request, credentials string) (p principal, stale, ok bool) {
	fields := map[string]string{}
	for _, match := range digestField.FindAllStringSubmatch(credentials, -1) {
		fields[strings.ToLower(match[1])] = match[2] + match[3]
	}
	algorithm := fields["algorithm"]
	if algorithm == "" {
		algorithm = "MD5"
	}
	newHash := digestHashes[algorithm]
	key, known := a.keys[fields["username"]]
	count, err := strconv.ParseUint(fields["nc"], 16, 32)
	if !known || newHash == nil || err != nil ||
		fields["realm"] != digestRealm || fields["qop"] != "auth" || fields["uri"] != r.RequestURI {
		return principal{}, false, false
	}
	sum := func(parts ...string) string {
		h := newHash()
		_, _ = h.Write([]byte(strings.Join(parts, ":"))) // a hash never fails
		return hex.EncodeToString(h.Sum(nil))
	}
	want := sum(
		sum(key.PublicKey, digestRealm, key.PrivateKey),
		fields["nonce"], fields["nc"], fields["cnonce"], "auth",
		sum(r.Method, fields["uri"]))
	if subtle.ConstantTimeCompare([]byte(want), []byte(fields["response"])) != 1 {
		return principal{}, false, false
	}
	n := a.nonces[fields["nonce"]]
	if n == nil || n.algorithm != algorithm || !time.Now().Before(n.expires) || count <= n.count {
		return principal{}, true, false
	}
	n.count = count
	return principal{roles: key.Roles, accessList: key.AccessList}, false, true
}
