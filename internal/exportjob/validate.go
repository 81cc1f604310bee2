package exportjob

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var (
	isBucketID   = argument.IsID("the id of the export bucket in Atlas")
	isJobID      = argument.IsID("the id of the export job in Atlas")
	isSnapshotID = argument.IsID("the id of the snapshot in Atlas")
	isState      = argument.IsOneOf(atlas.JobStates...)
)

// ValidateConfig checks everything that can be known without a request. Unknown values pass.
func (r *exportJob) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(arguments{config.ProjectID, config.ClusterName, config.ExportBucketID, config.SnapshotID, config.CustomData}.validate()...)
	resp.Diagnostics.Append(operation.ValidateTimeouts(config.Timeouts.Object)...)
}

// arguments are those of the resource and of the action.
type arguments struct {
	projectID, clusterName, exportBucketID, snapshotID types.String
	customData                                         types.Map
}

func (a arguments) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	argument.Check(&diags, "project_id", a.projectID, argument.IsProjectID)
	argument.Check(&diags, "cluster_name", a.clusterName, argument.IsClusterName)
	argument.Check(&diags, "export_bucket_id", a.exportBucketID, isBucketID)
	argument.Check(&diags, "snapshot_id", a.snapshotID, isSnapshotID)
	values := a.customData.Elements()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		at := path.Root("custom_data").AtMapKey(key)
		if key == "" {
			diags.AddAttributeError(at, "Invalid custom_data", "One of its keys is empty. Write a key with at least one character.")
		}
		if values[key].IsNull() {
			diags.AddAttributeError(at, "Invalid custom_data", "The value of this key is null. Write a string, or leave the key out.")
		}
	}
	return diags
}
