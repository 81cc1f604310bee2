package emulator

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"
)

const privateEndpointsPath = "/groups/{groupId}/backup/{cloudProvider}/privateEndpoints"

var (
	privateEndpointVersions = []version{{date: "2024-11-13"}}
	projectOwners           = []Role{ProjectOwner}
)

// privateEndpointNoun has the dates of the Atlas Admin API documentation, and its role, which is
// needed to read too. It was never recorded: that the list is paged, the status of DELETE, and the
// family of the rate limit is unverified.
var privateEndpointNoun = noun{
	routes: []route{
		{
			method: http.MethodPost, path: privateEndpointsPath, versions: privateEndpointVersions, roles: projectOwners, family: backupEndpoints,
			handle: upToDate((*Atlas).createPrivateEndpoint),
		},
		{
			method: http.MethodGet, path: privateEndpointsPath, versions: privateEndpointVersions, roles: projectOwners, family: backupEndpoints,
			handle: upToDate((*Atlas).listPrivateEndpoints), exampleItem: examplePrivateEndpoint,
		},
		{
			method: http.MethodGet, path: privateEndpointsPath + "/{endpointId}", versions: privateEndpointVersions, roles: projectOwners, family: backupEndpoints,
			handle: upToDate((*Atlas).getPrivateEndpoint),
		},
		{
			method: http.MethodDelete, path: privateEndpointsPath + "/{endpointId}", versions: privateEndpointVersions, roles: projectOwners, family: backupEndpoints,
			handle: upToDate((*Atlas).deletePrivateEndpoint),
		},
	},
	stateKey: privateEndpointsKey,
	newState: func() any { return new([]storedPrivateEndpoint) },
	presets:  privateEndpointPresets,
}

const privateEndpointsKey = "privateEndpoints"

// privateEndpoints returns those of the project, oldest first.
func (p *project) privateEndpoints() *[]storedPrivateEndpoint {
	return stateOf[[]storedPrivateEndpoint](p, privateEndpointsKey)
}

// The values of status.
const (
	endpointInitiating        = "INITIATING"
	endpointPendingAcceptance = "PENDING_ACCEPTANCE"
	endpointActive            = "ACTIVE"
	endpointFailed            = "FAILED"
	endpointPendingRecreation = "PENDING_RECREATION"
	endpointDeleting          = "DELETING"
)

// PrivateEndpoint is an object storage private endpoint in the API's shape.
type PrivateEndpoint struct {
	ID                            string `json:"id"`
	CloudProvider                 string `json:"cloudProvider"`
	RegionName                    string `json:"regionName"`    // of the S3 bucket, such as US_EAST_1
	VPCRegionName                 string `json:"vpcRegionName"` // of the source cluster
	Status                        string `json:"status"`
	ErrorMessage                  string `json:"errorMessage,omitempty"`
	PrivateEndpointConnectionName string `json:"privateEndpointConnectionName,omitempty"`
}

// storedPrivateEndpoint is an endpoint as the API shows it, and what becomes of it.
type storedPrivateEndpoint struct {
	Endpoint PrivateEndpoint `json:"endpoint"`
	Course   *course         `json:"course,omitempty"` // nil: it stays as it is
}

// PrivateEndpoints returns those of a project now, oldest first, as the API shows them. A project
// that does not exist has none.
func (a *Atlas) PrivateEndpoints(projectID string) []PrivateEndpoint {
	a.mu.Lock()
	defer a.mu.Unlock()
	var found []PrivateEndpoint
	if p := a.projectUpToDate(projectID); p != nil {
		for _, stored := range *p.privateEndpoints() {
			found = append(found, stored.Endpoint)
		}
	}
	return found
}

// AddPrivateEndpoint adds an endpoint without the API and its checks, as the newest, or replaces
// the one with its id, and returns it. Fields that are not set get values: it is ACTIVE. One whose
// Status is INITIATING, PENDING_ACCEPTANCE or DELETING proceeds from now on by the pace of private
// endpoints. If the project does not exist, it is added.
func (a *Atlas) AddPrivateEndpoint(projectID string, e PrivateEndpoint) PrivateEndpoint {
	a.changeUpToDate(func() { e = a.ensureProject(projectID).addPrivateEndpoint(a, e) })
	return e
}

