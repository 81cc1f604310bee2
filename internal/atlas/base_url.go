package atlas

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// DefaultBaseURL is the commercial Atlas. Atlas for Government is https://cloud.mongodbgov.com.
const DefaultBaseURL = "https://cloud.mongodb.com"

// BaseURL is the address of Atlas, without a trailing slash. Only ParseBaseURL makes one, so a
// credential is never sent to an address that breaks its rules.
type BaseURL struct {
	url *url.URL
}

// ParseBaseURL accepts an https:// address, or an http:// address of this machine, for tests
// and the emulator. Its errors name the rule and what to write.
func ParseBaseURL(text string) (BaseURL, error) {
	u, err := url.Parse(text)
	switch {
	case strings.ContainsFunc(text, unicode.IsSpace):
		return BaseURL{}, errors.New("it must not have white space, such as a space or a line break at its end; remove it")
	case err != nil || u.Hostname() == "": // url.Parse refuses a port with a letter in it
		return BaseURL{}, fmt.Errorf("it is not an absolute URL, or its port is not a number; write, for example, %s", DefaultBaseURL)
	case u.User != nil:
		return BaseURL{}, fmt.Errorf("it must not have a user or password; write, for example, %s", DefaultBaseURL)
	case u.RawQuery != "" || u.Fragment != "":
		return BaseURL{}, fmt.Errorf("it must not have a query or fragment; write, for example, %s", DefaultBaseURL)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return BaseURL{}, errors.New("http:// would send the credential in clear text and is allowed only for this machine (localhost, 127.0.0.0/8, ::1); write https://")
	case u.Scheme != "https" && u.Scheme != "http":
		return BaseURL{}, errors.New("its scheme must be https; write https://")
	case !validPort(u):
		return BaseURL{}, errors.New("its port must be a number from 1 to 65535; write, for example, https://gateway.example.com:8443, or leave the port and its colon out")
	case apiPath(u) != "":
		return BaseURL{}, fmt.Errorf("it must not have the path of the API; write it without %s: %s", apiPath(u), strings.TrimSuffix(u.Scheme+"://"+u.Host+u.EscapedPath(), apiPath(u)))
	case !plainPath(u):
		return BaseURL{}, errors.New("no element of its path may be empty, \".\" or \"..\", or have a slash or backslash in it, encoded (%2e, %2F, %5C) or not; " +
			"write the path without them, for example https://gateway.example.com/atlas")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = ""
	return BaseURL{url: u}, nil
}

func (b BaseURL) String() string { return b.url.String() }

// join appends path elements and escapes each, so that none becomes several.
func (b BaseURL) join(elements ...string) *url.URL {
	escaped := make([]string, len(elements))
	for i, e := range elements {
		escaped[i] = url.PathEscape(e)
	}
	root := *b.url
	root.Path += "/" // JoinPath keeps an empty path relative
	return root.JoinPath(escaped...)
}

// validPort accepts a URL without a port, or with a port from 1 to 65535.
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

// plainPath accepts a path whose elements mean the same to every server. Some servers resolve
// the others and some do not, so the credential could be sent to another address. Slashes at
// the end are allowed.
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

// apiPath is the end of the path that belongs to the calls of the API; "" for none.
func apiPath(u *url.URL) string {
	return callPath.FindString(u.EscapedPath())
}

var callPath = regexp.MustCompile(`/api/(atlas|oauth|public)(/.*)?$`)

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
