package atlas

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// mute is a connection that can die without a sign: what is written is lost, and nothing
// comes.
type mute struct {
	net.Conn
	dead, closed chan struct{}
}

func (c *mute) Write(b []byte) (int, error) {
	select {
	case <-c.dead:
		return len(b), nil
	default:
		return c.Conn.Write(b)
	}
}

func (c *mute) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	select {
	case <-c.dead:
		<-c.closed
		return 0, net.ErrClosed
	default:
		return n, err
	}
}

func (c *mute) Close() error {
	select {
	case <-c.closed:
	default:
		close(c.closed)
	}
	return c.Conn.Close()
}

type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	conn, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (p pipes) Close() error {
	close(p)
	return nil
}

func (p pipes) Addr() net.Addr { return &net.IPAddr{} }

func TestAConnectionThatDiedIsReplaced(t *testing.T) {
	certified := httptest.NewTLSServer(nil)
	certificate, roots := certified.TLS.Certificates[0], x509.NewCertPool()
	roots.AddCert(certified.Certificate())
	certified.Close()
	synctest.Test(t, func(t *testing.T) {
		accepted := make(pipes)
		var protocol string
		server := &http.Server{
			Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				protocol = r.Proto
				_, _ = w.Write([]byte(`{"_id":"65b2f1d09b3d0e4c5a6f7081","bucketName":"snapshots","cloudProvider":"GCP","roleId":"668c5f0ed436263134491592"}`))
			}),
			TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2"}},
		}
		go func() { _ = server.ServeTLS(accepted, "", "") }()
		var conns []*mute
		transport := ownTransport()
		transport.TLSClientConfig = &tls.Config{RootCAs: roots}
		transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			conn := &mute{Conn: ours, dead: make(chan struct{}), closed: make(chan struct{})}
			conns = append(conns, conn)
			accepted <- theirs
			return conn, nil
		}
		base, err := ParseBaseURL("https://example.com")
		if err != nil {
			t.Fatal(err)
		}
		client := NewPool(transport).Client(Options{BaseURL: base, Credentials: AccessToken("token")})
		get := func() error {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			_, err := client.GetExportBucket(ctx, "32b6e34b3d91647abb20e7b8", "65b2f1d09b3d0e4c5a6f7081", "")
			return err
		}
		if err := get(); err != nil || protocol != "HTTP/2.0" {
			t.Fatal(protocol, err)
		}
		close(conns[0].dead)
		if err := get(); err != nil || len(conns) != 2 {
			t.Errorf("%d connections: %v", len(conns), err)
		}
		transport.CloseIdleConnections()
		for _, conn := range conns {
			_ = conn.Close()
		}
		_ = server.Close()
	})
}

// A server that wants to see a certificate is not Atlas: it is a gateway, or another address.
func TestAServerThatDemandsACertificateIsAskedOnce(t *testing.T) {
	certified := httptest.NewTLSServer(nil)
	certificate, roots := certified.TLS.Certificates[0], x509.NewCertPool()
	roots.AddCert(certified.Certificate())
	certified.Close()
	for name, config := range map[string]*tls.Config{
		"TLS 1.2":           {MaxVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}},
		"TLS 1.2, HTTP/2":   {MaxVersion: tls.VersionTLS12, NextProtos: []string{"h2"}},
		"TLS 1.3":           {MinVersion: tls.VersionTLS13, NextProtos: []string{"http/1.1"}},
		"TLS 1.3, HTTP/2":   {MinVersion: tls.VersionTLS13, NextProtos: []string{"h2"}},
		"a version too old": {MaxVersion: tls.VersionTLS11, NextProtos: []string{"http/1.1"}},
	} {
		for _, credentials := range []Credentials{AccessToken("token"), ServiceAccount{ClientID: "id", ClientSecret: "secret"}, APIKey{PublicKey: "public", PrivateKey: "private"}} {
			t.Run(fmt.Sprintf("%s, %T", name, credentials), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					config := config.Clone()
					config.Certificates, config.ClientAuth = []tls.Certificate{certificate}, tls.RequireAnyClientCert
					accepted, connections, requests := make(pipes), 0, 0
					server := &http.Server{TLSConfig: config, ErrorLog: log.New(io.Discard, "", 0), Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests++ })}
					go func() { _ = server.ServeTLS(accepted, "", "") }()
					transport := ownTransport()
					transport.TLSClientConfig = &tls.Config{RootCAs: roots}
					transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
						connections++
						ours, theirs := net.Pipe()
						accepted <- theirs
						return newDistant(ours), nil
					}
					base, err := ParseBaseURL("https://example.com")
					if err != nil {
						t.Fatal(err)
					}
					start := time.Now()
					err = get(t.Context(), NewPool(transport).Client(Options{BaseURL: base, Credentials: credentials}), 5*time.Minute)
					if !IsTLSAlert(err) || connections != 1 || requests != 0 || time.Since(start) > 10*latency {
						t.Errorf("%d connections and %d requests in %s: %v", connections, requests, time.Since(start), err)
					}
					transport.CloseIdleConnections()
					_ = server.Close()
					time.Sleep(10 * latency) // what is on its way arrives
				})
			})
		}
	}
}

