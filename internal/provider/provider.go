// Package provider wires the provider: its arguments, and what it offers.
package provider

import (
	"context"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/accessrole"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/autoexport"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/cluster"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/exportbucket"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/exportjob"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/exportstatus"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/privateendpoint"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/snapshot"
)

var (
	_ provider.ProviderWithActions        = (*atlasbackup)(nil)
	_ provider.ProviderWithFunctions      = (*atlasbackup)(nil)
	_ provider.ProviderWithListResources  = (*atlasbackup)(nil)
	_ provider.ProviderWithValidateConfig = (*atlasbackup)(nil)
)

// atlasbackup holds nothing of a configuration: one value serves many in tests and under
// a debugger.
type atlasbackup struct {
	version string
	pool    *atlas.Pool
}

// New returns the provider's factory. The version stands in the User-Agent; the pool is
// the process's, and whoever made it closes it.
func New(version string, pool *atlas.Pool) func() provider.Provider {
	return func() provider.Provider { return &atlasbackup{version: version, pool: pool} }
}

func (p *atlasbackup) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "atlasbackup"
	resp.Version = p.version
}

func (p *atlasbackup) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "MongoDB Atlas backup snapshots in your own object storage.",
		Attributes: map[string]schema.Attribute{
			"base_url": schema.StringAttribute{
				MarkdownDescription: fmt.Sprintf("The URL of Atlas. Default `%s`; Atlas for Government is `https://cloud.mongodbgov.com`. "+
					"`http://` is allowed only for this machine. %s", atlas.DefaultBaseURL, fromEnvironment("base_url")),
				Optional: true,
			},
			"client_id": schema.StringAttribute{
				MarkdownDescription: "The client id of an Atlas service account, with `client_secret`. " + fromEnvironment("client_id"),
				Optional:            true,
			},
			"client_secret": schema.StringAttribute{
				MarkdownDescription: "The client secret of the service account. " + fromEnvironment("client_secret"),
				Optional:            true,
				Sensitive:           true,
			},
			"access_token": schema.StringAttribute{
				MarkdownDescription: "An OAuth access token, if another program requests it. " + fromEnvironment("access_token"),
				Optional:            true,
				Sensitive:           true,
			},
			"public_key": schema.StringAttribute{
				MarkdownDescription: "The public key of a programmatic API key, with `private_key`. " + fromEnvironment("public_key"),
				Optional:            true,
			},
			"private_key": schema.StringAttribute{
				MarkdownDescription: "The private key of the programmatic API key. " + fromEnvironment("private_key"),
				Optional:            true,
				Sensitive:           true,
			},
		},
	}
}

// ValidateConfig finds what is wrong whatever the environment has.
func (p *atlasbackup) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var c config
	resp.Diagnostics.Append(req.Config.Get(ctx, &c)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(c.validate()...)
}

func (p *atlasbackup) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var c config
	resp.Diagnostics.Append(req.Config.Get(ctx, &c)...)
	if resp.Diagnostics.HasError() {
		return
	}
	options, problems, diags := c.resolve(os.Getenv)
	resp.Diagnostics.Append(diags...)
	options.UserAgent = fmt.Sprintf("terraform-provider-atlasbackup/%s Terraform/%s", p.version, req.TerraformVersion)
	options.Log = atlas.LogFrom(os.Getenv)
	connection := operation.NotConnected(problems)
	if !problems.HasError() {
		connection = operation.Connected(p.pool.Client(options))
	}
	resp.ResourceData = connection
	resp.DataSourceData = connection
	resp.ListResourceData = connection
	resp.ActionData = connection
}

func (p *atlasbackup) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{exportbucket.NewResource, autoexport.NewResource, exportjob.NewResource, privateendpoint.NewResource}
}

func (p *atlasbackup) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		exportbucket.NewDataSource, exportbucket.NewDataSourceList, cluster.NewDataSourceList, exportstatus.NewDataSource,
		exportjob.NewDataSource, exportjob.NewDataSourceList, snapshot.NewDataSourceList,
		accessrole.NewDataSource,
	}
}

func (p *atlasbackup) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{exportbucket.NewListResource, autoexport.NewListResource, privateendpoint.NewListResource}
}

func (p *atlasbackup) Actions(context.Context) []func() action.Action {
	return []func() action.Action{exportjob.NewAction}
}

func (p *atlasbackup) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		exportbucket.NewS3AccessPolicy,
		exportbucket.NewS3BucketPolicy,
		exportbucket.NewKMSKeyPolicy,
		exportbucket.NewAssumeRolePolicy,
		exportbucket.NewAzureServiceURL,
		exportbucket.NewParseAzureServiceURL,
		exportbucket.NewExportPrefix,
		exportbucket.NewParseExportPrefix,
	}
}
