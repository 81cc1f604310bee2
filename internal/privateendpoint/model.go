package privateendpoint

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
)

// model is the resource in configuration, plan and state.
type model struct {
	ProjectID                     types.String   `tfsdk:"project_id"`
	CloudProvider                 types.String   `tfsdk:"cloud_provider"`
	RegionName                    types.String   `tfsdk:"region_name"`
	VPCRegionName                 types.String   `tfsdk:"vpc_region_name"`
	ID                            types.String   `tfsdk:"id"`
	Status                        types.String   `tfsdk:"status"`
	ErrorMessage                  types.String   `tfsdk:"error_message"`
	PrivateEndpointConnectionName types.String   `tfsdk:"private_endpoint_connection_name"`
	Timeouts                      timeouts.Value `tfsdk:"timeouts"`
}

// fields are the fields of the requests, and the arguments that they come from.
var fields = diagnose.Fields{
	"groupId":       path.Root("project_id"),
	"cloudProvider": path.Root("cloud_provider"),
	"regionName":    path.Root("region_name"),
	"vpcRegionName": path.Root("vpc_region_name"),
}

// isImported tells whether the model is that of an import: a state has every required argument.
func (m model) isImported() bool { return m.RegionName.IsNull() }

// request is what Atlas is asked to make.
func (m model) request() atlas.PrivateEndpointRequest {
	return atlas.PrivateEndpointRequest{
		CloudProvider: m.CloudProvider.ValueString(),
		RegionName:    atlas.RegionName(m.RegionName.ValueString()),
		VPCRegionName: atlas.RegionName(m.VPCRegionName.ValueString()),
	}
}

// read takes over what Atlas has. A region that the model spells in another way keeps its
// spelling.
func (m *model) read(e *atlas.PrivateEndpoint) {
	if region := types.StringValue(e.RegionName); !sameRegion(m.RegionName, region) {
		m.RegionName = region
	}
	if region := types.StringValue(e.ClusterRegion()); !sameRegion(m.VPCRegionName, region) {
		m.VPCRegionName = region
	}
	m.readStatus(e)
}

// readStatus takes over what Atlas changes by itself, and nothing that a plan has promised.
func (m *model) readStatus(e *atlas.PrivateEndpoint) {
	m.ID = types.StringValue(e.ID)
	m.Status = types.StringValue(atlas.Printable(e.Status))
	m.ErrorMessage = argument.StringOrNull(atlas.Printable(e.ErrorMessage))
	m.PrivateEndpointConnectionName = argument.StringOrNull(atlas.Printable(e.ConnectionName))
}
