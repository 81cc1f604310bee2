package privateendpoint

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// ModifyPlan plans what depends on more than one attribute: the regions and their spelling, and
// what the status in the state asks for.
func (r *privateEndpoint) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var config, plan model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if config.VPCRegionName.IsNull() {
		plan.VPCRegionName = plan.RegionName // as Atlas does (documented)
	}
	if !req.State.Raw.IsNull() {
		var state model
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		if resp.Diagnostics.HasError() {
			return
		}
		for _, name := range plan.planChange(config, state) {
			resp.RequiresReplace.Append(path.Root(name))
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// planChange plans the change of an existing private endpoint and returns the attributes that make
// it a replacement.
func (m *model) planChange(config, state model) (replacing []string) {
	if sameRegion(m.RegionName, state.RegionName) {
		m.RegionName = state.RegionName
		if config.VPCRegionName.IsNull() {
			// Atlas chose it. A default that differs from the documented one is no reason to replace
			// the private endpoint with each apply.
			m.VPCRegionName = state.VPCRegionName
		}
	} else {
		replacing = append(replacing, "region_name")
	}
	if sameRegion(m.VPCRegionName, state.VPCRegionName) {
		m.VPCRegionName = state.VPCRegionName
	} else if !m.VPCRegionName.Equal(state.VPCRegionName) {
		replacing = append(replacing, "vpc_region_name")
	}

	m.Status, m.ErrorMessage, m.PrivateEndpointConnectionName = state.Status, state.ErrorMessage, state.PrivateEndpointConnectionName
	switch status := state.Status.ValueString(); {
	case isUnusable(status):
		replacing = append(replacing, "status")
	case !isPending(status):
		return replacing
	}
	m.Status, m.ErrorMessage, m.PrivateEndpointConnectionName = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	return replacing
}

// isPending tells of a status that Atlas changes soon: an apply waits for it.
func isPending(status string) bool {
	return status == atlas.EndpointInitiating || status == atlas.EndpointPendingAcceptance
}

// isUnusable tells of a status that only a new private endpoint ends.
func isUnusable(status string) bool {
	return status == atlas.EndpointFailed || status == atlas.EndpointDeleting
}