func (p *project) addPrivateEndpoint(a *Atlas, e PrivateEndpoint) PrivateEndpoint {
	now := time.Now()
	setDefault(&e.ID, a.ids.next(now))
	setDefault(&e.CloudProvider, aws)
	setDefault(&e.VPCRegionName, e.RegionName)
	setDefault(&e.Status, endpointActive)
	stored := storedPrivateEndpoint{Endpoint: e}
	switch e.Status {
	case endpointInitiating:
		stored.Course = a.paces.PrivateEndpoints.begin(now)
	case endpointPendingAcceptance, endpointDeleting:
		stored.Course = a.paces.PrivateEndpoints.resume(now)
	}
	if e.Status != endpointInitiating {
		stored.connect()
	}
	endpoints := p.privateEndpoints()
	*endpoints = put(*endpoints, stored, func(other storedPrivateEndpoint) bool { return other.Endpoint.ID == e.ID })
	return stored.Endpoint
}

// connect sets the name of the connection. When it begins to show, and its form, is unverified.
func (s *storedPrivateEndpoint) connect() {
	setDefault(&s.Endpoint.PrivateEndpointConnectionName, "vpce-0"+s.Endpoint.ID[:16])
}

// privateEndpointSteps returns the next step of each endpoint that proceeds.
func (p *project) privateEndpointSteps() []step {
	var steps []step
	endpoints := *p.privateEndpoints()
	for i := range endpoints {
		s := &endpoints[i]
		switch {
		case s.Course == nil:
		case s.Endpoint.Status == endpointInitiating:
			steps = append(steps, step{s.Course.StartsAt, func(time.Time) {
				s.Endpoint.Status = endpointPendingAcceptance
				s.connect()
			}})
		case s.Endpoint.Status == endpointDeleting:
			steps = append(steps, step{s.Course.endsAt(), func(time.Time) { p.removePrivateEndpoint(s.Endpoint.ID) }})
		default:
			steps = append(steps, step{s.Course.endsAt(), func(time.Time) { s.finish() }})
		}
	}
	return steps
}

func (s *storedPrivateEndpoint) finish() {
	s.Endpoint.Status = s.Course.Outcome
	setDefault(&s.Endpoint.Status, endpointActive)
	if s.Endpoint.Status == endpointFailed {
		s.Endpoint.ErrorMessage = s.Course.Message
		setDefault(&s.Endpoint.ErrorMessage, "The private endpoint could not be created.")
	}
	s.Course = nil
}

func (p *project) removePrivateEndpoint(id string) {
	endpoints := p.privateEndpoints()
	*endpoints = slices.DeleteFunc(*endpoints, func(s storedPrivateEndpoint) bool { return s.Endpoint.ID == id })
}

// createPrivateEndpoint answers 201. An endpoint of the same pair of regions is in the way, also
// one that is being deleted or has failed: unverified. That the body may leave cloudProvider out is
// unverified.
func (a *Atlas) createPrivateEndpoint(c *call) (any, *failure) {
	if f := c.checkCloudProvider(); f != nil {
		return nil, f
	}
	e, f := decodePrivateEndpoint(c.body)
	if f != nil {
		return nil, f
	}
	endpoints := c.project.privateEndpoints()
	if slices.ContainsFunc(*endpoints, func(s storedPrivateEndpoint) bool {
		return s.Endpoint.RegionName == e.RegionName && s.Endpoint.VPCRegionName == e.VPCRegionName
	}) {
		return nil, privateEndpointExists(e.RegionName, e.VPCRegionName)
	}
	if len(*endpoints) >= maxKept {
		return nil, tooManyPrivateEndpoints()
	}
	return created{c.project.addPrivateEndpoint(a, e)}, nil
}

// regionName is Atlas' spelling of a region of AWS. Which regions there are changes too often for a
// list.
var regionName = regexp.MustCompile(`^(GLOBAL|[A-Z]{2}(_[A-Z]{2,12}){1,3}_[0-9])$`)

