package atlas

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// mute is a connection that can die without a word: what is written is lost, and nothing
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
				_, _ = w.Write([]byte(`{"_id":"65b2f1d09b3d0e4c5a6f7081"}`))
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
			_, err := client.GetExportBucket(ctx, "32b6e34b3d91647abb20e7b8", "65b2f1d09b3d0e4c5a6f7081")
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
