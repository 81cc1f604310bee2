package atlas

import (
	"cmp"
	"context"
	"errors"
	"net/http"
)

// Codes of answers about an object storage private endpoint (unverified: that the status of the
// second one is 409 is documented).
const (
	CodePrivateEndpointNotFound = "PRIVATE_ENDPOINT_NOT_FOUND"
	CodePrivateEndpointExists   = "PRIVATE_ENDPOINT_ALREADY_EXISTS"
)

const versionPrivateEndpoint = "2024-11-13"

// The statuses of a private endpoint, as documented.
const (
	EndpointInitiating        = "INITIATING"
	EndpointPendingAcceptance = "PENDING_ACCEPTANCE"
	EndpointActive            = "ACTIVE"
	EndpointFailed            = "FAILED"
	EndpointPendingRecreation = "PENDING_RECREATION"
	EndpointDeleting          = "DELETING"
)

// PrivateEndpoint is an object storage private endpoint as Atlas answers, as documented. No
// answer was ever recorded.
type PrivateEndpoint struct {
	ID             string `json:"id"` // hex24
	CloudProvider  string `json:"cloudProvider"`
	RegionName     string `json:"regionName"`    // of the S3 bucket
	VPCRegionName  string `json:"vpcRegionName"` // of the source cluster
	Status         string `json:"status"`
	ErrorMessage   string `json:"errorMessage"`                  // of one that has failed
	ConnectionName string `json:"privateEndpointConnectionName"` // "" until there is a connection
}

// ClusterRegion is the region of the source cluster. If a request names none, it is that of the
// bucket (documented).
func (e PrivateEndpoint) ClusterRegion() string { return cmp.Or(e.VPCRegionName, e.RegionName) }

// Check returns an error when an answer is not about the private endpoint with the id, is about
// another cloud, or has not what each private endpoint has. The cloud may be missing, because it is
// in the path of the request too.
func (e PrivateEndpoint) Check(id, cloudProvider string) error {
	switch {
	case e.ID != id:
		return errors.New("its id is that of another private endpoint, or missing")
	case e.CloudProvider != "" && e.CloudProvider != cloudProvider:
		return errors.New("its cloudProvider is that of another private endpoint")
	case e.RegionName == "":
		return errors.New("it has no regionName")
	case e.Status == "":
		return errors.New("it has no status")
	}
	return nil
}

// PrivateEndpointRequest is the body of a POST, with regions in Atlas' spelling. An empty
// VPCRegionName is left out.
type PrivateEndpointRequest struct {
	CloudProvider string `json:"cloudProvider"`
	RegionName    string `json:"regionName"`
	VPCRegionName string `json:"vpcRegionName,omitempty"`
}

// isAnsweredBy tells whether a private endpoint is for the regions of the request.
func (r PrivateEndpointRequest) isAnsweredBy(e PrivateEndpoint) bool {
	return RegionName(e.RegionName) == r.RegionName && RegionName(e.ClusterRegion()) == cmp.Or(r.VPCRegionName, r.RegionName)
}

// GetPrivateEndpoint reads one. CodePrivateEndpointNotFound tells that it does not exist, and
// CodeProjectNotFound that its project does not.
func (c *Client) GetPrivateEndpoint(ctx context.Context, projectID, cloudProvider, id string) (*PrivateEndpoint, error) {
	return c.privateEndpoint(ctx, request{
		method:  http.MethodGet,
		version: versionPrivateEndpoint,
		path:    privateEndpointPath(projectID, cloudProvider, id),
	}, func(e PrivateEndpoint) error { return e.Check(id, cloudProvider) })
}

// AllPrivateEndpoints returns those of a project and a cloud at once, in Atlas' order. whole tells
// that none is missing: see listAll.
func (c *Client) AllPrivateEndpoints(ctx context.Context, projectID, cloudProvider string) (all []PrivateEndpoint, whole bool, err error) {
	return listAll(ctx, c, listing[PrivateEndpoint]{
		version:      versionPrivateEndpoint,
		path:         privateEndpointPath(projectID, cloudProvider),
		itemsPerPage: ItemsPerPage,
		key:          func(e PrivateEndpoint) string { return objectID.FindString(e.ID) },
	})
}

// CreatePrivateEndpoint creates one, which is INITIATING at first. Atlas has at most one for a
// pair of regions: another one is a 409. An *UndecidedError tells that it is not known whether the
// private endpoint was created.
func (c *Client) CreatePrivateEndpoint(ctx context.Context, projectID string, in PrivateEndpointRequest) (*PrivateEndpoint, error) {
	path := privateEndpointPath(projectID, in.CloudProvider)
	return settle(ctx, c, creation[PrivateEndpoint]{
		path: path,
		turn: privateEndpointTurn{projectID, in},
		post: func(ctx context.Context) (*PrivateEndpoint, error) {
			return c.privateEndpoint(ctx, request{
				method:    http.MethodPost,
				version:   versionPrivateEndpoint,
				path:      path,
				body:      in,
				conflicts: true,
			}, func(e PrivateEndpoint) error {
				switch {
				case !objectID.MatchString(e.ID):
					return errors.New("it has no id")
				case c.Knows(e.ID), !in.isAnsweredBy(e):
					return errors.New("it is about another private endpoint")
				}
				return e.Check(e.ID, in.CloudProvider)
			})
		},
		list: func(ctx context.Context) ([]PrivateEndpoint, bool, error) {
			return c.AllPrivateEndpoints(ctx, projectID, in.CloudProvider)
		},
		match: func(e PrivateEndpoint) Match {
			if e.Check(e.ID, in.CloudProvider) == nil && in.isAnsweredBy(e) {
				return Same
			}
			return Differs
		},
		id: func(e PrivateEndpoint) string { return e.ID },
	})
}

// DeletePrivateEndpoint begins a deletion: the private endpoint is DELETING for a while. The codes
// of its errors are those of GetPrivateEndpoint.
func (c *Client) DeletePrivateEndpoint(ctx context.Context, projectID, cloudProvider, id string) error {
	return c.do(ctx, request{
		method:  http.MethodDelete,
		version: versionPrivateEndpoint,
		path:    privateEndpointPath(projectID, cloudProvider, id),
	})
}

// privateEndpoint does a call whose answer is a private endpoint, and remembers the id.
func (c *Client) privateEndpoint(ctx context.Context, r request, check func(PrivateEndpoint) error) (*PrivateEndpoint, error) {
	endpoint, err := call(ctx, c, r, check)
	if err == nil {
		c.pool.known.add(endpoint.ID)
	}
	return endpoint, err
}

func privateEndpointPath(projectID, cloudProvider string, id ...string) []string {
	return append([]string{"groups", projectID, "backup", cloudProvider, "privateEndpoints"}, id...)
}

// privateEndpointTurn is equal for two requests when one private endpoint may be the result of
// either.
type privateEndpointTurn struct {
	projectID string
	request   PrivateEndpointRequest
}
