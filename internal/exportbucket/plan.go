package exportbucket

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// ModifyPlan plans what depends on more than one attribute: the container and its
// spelling, what a cloud does not have, and the region.
func (r *exportBucket) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var config, plan model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.planCloud(config)
	if !req.State.Raw.IsNull() {
		var state model
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		if resp.Diagnostics.HasError() {
			return
		}
		for _, name := range plan.planChange(state) {
			resp.RequiresReplace.Append(path.Root(name))
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// planCloud plans what follows from the cloud, once that is known.
func (m *model) planCloud(config model) {
	if m.CloudProvider.IsUnknown() {
		return
	}
	cloud := m.CloudProvider.ValueString()
	if cloud != atlas.AWS {
		m.Region = types.StringNull()
		if config.RequirePrivateNetworking.IsNull() {
			m.RequirePrivateNetworking = types.BoolValue(false)
		}
	}
	if cloud != atlas.Azure {
		m.TenantID = types.StringNull()
		return
	}
	if there, ok := place(m.ServiceURL, config.BucketName); ok && config.BucketName.IsNull() {
		m.BucketName = types.StringValue(there.container)
	}
}

// planChange plans the change of an existing bucket and returns the attributes that
// make it a replacement. A place that is only spelled another way keeps the state's
// spelling, and so is no change.
func (m *model) planChange(state model) (replacing []string) {
	switch {
	case samePlace(m.ServiceURL, m.BucketName, state.ServiceURL, state.BucketName):
		m.ServiceURL = state.ServiceURL
	case !m.ServiceURL.Equal(state.ServiceURL):
		replacing = append(replacing, "service_url")
	}
	if !m.BucketName.Equal(state.BucketName) {
		replacing = append(replacing, "bucket_name")
	}
	// Only an answer of Atlas' can bring a region, and only this change asks for one.
	if m.RequirePrivateNetworking.Equal(state.RequirePrivateNetworking) {
		m.Region = state.Region
	}
	return replacing
}
