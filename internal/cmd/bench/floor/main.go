// Command floor is a Terraform provider with nothing in it. What it needs, every provider on the
// framework needs.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

type floor struct{}

func (floor) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "floor"
}

func (floor) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (floor) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (floor) Resources(context.Context) []func() resource.Resource { return nil }

func (floor) DataSources(context.Context) []func() datasource.DataSource { return nil }

func main() {
	opts := providerserver.ServeOpts{Address: "registry.terraform.io/atlasbackup/floor", ProtocolVersion: 6}
	if err := providerserver.Serve(context.Background(), func() provider.Provider { return floor{} }, opts); err != nil {
		log.Fatal(err)
	}
}
