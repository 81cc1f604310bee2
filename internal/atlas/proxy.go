package atlas

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"os"
)

// Failures of a proxy that stay the same until somebody changes HTTPS_PROXY (or HTTP_PROXY).
var (
	ErrProxyAddress    = errors.New("the address of the proxy is not usable")
	ErrProxyCredential = errors.New("the proxy asks for another user or password")
)

// proxy returns where a transport has its proxy from. Its error does not repeat the address,
// which may have a password; neither may what the proxy answers.
func (p *Pool) proxy(find func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	return func(req *http.Request) (*url.URL, error) {
		address, err := find(req)
		switch {
		case err != nil || address != nil && (address.Hostname() == "" || !validPort(address)):
			return nil, ErrProxyAddress
		case address != nil && address.User != nil:
			password, _ := address.User.Password()
			p.secrets.add(password, address.User.Username()+":"+password)
		}
		return address, nil
	}
}

// proxyOfEnvironment is the one that net/http finds. net/http ignores an address that it
// cannot read, and the request would not go through the proxy.
func proxyOfEnvironment(req *http.Request) (*url.URL, error) {
	address, err := http.ProxyFromEnvironment(req)
	if address != nil || err != nil || req.URL.Scheme != "https" || isLoopback(req.URL.Hostname()) {
		return address, err
	}
	text := cmp.Or(os.Getenv("HTTPS_PROXY"), os.Getenv("https_proxy"))
	if _, err := url.Parse(text); err != nil {
		_, err = url.Parse("http://" + text) // the scheme may be left out
		return nil, err
	}
	return nil, nil
}
