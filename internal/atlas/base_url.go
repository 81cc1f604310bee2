package atlas

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
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
	case err != nil || u.Hostname() == "": // url.Parse refuses a port with a letter in it
		return BaseURL{}, fmt.Errorf("it is not an absolute URL, or its port is not a number; write, for example, %s", DefaultBaseURL)
	case u.User != nil:
		return BaseURL{}, errors.New("it must not hold a user or password; the credential has arguments of its own")
	case u.RawQuery != "" || u.Fragment != "":
		return BaseURL{}, fmt.Errorf("it must not have a query or fragment; write, for example, %s", DefaultBaseURL)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return BaseURL{}, errors.New("http:// would send the credential in clear and is for this machine (localhost, 127.0.0.0/8, ::1) alone; write https://")
	case u.Scheme != "https" && u.Scheme != "http":
		return BaseURL{}, errors.New("its scheme must be https")
	case !validPort(u):
		return BaseURL{}, errors.New("its port must be a number from 1 to 65535; write, for example, https://gateway.example.com:8443, or leave the port and its colon out")
	case !plainPath(u):
		return BaseURL{}, errors.New("no element of its path may be empty, \".\" or \"..\", or have a slash or backslash in it, encoded (%2e, %2F, %5C) or not; " +
			"write the path that is meant, for example https://gateway.example.com/atlas")
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

// validPort takes a URL without a port, or with one that can be dialled.
func validPort(u *url.URL) bool {
	text := u.Port()
	if text == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	return isPort(text)
}

func isPort(text string) bool {
	port, err := strconv.Atoi(text)
	return err == nil && port >= 1 && port <= 65535
}

// plainPath takes a path whose elements mean the same to every server on the way. The
// others are resolved by one and not by the next, and the credential would go elsewhere.
// Slashes at the end do not count.
func plainPath(u *url.URL) bool {
	path := strings.TrimRight(u.EscapedPath(), "/")
	if path == "" {
		return true
	}
	for element := range strings.SplitSeq(path[1:], "/") {
		plain, err := url.PathUnescape(element)
		if err != nil || plain == "" || plain == "." || plain == ".." || strings.ContainsAny(plain, `/\`) {
			return false
		}
	}
	return true
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
