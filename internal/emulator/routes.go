package emulator

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const apiPath = "/api/atlas/v2"

// route is one endpoint of the API.
type route struct {
	method   string
	path     string   // below apiPath; {groupId} and {id} match hex24 only
	versions []string // dates of its versions, oldest first
	// handle runs with the Atlas locked. What it returns shares nothing with
	// the state, because it is encoded after the lock is given back.
	handle func(*Atlas, *call) (any, *failure)
}

// call is what a route's handler needs of a request.
type call struct {
	project    *project
	pathValues map[string]string
	version    string
	url        *url.URL // absolute
	body       []byte
}

const (
	exportBucketsPath = "/groups/{groupId}/backup/exportBuckets"
	clustersPath      = "/groups/{groupId}/clusters"
)

// routes and the dates of their versions are those of the Atlas Admin API
// documentation.
var routes = []route{
	{http.MethodPost, exportBucketsPath, []string{awsOnlyVersion, "2024-05-30"}, (*Atlas).createExportBucket},
	{http.MethodGet, exportBucketsPath, []string{awsOnlyVersion, "2024-05-30"}, (*Atlas).listExportBuckets},
	{http.MethodGet, exportBucketsPath + "/{id}", []string{awsOnlyVersion, "2024-05-30"}, (*Atlas).getExportBucket},
	{http.MethodPatch, exportBucketsPath + "/{id}", []string{"2024-05-30"}, (*Atlas).updateExportBucket},
	{http.MethodDelete, exportBucketsPath + "/{id}", []string{"2023-01-01"}, (*Atlas).deleteExportBucket},
	{http.MethodGet, clustersPath, []string{"2024-08-05"}, (*Atlas).listClusters},
	{http.MethodGet, clustersPath + "/{clusterName}/backup/schedule", []string{"2024-08-05"}, (*Atlas).getSchedule},
	{http.MethodPatch, clustersPath + "/{clusterName}/backup/schedule", []string{"2024-08-05"}, (*Atlas).updateSchedule},
}

func (r route) writes() bool { return r.method != http.MethodGet }

func (r route) hasBody() bool { return r.method == http.MethodPost || r.method == http.MethodPatch }

// findRoute returns the route of a method and a path below apiPath, and the
// values of the path's variables. It fails with RESOURCE_NOT_FOUND, or with 405
// when only other methods have that path.
func findRoute(method, path string) (route, map[string]string, *failure) {
	known := false
	for _, r := range routes {
		values, ok := matchPath(r.path, path)
		if !ok {
			continue
		}
		if r.method == method {
			return r, values, nil
		}
		known = true
	}
	if known {
		return route{}, nil, methodNotAllowed(method)
	}
	return route{}, nil, resourceNotFound(apiPath + path)
}

// allowedMethods is the Allow header of a path below apiPath.
func allowedMethods(path string) string {
	var methods []string
	for _, r := range routes {
		if _, ok := matchPath(r.path, path); ok {
			methods = append(methods, r.method)
		}
	}
	return strings.Join(methods, ", ")
}

var hex24 = regexp.MustCompile(`^[a-f0-9]{24}$`)

// matchPath takes a path whose id is not hex24 for a wrong URL, not for a
// thing that is gone: unverified.
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
		if got[i] == "" || slices.Contains([]string{"groupId", "id"}, name) && !hex24.MatchString(got[i]) {
			return nil, false
		}
		values[name] = got[i]
	}
	return values, true
}

// absoluteURL is the request's URL as its client wrote it, for links.
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
