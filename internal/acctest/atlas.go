// Package acctest is what tests of the whole provider share: an emulated Atlas, the
// provider over its protocol, and the CLIs.
package acctest

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/hashicorp/go-cleanhttp"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// The project of every emulated Atlas, and roles for its export buckets.
const (
	ProjectID = "32b6e34b3d91647abb20e7b8"
	IAMRoleID = "668c5f0ed436263134491592"
	RoleID    = "668c5f0ed436263134491593"
)

// Credentials that every emulated Atlas knows, as arguments of the provider. The first
// three may do everything in the project, the last may only read.
var (
	ServiceAccount = Values{"client_id": "mdb_sa_id_1234567890abcdef12345678", "client_secret": "mdb_sa_sk_secret-of-the-owner"}
	APIKey         = Values{"public_key": "ownerkey", "private_key": "private-key-of-the-owner"}
	AccessToken    = Values{"access_token": "access-token-of-the-owner"}
	ReadOnly       = Values{"client_id": "mdb_sa_id_1234567890abcdef12345679", "client_secret": "mdb_sa_sk_secret-of-the-reader"}
)

// Atlas is an emulated one.
type Atlas struct {
	*emulator.Atlas
	URL       string
	transport http.RoundTripper
}

// NewAtlas returns one that is reached in memory, so that a testing/synctest bubble
// passes the time for it and the provider alike.
func NewAtlas(t *testing.T, opts emulator.Options) *Atlas {
	t.Helper()
	return NewAtlasBehind(t, opts, direct)
}

// NewAtlasBehind is NewAtlas with something on the way to it, which may answer in its
// place.
func NewAtlasBehind(t *testing.T, opts emulator.Options, proxy func(atlas http.Handler) http.Handler) *Atlas {
	t.Helper()
	listener := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	transport := cleanhttp.DefaultPooledTransport()
	transport.Proxy = nil
	transport.DialContext = listener.dial
	atlas := newAtlas(t, opts)
	atlas.URL = "http://localhost"
	atlas.transport = transport
	server := &http.Server{Handler: proxy(atlas)}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
	})
	return atlas
}

// StartAtlas returns one that listens on loopback, for a CLI.
func StartAtlas(t *testing.T, opts emulator.Options) *Atlas {
	t.Helper()
	return StartAtlasBehind(t, opts, direct)
}

// StartAtlasBehind is StartAtlas with something on the way to it.
func StartAtlasBehind(t *testing.T, opts emulator.Options, proxy func(atlas http.Handler) http.Handler) *Atlas {
	t.Helper()
	atlas := newAtlas(t, opts)
	server := httptest.NewServer(proxy(atlas))
	t.Cleanup(server.Close)
	atlas.URL = server.URL
	return atlas
}

func direct(atlas http.Handler) http.Handler { return atlas }

func newAtlas(t *testing.T, opts emulator.Options) *Atlas {
	t.Helper()
	opts.RecordAllRequests = true // Count counts them
	atlas, err := emulator.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	atlas.AddProject(ProjectID)
	owner := map[string][]emulator.Role{ProjectID: {emulator.ProjectOwner}}
	reader := map[string][]emulator.Role{ProjectID: {emulator.ProjectReadOnly}}
	atlas.AddServiceAccount(emulator.ServiceAccount{ClientID: ServiceAccount.text("client_id"), ClientSecret: ServiceAccount.text("client_secret"), Roles: owner})
	atlas.AddServiceAccount(emulator.ServiceAccount{ClientID: ReadOnly.text("client_id"), ClientSecret: ReadOnly.text("client_secret"), Roles: reader})
	atlas.AddAPIKey(emulator.APIKey{PublicKey: APIKey.text("public_key"), PrivateKey: APIKey.text("private_key"), Roles: owner})
	atlas.AddAccessToken(AccessToken.text("access_token"), owner)
	return &Atlas{Atlas: atlas}
}

// Client returns a client that reaches an Atlas in memory.
func (a *Atlas) Client() *http.Client { return &http.Client{Transport: a.transport} }

// Count is how many requests of the method Atlas has had under /api/atlas/.
func (a *Atlas) Count(method string) int {
	count := 0
	for _, r := range a.Requests() {
		if r.Method == method && r.Path != "/api/oauth/token" && r.Path != "/api/oauth/revoke" {
			count++
		}
	}
	return count
}

// pipeListener connects clients and server of one process by net.Pipe.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	close(l.closed)
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.IPAddr{IP: net.IPv4(127, 0, 0, 1)} }
