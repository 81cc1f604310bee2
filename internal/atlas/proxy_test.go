package atlas

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

const (
	proxyUser     = "proxy-user"
	proxyPassword = "p@ss word/not+for-the-log"
)

// behindProxy returns a server that is the proxy of its clients.
func behindProxy(t *testing.T, answer func(conn net.Conn, req *http.Request)) *server {
	t.Helper()
	s := newServer(t, answer)
	s.pool.transport.(*http.Transport).Proxy = s.pool.proxy(func(*http.Request) (*url.URL, error) {
		return &url.URL{Scheme: "http", Host: "proxy.example.com:3128", User: url.UserPassword(proxyUser, proxyPassword)}, nil
	})
	return s
}

// repeated is an answer with the credential that the proxy was sent, in every part that it has.
func repeated(status string, req *http.Request) string {
	sent := req.Header.Get("Proxy-Authorization")
	body := fmt.Sprintf("<html>%s, %s, %s", sent, proxyPassword, url.QueryEscape(proxyPassword))
	return fmt.Sprintf("HTTP/1.1 %s %s\r\nProxy-Authenticate: %s\r\nX-Error-Code: %s\r\nContent-Length: %d\r\n\r\n%s", status, sent, sent, sent, len(body), body)
}

// requireNoProxyPassword fails the test if a text has the proxy's password in any form.
func requireNoProxyPassword(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		for _, secret := range []string{
			proxyPassword, url.QueryEscape(proxyPassword), url.PathEscape(proxyPassword),
			base64.StdEncoding.EncodeToString([]byte(proxyUser + ":" + proxyPassword)),
		} {
			if strings.Contains(text, secret) {
				t.Errorf("%q is in:\n%s", secret, text)
			}
		}
	}
}

// A proxy may lock an account after some wrong passwords.
func TestAProxyThatWantsAnotherPasswordIsAskedOnce(t *testing.T) {
	for at, base := range map[string]string{"CONNECT": "https://atlas.example.com", "the request": "http://localhost"} {
		for name, credentials := range map[string]Credentials{
			"access token": AccessToken("token"), "service account": ServiceAccount{ClientID: "id", ClientSecret: "secret"}, "API key": APIKey{PublicKey: "public", PrivateKey: "private"},
		} {
			for _, creates := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %s, creates %t", at, name, creates), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						var log bytes.Buffer
						s := behindProxy(t, func(conn net.Conn, req *http.Request) {
							if req.Header.Get("Proxy-Authorization") == "" {
								t.Errorf("%s without the proxy's credential", req.Method)
							}
							writes(repeated("407", req))(conn, req)
						})
						at, err := ParseBaseURL(base)
						if err != nil {
							t.Fatal(err)
						}
						c := s.pool.Client(Options{BaseURL: at, Credentials: credentials, Log: LogBodies})
						ctx, cancel := context.WithTimeout(tflogtest.RootLogger(t.Context(), &log), 5*time.Minute)
						defer cancel()
						start := time.Now()
						if creates {
							_, err = c.CreateExportBucket(ctx, someProject, ExportBucketRequest{}, func(ExportBucket) Match { return Same })
						} else {
							err = get(ctx, c, 5*time.Minute)
						}
						var e *CallError
						if !errors.As(err, &e) || e.undecided || !errors.Is(err, ErrProxyCredential) && e.Last.Status != http.StatusProxyAuthRequired {
							t.Fatalf("got %v", err)
						}
						if s.requests.Load() != 1 || time.Since(start) > 0 {
							t.Errorf("%d requests in %s", s.requests.Load(), time.Since(start))
						}
						if log.Len() == 0 {
							t.Error("nothing was logged")
						}
						requireNoProxyPassword(t, err.Error(), log.String())
					})
				})
			}
		}
	}
}

func TestAProxysPasswordInItsAnswerIsNotShown(t *testing.T) {
	for _, status := range []string{"403", "502", "200"} {
		for _, base := range []string{"https://atlas.example.com", "http://localhost"} {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				s := behindProxy(t, func(conn net.Conn, req *http.Request) { writes(repeated(status, req))(conn, req) })
				at, err := ParseBaseURL(base)
				if err != nil {
					t.Fatal(err)
				}
				c := s.pool.Client(Options{BaseURL: at, Credentials: AccessToken("token"), Log: LogBodies})
				err = get(tflogtest.RootLogger(t.Context(), &log), c, 10*time.Second)
				if err == nil || log.Len() == 0 || s.requests.Load() == 0 {
					t.Fatalf("got %v", err)
				}
				requireNoProxyPassword(t, err.Error(), log.String())
			})
		}
	}
}

// proxyOfChild is set in the processes that this test starts, because net/http reads the
// environment only once.
const proxyOfChild = "ATLAS_TEST_PROXY"

func TestAnInvalidProxyAddressIsAnErrorAtOnce(t *testing.T) {
	if os.Getenv(proxyOfChild) != "" {
		base, err := ParseBaseURL("https://atlas.example.com")
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		err = get(tflogtest.RootLogger(t.Context(), &log), NewPool(nil).Client(Options{BaseURL: base, Credentials: AccessToken("token"), Log: LogBodies}), 5*time.Second)
		var e *CallError
		if !errors.As(err, &e) || !errors.Is(err, ErrProxyAddress) || e.Attempts != 1 {
			t.Errorf("got %v", err)
		}
		for _, text := range []string{err.Error(), log.String()} {
			if strings.Contains(text, "not-for-the-log") || strings.Contains(text, "proxy.example") {
				t.Errorf("it has the address:\n%s", text)
			}
		}
		return
	}
	for _, address := range []string{
		"http://user:not-for-the-log@proxy.example.com:99999", "http://user:not-for-the-log@proxy.example.com:0", "user:not-for-the-log@proxy.example.com:99999",
		"http://user:not-for-the-log%zz@proxy.example.com:3128", "http://user:not-for-the-log@:3128", "http://user:not-for-the-log@proxy.example.com:port", "://", "http://",
	} {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), proxyOfChild+"=yes", "GORACE=atexit_sleep_ms=0", "HTTPS_PROXY="+address, "https_proxy=", "NO_PROXY=", "no_proxy=")
		if output, err := child.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", address, err, output)
		}
	}
}
