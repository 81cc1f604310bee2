package autoexport

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// model is the resource in configuration, plan and state.
type model struct {
	ProjectID                         types.String   `tfsdk:"project_id"`
	ClusterName                       types.String   `tfsdk:"cluster_name"`
	ExportBucketID                    types.String   `tfsdk:"export_bucket_id"`
	FrequencyType                     types.String   `tfsdk:"frequency_type"`
	UseOrgAndGroupNamesInExportPrefix types.Bool     `tfsdk:"use_org_and_group_names_in_export_prefix"`
	Timeouts                          timeouts.Value `tfsdk:"timeouts"`
}

// isImported tells whether the model is that of an import: a state has every required argument.
func (m model) isImported() bool { return m.ExportBucketID.IsNull() }

// request is what Atlas is asked for. The choice of the prefix is the configuration's, not the
// plan's, which has that of the state where the configuration has none: it is sent only if it is
// configured, so that it otherwise stays as it is in Atlas.
func (m model) request(prefix types.Bool) atlas.AutoExport {
	return atlas.AutoExport{
		ExportBucketID:                    m.ExportBucketID.ValueString(),
		FrequencyType:                     m.FrequencyType.ValueString(),
		UseOrgAndGroupNamesInExportPrefix: prefix.ValueBoolPointer(),
	}
}

// isChangeOf tells whether Atlas must be asked for a change from the state to the plan.
func (m model) isChangeOf(state model) bool {
	return !m.ExportBucketID.Equal(state.ExportBucketID) || !m.FrequencyType.Equal(state.FrequencyType) ||
		!m.UseOrgAndGroupNamesInExportPrefix.Equal(state.UseOrgAndGroupNamesInExportPrefix)
}

// read takes over what Atlas has.
func (m *model) read(schedule *atlas.BackupSchedule) {
	m.ExportBucketID = argument.StringOrNull(schedule.Export.ExportBucketID)
	m.FrequencyType = argument.StringOrNull(schedule.Export.FrequencyType)
	m.UseOrgAndGroupNamesInExportPrefix = types.BoolValue(schedule.UseOrgAndGroupNamesInExportPrefix)
}

// readChanged takes over what the plan has left open. Atlas may show a change late, and
// Terraform reports a value that differs from the plan as a bug of the provider.
func (m *model) readChanged(schedule *atlas.BackupSchedule) {
	if m.UseOrgAndGroupNamesInExportPrefix.IsUnknown() {
		m.UseOrgAndGroupNamesInExportPrefix = types.BoolValue(schedule.UseOrgAndGroupNamesInExportPrefix)
	}
}
