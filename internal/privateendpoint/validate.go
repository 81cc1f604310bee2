package privateendpoint

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var isEndpointID = argument.IsID("the id of the private endpoint in Atlas")

// isCloud is the rule of cloud_provider.
func isCloud(cloud string) error {
	if strings.EqualFold(cloud, atlas.AWS) {
		return argument.IsOneOf(atlas.AWS)(cloud)
	}
	return errors.New(`write "AWS": Atlas has private endpoints for object storage on no other cloud`)
}

// ValidateConfig checks everything that can be known without a request. Unknown values pass.
func (r *privateEndpoint) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	argument.Check(&resp.Diagnostics, "project_id", config.ProjectID, argument.IsProjectID)
	argument.Check(&resp.Diagnostics, "cloud_provider", config.CloudProvider, isCloud)
	argument.Check(&resp.Diagnostics, "region_name", config.RegionName, isRegion)
	argument.Check(&resp.Diagnostics, "vpc_region_name", config.VPCRegionName, isRegion)
	resp.Diagnostics.Append(operation.ValidateTimeouts(config.Timeouts.Object)...)
}