const latency = 10 * time.Millisecond

// distant is a connection to a server that is not on this machine: what is written is on its way
// while what was sent before arrives. In TLS the server's alert and the client's request cross.
type distant struct {
	net.Conn
	out    chan []byte
	closed chan struct{}
	once   sync.Once
}

func newDistant(conn net.Conn) *distant {
	d := &distant{Conn: conn, out: make(chan []byte, 100), closed: make(chan struct{})}
	go func() {
		for {
			select {
			case text := <-d.out:
				time.Sleep(latency)
				_, _ = d.Conn.Write(text)
			case <-d.closed:
				_ = d.Conn.Close()
				return
			}
		}
	}()
	return d
}

func (d *distant) Write(text []byte) (int, error) {
	select {
	case d.out <- bytes.Clone(text):
		return len(text), nil
	case <-d.closed:
		return 0, net.ErrClosed
	}
}

func (d *distant) Read(text []byte) (int, error) {
	n, err := d.Conn.Read(text)
	time.Sleep(latency)
	return n, err
}

func (d *distant) Close() error {
	d.once.Do(func() { close(d.closed) })
	return nil
}

func TestAHostThatDoesNotExistIsLookedUpForHalfAMinute(t *testing.T) {
	for name, c := range map[string]struct {
		lookup      net.DNSError
		least, most time.Duration
	}{
		"no such host":        {net.DNSError{Err: "no such host", Name: "atlas.example.com", IsNotFound: true}, 10 * time.Second, 30 * time.Second},
		"a server in trouble": {net.DNSError{Err: "server misbehaving", Name: "atlas.example.com", IsTemporary: true}, 200 * time.Second, 300 * time.Second},
	} {
		for _, credentials := range []Credentials{AccessToken("token"), ServiceAccount{ClientID: "id", ClientSecret: "secret"}, APIKey{PublicKey: "public", PrivateKey: "private"}} {
			for _, creates := range []bool{false, true} {
				synctest.Test(t, func(t *testing.T) {
					lookups := 0
					pool := NewPool(handler(func(*http.Request) (*http.Response, error) {
						lookups++
						return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &c.lookup}
					}))
					asking := client(t, pool, credentials, LogNothing)
					ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
					defer cancel()
					start := time.Now()
					var err error
					if creates {
						_, err = asking.CreateExportBucket(ctx, someProject, ExportBucketRequest{}, func(ExportBucket) Match { return Same })
					} else {
						err = get(ctx, asking, 5*time.Minute)
					}
					var e *Error
					took := time.Since(start)
					if !errors.As(err, &e) || e.Undecided || !strings.Contains(err.Error(), c.lookup.Err) || took < c.least || took > c.most || lookups < 4 {
						t.Errorf("%s, %T, creates %t: %d lookups in %s: %v", name, credentials, creates, lookups, took, err)
					}
				})
			}
		}
	}
}
