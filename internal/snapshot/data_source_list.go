// Package snapshot is the backup snapshots of a cluster as Terraform sees them: which of them can
// be exported.
package snapshot

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var (
	_ datasource.DataSourceWithConfigure      = (*dataSourceList)(nil)
	_ datasource.DataSourceWithValidateConfig = (*dataSourceList)(nil)
)

// dataSourceList finds the snapshots of a cluster.
type dataSourceList struct {
	operation.DataSource
}

// NewDataSourceList returns the data source atlasbackup_snapshots.
func NewDataSourceList() datasource.DataSource {
	return &dataSourceList{}
}

func (d *dataSourceList) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_snapshots"
}

var (
	isStatus = argument.IsOneOf(atlas.SnapshotStatuses...)
	isType   = argument.IsOneOf(atlas.SnapshotTypes...)
)

// ValidateConfig checks the arguments. Unknown values pass.
func (d *dataSourceList) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	argument.Check(&resp.Diagnostics, "project_id", config.ProjectID, argument.IsProjectID)
	argument.Check(&resp.Diagnostics, "cluster_name", config.ClusterName, argument.IsClusterName)
	argument.Check(&resp.Diagnostics, "status", config.Status, isStatus)
	argument.Check(&resp.Diagnostics, "snapshot_type", config.SnapshotType, isType)
	argument.Check(&resp.Diagnostics, "max_age", config.MaxAge, argument.IsAge)
	resp.Diagnostics.Append(operation.ValidateTimeouts(config.Timeouts.Object)...)
}

// Read reads the cluster first, because snapshots of a sharded cluster have a list of their own.
func (d *dataSourceList) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var snapshots model
	resp.Diagnostics.Append(req.Config.Get(ctx, &snapshots)...)
	ctx, cancel, client := d.Begin(ctx, "read", snapshots.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	projectID := snapshots.ProjectID.ValueString()
	found, whole, err := client.SnapshotsOf(ctx, projectID, snapshots.ClusterName.ValueString())
	if err != nil {
		resp.Diagnostics.Append(diagnose.Error("Snapshots not read", err, fields, hints)...)
		return
	}
	if !whole {
		resp.Diagnostics.Append(diagnose.MayBeMissing("snapshots", projectID, len(found)))
	}
	now := time.Now()
	found = slices.DeleteFunc(found, func(s atlas.Snapshot) bool { return !snapshots.matches(s, now) })
	atlas.SortNewestFirst(found, func(s atlas.Snapshot) string { return s.ID })
	snapshots.Results = make([]attributes, len(found)) // not nil, which would be null
	for i, one := range found {
		snapshots.Results[i].read(one)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, snapshots)...)
}

// fields are the fields of the requests, and the arguments that they come from.
var fields = diagnose.Fields{"groupId": path.Root("project_id"), "clusterName": path.Root("cluster_name")}

var hints = diagnose.Hints{
	atlas.CodeClusterNotFound: diagnose.ClusterNotFound,
	atlas.CodeFlexCluster:     diagnose.FlexCluster,
}