// decodePrivateEndpoint returns the endpoint of a POST body, without an id. That an unknown region
// is INVALID_ENUM_VALUE is unverified.
func decodePrivateEndpoint(body []byte) (PrivateEndpoint, *failure) {
	in, f := decodeAttributes(body)
	if f != nil {
		return PrivateEndpoint{}, f
	}
	e := PrivateEndpoint{CloudProvider: aws, Status: endpointInitiating}
	for _, f := range []*failure{
		in.allow("cloudProvider", "regionName", "vpcRegionName"),
		in.require("regionName"),
		in.decodeEnum("cloudProvider", &e.CloudProvider, aws),
		in.decode("regionName", &e.RegionName),
		in.decode("vpcRegionName", &e.VPCRegionName),
	} {
		if f != nil {
			return PrivateEndpoint{}, f
		}
	}
	setDefault(&e.VPCRegionName, e.RegionName)
	switch {
	case !regionName.MatchString(e.RegionName):
		return PrivateEndpoint{}, invalidEnumValue("regionName", e.RegionName)
	case !regionName.MatchString(e.VPCRegionName):
		return PrivateEndpoint{}, invalidEnumValue("vpcRegionName", e.VPCRegionName)
	}
	return e, nil
}

// checkCloudProvider refuses every cloud in the path but AWS, which alone has these endpoints. The
// code is unverified.
func (c *call) checkCloudProvider() *failure {
	if cloud := c.pathValues["cloudProvider"]; cloud != aws {
		return invalidEnumValue("cloudProvider", cloud)
	}
	return nil
}

func (a *Atlas) listPrivateEndpoints(c *call) (any, *failure) {
	if f := c.checkCloudProvider(); f != nil {
		return nil, f
	}
	var answers []PrivateEndpoint
	for _, stored := range *c.project.privateEndpoints() {
		answers = append(answers, stored.Endpoint)
	}
	return paginate(c, answers, func(e PrivateEndpoint) string { return e.ID })
}

func (a *Atlas) getPrivateEndpoint(c *call) (any, *failure) {
	stored, f := c.privateEndpoint()
	if f != nil {
		return nil, f
	}
	return stored.Endpoint, nil
}

// deletePrivateEndpoint answers 204, also if the endpoint is being deleted already: unverified.
func (a *Atlas) deletePrivateEndpoint(c *call) (any, *failure) {
	stored, f := c.privateEndpoint()
	if f != nil {
		return nil, f
	}
	if stored.Endpoint.Status != endpointDeleting {
		stored.Endpoint.Status = endpointDeleting
		stored.Course = a.paces.PrivateEndpoints.resume(time.Now())
	}
	return nil, nil
}

// privateEndpoint returns the stored endpoint that the path names.
func (c *call) privateEndpoint() (*storedPrivateEndpoint, *failure) {
	if f := c.checkCloudProvider(); f != nil {
		return nil, f
	}
	id := c.pathValues["endpointId"]
	endpoints := *c.project.privateEndpoints()
	for i := range endpoints {
		if endpoints[i].Endpoint.ID == id {
			return &endpoints[i], nil
		}
	}
	return nil, privateEndpointNotFound(id)
}

func examplePrivateEndpoint(_, id string) any {
	return PrivateEndpoint{ID: id, CloudProvider: aws, RegionName: "US_EAST_1", VPCRegionName: "US_EAST_1", Status: endpointActive}
}

// privateEndpointNotFound: code and sentence are unverified.
func privateEndpointNotFound(id string) *failure {
	return newFailure(http.StatusNotFound, "PRIVATE_ENDPOINT_NOT_FOUND", fmt.Sprintf("No object storage private endpoint with ID %s exists.", id), id)
}

// privateEndpointExists: that the status is 409 is documented; code and sentence are unverified.
func privateEndpointExists(regionName, vpcRegionName string) *failure {
	return newFailure(http.StatusConflict, "PRIVATE_ENDPOINT_ALREADY_EXISTS",
		fmt.Sprintf("An object storage private endpoint exists for the region %s and the VPC region %s.", regionName, vpcRegionName),
		regionName, vpcRegionName)
}

// tooManyPrivateEndpoints is of the emulator.
func tooManyPrivateEndpoints() *failure {
	return newFailure(http.StatusBadRequest, "TOO_MANY_PRIVATE_ENDPOINTS", "The project has too many object storage private endpoints.")
}

func privateEndpointPresets() nounPresets {
	return nounPresets{refusals: []Preset{
		// Both codes are unverified.
		{
			"private-endpoint-exists", "409 PRIVATE_ENDPOINT_ALREADY_EXISTS, because there is one of the same regions",
			refusal(privateEndpointExists("US_EAST_1", "US_EAST_1")),
		},
		{"private-endpoint-not-found", "404 PRIVATE_ENDPOINT_NOT_FOUND", refusal(privateEndpointNotFound("64c0ffee00000000000000ff"))},
	}}
}
