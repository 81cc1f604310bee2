// Command mongodbatlas stands in for the mongodbatlas provider in tests of the move away
// from it. It has one schema, and does nothing: whatever else it is asked ends it.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func main() {
	err := tf6server.Serve("registry.terraform.io/mongodb/mongodbatlas", func() tfprotov6.ProviderServer { return provider{} })
	if err != nil {
		log.Fatal(err)
	}
}

// provider panics in the calls that it does not have: in a move, nobody has a reason or
// a credential for them.
type provider struct{ tfprotov6.ProviderServer }

func (provider) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return &tfprotov6.GetMetadataResponse{}, nil
}

func (provider) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	bucket := &tfprotov6.SchemaBlock{}
	for _, name := range []string{
		"id", "export_bucket_id", "project_id", "bucket_name", "cloud_provider", "iam_role_id", "role_id", "service_url", "tenant_id",
	} {
		bucket.Attributes = append(bucket.Attributes, &tfprotov6.SchemaAttribute{Name: name, Type: tftypes.String, Optional: true, Computed: true})
	}
	return &tfprotov6.GetProviderSchemaResponse{
		Provider:        &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}},
		ResourceSchemas: map[string]*tfprotov6.Schema{"mongodbatlas_cloud_backup_snapshot_export_bucket": {Block: bucket}},
	}, nil
}

func (provider) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}
