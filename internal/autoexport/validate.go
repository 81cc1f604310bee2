package autoexport

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var (
	isBucketID  = argument.IsID("the id of the export bucket in Atlas")
	isFrequency = argument.IsOneOf(atlas.ExportFrequencies...)
)

// ValidateConfig checks everything that can be known without a request. Unknown values pass.
func (r *autoExport) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	argument.Check(&resp.Diagnostics, "project_id", config.ProjectID, argument.IsProjectID)
	argument.Check(&resp.Diagnostics, "cluster_name", config.ClusterName, argument.IsClusterName)
	argument.Check(&resp.Diagnostics, "export_bucket_id", config.ExportBucketID, isBucketID)
	argument.Check(&resp.Diagnostics, "frequency_type", config.FrequencyType, isFrequency)
	resp.Diagnostics.Append(operation.ValidateTimeouts(config.Timeouts.Object)...)
}
