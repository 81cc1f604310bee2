package exportbucket

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ModifyPlan plans what depends on more than one attribute: the container and its
// spelling, what a cloud does not have, and the region. It converts only the attributes that
// it needs, because the framework takes four times as long for the whole model.
func (r *exportBucket) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) {
		return // a destroy, or no change to what the refresh has read
	}
	exists := !req.State.Raw.IsNull()
	var config, plan, state attributes
	resp.Diagnostics.Append(config.getPlanned(ctx, req.Config.GetAttribute)...)
	resp.Diagnostics.Append(plan.getPlanned(ctx, req.Plan.GetAttribute)...)
	if exists {
		resp.Diagnostics.Append(state.getPlanned(ctx, req.State.GetAttribute)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	proposed := plan
	plan.planCloud(config)
	if exists {
		for _, name := range plan.planChange(state) {
			resp.RequiresReplace.Append(path.Root(name))
		}
	}
	for name, value := range map[string]struct{ before, after attr.Value }{
		"bucket_name":                {proposed.BucketName, plan.BucketName},
		"service_url":                {proposed.ServiceURL, plan.ServiceURL},
		"require_private_networking": {proposed.RequirePrivateNetworking, plan.RequirePrivateNetworking},
		"region":                     {proposed.Region, plan.Region},
		"tenant_id":                  {proposed.TenantID, plan.TenantID},
	} {
		if !value.after.Equal(value.before) {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value.after)...)
		}
	}
}

// getPlanned reads the attributes that ModifyPlan plans, and the cloud, with the GetAttribute of
// a configuration, a plan or a state.
func (a *attributes) getPlanned(ctx context.Context, getAttribute func(context.Context, path.Path, any) diag.Diagnostics) diag.Diagnostics {
	var diags diag.Diagnostics
	for name, target := range map[string]any{
		"cloud_provider":             &a.CloudProvider,
		"bucket_name":                &a.BucketName,
		"service_url":                &a.ServiceURL,
		"require_private_networking": &a.RequirePrivateNetworking,
		"region":                     &a.Region,
		"tenant_id":                  &a.TenantID,
	} {
		diags.Append(getAttribute(ctx, path.Root(name), target)...)
	}
	return diags
}

// planCloud plans what follows from the cloud, once that is known.
func (a *attributes) planCloud(config attributes) {
	if a.CloudProvider.IsUnknown() {
		return
	}
	cloud := a.CloudProvider.ValueString()
	if !attributeByName("region").isOn(cloud) {
		a.Region = types.StringNull()
	}
	if !attributeByName("tenant_id").isOn(cloud) {
		a.TenantID = types.StringNull()
	}
	if !attributeByName("require_private_networking").isOn(cloud) && config.RequirePrivateNetworking.IsNull() {
		a.RequirePrivateNetworking = types.BoolValue(false)
	}
	if !attributeByName("service_url").isOn(cloud) {
		return
	}
	if there, ok := containerOf(a.ServiceURL, config.BucketName); ok && config.BucketName.IsNull() {
		a.BucketName = types.StringValue(there.container)
	}
}

// planChange plans the change of an existing bucket and returns the attributes that
// make it a replacement. A container that is only spelled in another way keeps the
// state's spelling, and so is no change.
func (a *attributes) planChange(state attributes) (replacing []string) {
	switch {
	case sameContainer(a.ServiceURL, a.BucketName, state.ServiceURL, state.BucketName):
		a.ServiceURL = state.ServiceURL
	case !a.ServiceURL.Equal(state.ServiceURL):
		replacing = append(replacing, "service_url")
	}
	if !a.BucketName.Equal(state.BucketName) {
		replacing = append(replacing, "bucket_name")
	}
	// A region comes with an answer of Atlas, and only this change sends a request.
	if a.RequirePrivateNetworking.Equal(state.RequirePrivateNetworking) {
		a.Region = state.Region
	}
	return replacing
}
