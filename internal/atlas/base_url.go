package atlas

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// DefaultBaseURL is the commercial Atlas. Atlas for Government is https://cloud.mongodbgov.com.
const DefaultBaseURL = "https://cloud.mongodb.com"

// BaseURL is where Atlas is, without a trailing slash. ParseBaseURL makes it, so a
// credential cannot be sent to an address that has not passed its rules.
type BaseURL struct {
	url *url.URL
}

// ParseBaseURL takes an https:// address, or an http:// one of this machine, which
// tests and the emulator use. Its errors name the rule and what to write.
func ParseBaseURL(text string) (BaseURL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "":
		return BaseURL{}, fmt.Errorf("it is not an absolute URL; write, for example, %s", DefaultBaseURL)
	case u.User != nil:
		return BaseURL{}, errors.New("it must not hold a user or password; the credential has arguments of its own")
	case u.RawQuery != "" || u.Fragment != "":
		return BaseURL{}, fmt.Errorf("it must not have a query or fragment; write, for example, %s", DefaultBaseURL)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return BaseURL{}, errors.New("http:// would send the credential in clear and is for this machine (localhost, 127.0.0.0/8, ::1) alone; write https://")
	case u.Scheme != "https" && u.Scheme != "http":
		return BaseURL{}, errors.New("its scheme must be https")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = ""
	return BaseURL{url: u}, nil
}

func (b BaseURL) String() string { return b.url.String() }

// join appends path elements, each escaped, so that no value can leave its element.
func (b BaseURL) join(elements ...string) *url.URL {
	escaped := make([]string, len(elements))
	for i, e := range elements {
		escaped[i] = url.PathEscape(e)
	}
	root := *b.url
	root.Path += "/" // JoinPath keeps an empty path relative
	return root.JoinPath(escaped...)
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
