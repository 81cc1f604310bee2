// Package accessrole is the role of a cloud that Atlas may use, as Terraform sees it.
package accessrole

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var (
	_ datasource.DataSourceWithConfigure      = (*dataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*dataSource)(nil)
)

// dataSource finds one role.
type dataSource struct {
	operation.DataSource
}

// NewDataSource returns the data source atlasbackup_access_role.
func NewDataSource() datasource.DataSource {
	return &dataSource{}
}

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access_role"
}

// ValidateConfig requires one way to find the role. Unknown values pass.
func (d *dataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	argument.Check(&resp.Diagnostics, "project_id", config.ProjectID, argument.IsProjectID)
	resp.Diagnostics.Append(config.validate()...)
	resp.Diagnostics.Append(operation.ValidateTimeouts(config.Timeouts.Object)...)
}

// Read reads the list of all roles, and not one role: it costs one request too, and an error can
// say which roles there are.
func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var role model
	resp.Diagnostics.Append(req.Config.Get(ctx, &role)...)
	ctx, cancel, client := d.Begin(ctx, "read", role.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	all, err := client.AllAccessRoles(ctx, role.ProjectID.ValueString())
	if err != nil {
		resp.Diagnostics.Append(diagnose.Error("Access roles not read", err, diagnose.Fields{"groupId": path.Root("project_id")}, nil)...)
		return
	}
	found, diags := role.find(all)
	resp.Diagnostics.Append(diags...)
	if found == nil {
		return
	}
	role.read(*found)
	resp.Diagnostics.Append(resp.State.Set(ctx, role)...)
}
