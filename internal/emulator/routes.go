package emulator

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

const apiPath = "/api/atlas/v2"

// route is one endpoint of the API.
type route struct {
	method   string
	path     string    // below apiPath; a variable whose name ends in id or Id matches hex24 only
	versions []version // oldest first
	roles    []Role    // one of them is needed
	family   endpointFamily

	// handle runs while the Atlas is locked. What it returns is never changed later, because
	// it is encoded after the lock is released.
	handle func(*Atlas, *call) (any, *failure)

	// exampleItem returns an item that this list of a project could have. It is nil if the
	// answer is not a list.
	exampleItem func(projectID, id string) any

	// linkParameters are query parameters that the links of this list have, beside those that
	// all lists have. They are false by default.
	linkParameters []string
}

// call is what a route's handler gets of a request.
type call struct {
	route      route
	project    *project
	pathValues map[string]string
	version    string
	url        *url.URL // absolute
	body       []byte
}

// writes tells whether a call may change the state.
func (r route) writes() bool { return r.method != http.MethodGet }

func (r route) hasBody() bool { return r.method == http.MethodPost || r.method == http.MethodPatch }

// matchRoutes returns the routes of all methods for a path below apiPath, and the values of
// the path's variables.
func matchRoutes(path string) (found []route, pathValues map[string]string) {
	for _, n := range nouns {
		for _, r := range n.routes {
			if values, ok := matchPath(r.path, path); ok {
				found, pathValues = append(found, r), values
			}
		}
	}
	return found, pathValues
}

// findRoute returns the route of a method and a path below apiPath, and the values of the
// path's variables. It fails with RESOURCE_NOT_FOUND, or with 405 when the path has other
// methods only, and then puts these into header.
func findRoute(header http.Header, method, path string) (route, map[string]string, *failure) {
	found, pathValues := matchRoutes(path)
	if len(found) == 0 {
		return route{}, nil, resourceNotFound(apiPath + path)
	}
	var methods []string
	for _, r := range found {
		if r.method == method {
			return r, pathValues, nil
		}
		methods = append(methods, r.method)
	}
	header.Set("Allow", strings.Join(methods, ", "))
	return route{}, nil, methodNotAllowed(method)
}

var hex24 = regexp.MustCompile(`^[a-f0-9]{24}$`)

// matchPath treats a path whose id is not hex24 as a wrong URL, not as an object that does
// not exist: unverified.
func matchPath(pattern, path string) (map[string]string, bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	values := map[string]string{}
	for i := range want {
		name, variable := strings.CutPrefix(want[i], "{")
		if !variable {
			if want[i] != got[i] {
				return nil, false
			}
			continue
		}
		name = strings.TrimSuffix(name, "}")
		isID := strings.HasSuffix(strings.ToLower(name), "id")
		if got[i] == "" || isID && !hex24.MatchString(got[i]) {
			return nil, false
		}
		values[name] = got[i]
	}
	return values, true
}

// link returns a link to a path below apiPath, in which variables have the values of the call.
func (c *call) link(rel, path string) link {
	for name, value := range c.pathValues {
		path = strings.ReplaceAll(path, "{"+name+"}", value)
	}
	to := url.URL{Scheme: c.url.Scheme, Host: c.url.Host, Path: apiPath + path}
	return link{Href: to.String(), Rel: rel}
}

// absoluteURL returns the request's URL as its client wrote it, for links.
func absoluteURL(r *http.Request) *url.URL {
	u := *r.URL
	u.Scheme, u.Host = "http", r.Host
	if r.TLS != nil {
		u.Scheme = "https"
	}
	return &u
}

// maxBody is far above any body of these endpoints, in bytes.
const maxBody = 1 << 20

func readBody(r *http.Request) ([]byte, *failure) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		return nil, invalidJSON()
	}
	return body, nil
}
