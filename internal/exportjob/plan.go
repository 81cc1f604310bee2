package exportjob

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// ModifyPlan plans what becomes of a job that is in the state: one that failed is replaced, one
// that has not finished is waited for, and anything else stays as it is.
func (r *exportJob) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.State.Raw.IsNull() {
		return
	}
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.Prefix, plan.CreatedAt, plan.progress = state.Prefix, state.CreatedAt, state.progress
	switch {
	case atlas.HasJobFailed(state.State.ValueString()):
		plan.State = types.StringUnknown()
		resp.RequiresReplace.Append(path.Root("state"))
		resp.Diagnostics.Append(willBeReplaced(state))
	case plan.waitsOn(state):
		plan.leaveOpen()
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// waitsOn tells whether an apply waits for the job of the state.
func (m model) waitsOn(state model) bool {
	return !state.isFinished() && !m.WaitForCompletion.Equal(types.BoolValue(false))
}

// leaveOpen plans unknown what a wait may change.
func (m *model) leaveOpen() {
	for _, value := range []*types.String{&m.Prefix, &m.CreatedAt} {
		if !argument.IsKnown(*value) { // Atlas' answer to the POST did not have it
			*value = types.StringUnknown()
		}
	}
	m.progress = progress{
		State:               types.StringUnknown(),
		StateReason:         types.StringUnknown(),
		FinishedAt:          types.StringUnknown(),
		ExportedCollections: types.Int64Unknown(),
		TotalCollections:    types.Int64Unknown(),
		Components:          types.ListUnknown(componentType),
	}
}
