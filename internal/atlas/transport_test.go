package atlas

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// mute is a connection that can stop working without being closed: what is written is lost, and
// nothing arrives.
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
		transport := newHTTPTransport()
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

// A server that requires a client certificate is not Atlas, but a gateway or a wrong address.
func TestAServerThatRequiresAClientCertificateIsAskedOnce(t *testing.T) {
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
					transport := newHTTPTransport()
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
					time.Sleep(10 * latency) // until everything has arrived
				})
			})
		}
	}
}

const latency = 10 * time.Millisecond

// distant is a connection with a latency, so that messages cross: in TLS 1.3 the alert of the
// server and the request of the client.
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

// Terraform works on ten resources at a time, also on a machine with one processor.
func TestTenWorkersKeepTheirConnections(t *testing.T) {
	processors := runtime.GOMAXPROCS(1)
	transport := newHTTPTransport()
	runtime.GOMAXPROCS(processors)
	synctest.Test(t, func(t *testing.T) {
		accepted := make(pipes)
		var connections atomic.Int32
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(time.Second) // until each worker has sent its request
			_, _ = io.WriteString(w, bucketJSON)
		})}
		go func() { _ = server.Serve(accepted) }()
		transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
			connections.Add(1)
			ours, theirs := net.Pipe()
			accepted <- theirs
			return ours, nil
		}
		c := client(t, NewPool(transport), AccessToken("token"), LogNothing)
		for range 10 {
			var workers sync.WaitGroup
			for range 10 {
				workers.Go(func() {
					if err := get(t.Context(), c, time.Minute); err != nil {
						t.Error(err)
					}
				})
			}
			workers.Wait()
		}
		if n := connections.Load(); n != 10 {
			t.Errorf("%d connections for 100 requests, want 10", n)
		}
		transport.CloseIdleConnections()
		_ = server.Close()
	})
}

func TestTenWorkersShareAnHTTP2Connection(t *testing.T) {
	var connections, requests atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 {
			requests.Add(1)
		}
		_, _ = io.WriteString(w, bucketJSON)
	}))
	server.EnableHTTP2 = true
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.StartTLS()
	defer server.Close()
	transport := newHTTPTransport()
	transport.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
	transport.TLSClientConfig.RootCAs.AddCert(server.Certificate())
	base, err := ParseBaseURL(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := NewPool(transport).Client(Options{BaseURL: base, Credentials: AccessToken("token")})
	read := func() {
		if err := get(t.Context(), c, time.Minute); err != nil {
			t.Error(err)
		}
	}
	read() // as the token call, which comes before all others
	var workers sync.WaitGroup
	for range 10 {
		workers.Go(func() {
			for range 10 {
				read()
			}
		})
	}
	workers.Wait()
	if connections.Load() != 1 || requests.Load() != 101 {
		t.Errorf("%d connections and %d requests over HTTP/2, want one connection and 101 requests", connections.Load(), requests.Load())
	}
	transport.CloseIdleConnections()
}
