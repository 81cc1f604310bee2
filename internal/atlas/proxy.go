package atlas

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"os"
)

// Failures of a proxy. They last until HTTPS_PROXY (or HTTP_PROXY) is changed.
var (
	ErrProxyAddress    = errors.New("the address of the proxy is not usable")
	ErrProxyCredential = errors.New("the proxy asks for another user or password")
)

// proxy returns the function from which a transport gets its proxy. Its error does not repeat
// the address, which may have a password. The password becomes a secret of the pool, because
// the proxy may repeat it in its answers.
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

// proxyOfEnvironment returns the proxy that net/http finds. net/http ignores an address that it
// cannot read and would send the request without a proxy; here that is an error.
func proxyOfEnvironment(req *http.Request) (*url.URL, error) {
	address, err := http.ProxyFromEnvironment(req)
	if address != nil || err != nil || req.URL.Scheme != "https" || isLoopback(req.URL.Hostname()) {
		return address, err
	}
	text := cmp.Or(os.Getenv("HTTPS_PROXY"), os.Getenv("https_proxy"))
	if _, err := url.Parse(text); err != nil {
		_, err = url.Parse("http://" + text) // a proxy's address may have no scheme
		return nil, err
	}
	return nil, nil
}
