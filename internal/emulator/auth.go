package emulator

import (
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Role is a project role of Atlas.
type Role string

// The roles that the emulated endpoints distinguish.
const (
	ProjectReadOnly      Role = "Project Read Only"
	ProjectBackupManager Role = "Project Backup Manager"
	ProjectOwner         Role = "Project Owner"
)

// AnyProject as a project id gives roles in all projects, also in those that are added later.
const AnyProject = "*"

// Roles of which an endpoint needs one.
var (
	anyRole        = []Role{ProjectReadOnly, ProjectBackupManager, ProjectOwner}
	backupManagers = []Role{ProjectBackupManager, ProjectOwner}
)

// ServiceAccount is a credential for OAuth client credentials.
type ServiceAccount struct {
	ClientID, ClientSecret string

	Roles      map[string][]Role // by project id, or AnyProject
	AccessList []netip.Prefix    // addresses that may use it; empty: any address
}

// APIKey is a programmatic API key, a credential for HTTP Digest.
type APIKey struct {
	PublicKey, PrivateKey string

	// Algorithm is "" for MD5, or "SHA-256", which Atlas for government has.
	// The emulator challenges with the algorithms of all its keys, and accepts each of
	// them for any key.
	Algorithm string

	Roles      map[string][]Role // by project id, or AnyProject
	AccessList []netip.Prefix    // addresses that may use it; empty: any address
}

// AddServiceAccount adds a service account. It replaces one with the same client id.
func (a *Atlas) AddServiceAccount(account ServiceAccount) {
	account.Roles = maps.Clone(account.Roles)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.accounts[account.ClientID] = account
}

// AddAPIKey adds an API key. It replaces one with the same public key.
func (a *Atlas) AddAPIKey(key APIKey) {
	if key.Algorithm == "" {
		key.Algorithm = "MD5"
	}
	key.Roles = maps.Clone(key.Roles)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keys[key.PublicKey] = key
}

// AddAccessToken adds a bearer token that does not expire, with roles by
// project id, or AnyProject. It is not one of those that LiveTokens and TokensIssued count.
func (a *Atlas) AddAccessToken(token string, roles map[string][]Role) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.staticTokens[token] = principal{roles: maps.Clone(roles)}
}

// principal is whom a credential belongs to.
type principal struct {
	roles      map[string][]Role
	accessList []netip.Prefix
}

// authenticate returns whom the credential in the request's Authorization belongs to. If it
// is missing or wrong, it fails with 401 and puts the challenge into header.
func (a *Atlas) authenticate(header http.Header, r *http.Request) (principal, *failure) {
	a.mu.Lock()
	defer a.mu.Unlock()
	scheme, credential, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	switch strings.ToLower(scheme) {
	case "bearer":
		if p, ok := a.bearer(credential); ok {
			return p, nil
		}
		refuseToken(header)
	case "digest":
		p, stale, ok := a.checkDigest(r, credential)
		if ok {
			return p, nil
		}
		a.challenge(header, stale)
	default:
		a.challenge(header, false)
	}
	return principal{}, unauthenticated()
}

func refuseToken(header http.Header) {
	header.Set("WWW-Authenticate", `Bearer error="invalid_token"`)
}

// bearer returns whom a bearer token belongs to. The caller holds the lock.
func (a *Atlas) bearer(token string) (principal, bool) {
	if p, ok := a.staticTokens[token]; ok {
		return p, true
	}
	issued, ok := a.tokens[token]
	if !ok || !issued.live(time.Now()) {
		return principal{}, false
	}
	account, ok := a.accounts[issued.clientID]
	return principal{roles: account.Roles, accessList: account.AccessList}, ok
}

// checkAddress refuses a remote address, as net/http gives it, that is not on the
// credential's access list. An address that is not an IP address passes an empty list only.
func (p principal) checkAddress(remoteAddr string) *failure {
	if len(p.accessList) == 0 {
		return nil
	}
	peer, err := netip.ParseAddrPort(remoteAddr)
	if err != nil {
		return addressNotOnAccessList(remoteAddr)
	}
	address := peer.Addr().Unmap().WithZone("")
	if slices.ContainsFunc(p.accessList, func(allowed netip.Prefix) bool { return allowed.Contains(address) }) {
		return nil
	}
	return addressNotOnAccessList(address.String())
}

// authorize returns the project if p has one of the roles in it. The caller holds the lock.
// That the answer distinguishes a project that does not exist from a missing role is
// unverified.
func (a *Atlas) authorize(p principal, projectID string, roles []Role) (*project, *failure) {
	found := a.projects[projectID]
	if found == nil {
		return nil, groupNotFound(projectID)
	}
	for _, role := range slices.Concat(p.roles[projectID], p.roles[AnyProject]) {
		if slices.Contains(roles, role) {
			return found, nil
		}
	}
	return nil, userUnauthorized()
}
