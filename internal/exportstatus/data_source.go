// Package exportstatus is when each cluster of a project was last exported, as Terraform sees it.
package exportstatus

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var (
	_ datasource.DataSourceWithConfigure      = (*dataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*dataSource)(nil)
)

// dataSource tells of each cluster whether and when it was exported.
type dataSource struct {
	operation.DataSource
}

// NewDataSource returns the data source atlasbackup_export_status.
func NewDataSource() datasource.DataSource {
	return &dataSource{}
}

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_export_status"
}

// ValidateConfig checks the arguments. Unknown values pass.
func (d *dataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	argument.Check(&resp.Diagnostics, "project_id", config.ProjectID, argument.IsProjectID)
	argument.Check(&resp.Diagnostics, "max_age", config.MaxAge, argument.IsAge)
	resp.Diagnostics.Append(validateNames(config.ClusterNames)...)
	resp.Diagnostics.Append(operation.ValidateTimeouts(config.Timeouts.Object)...)
}

// validateNames checks the names of clusters that are known.
func validateNames(names types.Set) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, element := range names.Elements() {
		name, ok := element.(types.String)
		switch {
		case ok && name.IsNull():
			diags.AddAttributeError(path.Root("cluster_names"), "Invalid cluster_names", "One of the names is null. Leave it out.")
		case ok:
			argument.Check(&diags, "cluster_names", name, argument.IsClusterName)
		}
	}
	return diags
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	ctx, cancel, client := d.Begin(ctx, "read", config.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	status, err := readStatus(ctx, client, config.ProjectID.ValueString(), config.wants())
	if err != nil {
		resp.Diagnostics.Append(diagnose.Error("Export status not read", err, diagnose.Fields{"groupId": path.Root("project_id")}, nil)...)
		return
	}
	if !status.whole {
		resp.Diagnostics.Append(diagnose.MayBeMissing("clusters", config.ProjectID.ValueString(), status.shown))
	}
	for _, one := range status.clusters {
		if !one.whole {
			resp.Diagnostics.Append(diagnose.MayBeMissing("export jobs of cluster "+one.cluster.Name, config.ProjectID.ValueString(), one.jobs))
		}
	}
	config.read(status, time.Now())
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}
