package snapshot

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// model is the data source in configuration and state. A filter that is null lets every snapshot
// pass.
type model struct {
	ProjectID    types.String   `tfsdk:"project_id"`
	ClusterName  types.String   `tfsdk:"cluster_name"`
	Status       types.String   `tfsdk:"status"`
	SnapshotType types.String   `tfsdk:"snapshot_type"`
	Exportable   types.Bool     `tfsdk:"exportable"`
	MaxAge       types.String   `tfsdk:"max_age"`
	Results      []attributes   `tfsdk:"results"`
	Timeouts     timeouts.Value `tfsdk:"timeouts"`
}

// attributes are those of one snapshot.
type attributes struct {
	ID               types.String `tfsdk:"id"`
	Status           types.String `tfsdk:"status"`
	SnapshotType     types.String `tfsdk:"snapshot_type"`
	FrequencyType    types.String `tfsdk:"frequency_type"`
	Type             types.String `tfsdk:"type"`
	CreatedAt        types.String `tfsdk:"created_at"`
	ExpiresAt        types.String `tfsdk:"expires_at"`
	Description      types.String `tfsdk:"description"`
	StorageSizeBytes types.Int64  `tfsdk:"storage_size_bytes"`
	MongodVersion    types.String `tfsdk:"mongod_version"`
	CloudProvider    types.String `tfsdk:"cloud_provider"`
	Exportable       types.Bool   `tfsdk:"exportable"`
}

// matches tells whether a snapshot belongs to the list.
func (m model) matches(s atlas.Snapshot, now time.Time) bool {
	if age, err := time.ParseDuration(m.MaxAge.ValueString()); err == nil && now.Sub(s.StartedAt()) > age {
		return false
	}
	return argument.Matches(m.Status, s.Status) && argument.Matches(m.SnapshotType, s.SnapshotType) &&
		(m.Exportable.IsNull() || m.Exportable.ValueBool() == (s.CannotExport() == ""))
}

// read takes over what Atlas has.
func (a *attributes) read(s atlas.Snapshot) {
	a.ID = types.StringValue(s.ID)
	a.Status = argument.StringOrNull(s.Status)
	a.SnapshotType = argument.StringOrNull(s.SnapshotType)
	a.FrequencyType = argument.StringOrNull(s.FrequencyType)
	a.Type = argument.StringOrNull(s.Type)
	a.CreatedAt = argument.TimeOrNull(s.CreatedAt)
	a.ExpiresAt = argument.TimeOrNull(s.ExpiresAt)
	a.Description = argument.StringOrNull(s.Description)
	a.StorageSizeBytes = types.Int64Value(s.StorageSizeBytes)
	a.MongodVersion = argument.StringOrNull(s.MongodVersion)
	a.CloudProvider = argument.StringOrNull(s.CloudProvider)
	a.Exportable = types.BoolValue(s.CannotExport() == "")
}
