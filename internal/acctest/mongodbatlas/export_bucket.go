package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// exportBucket has a schema and does nothing: in a move, nobody has a reason or a credential for
// more. It panics in every other call.
type exportBucket struct{ resource.Resource }

func (exportBucket) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_cloud_backup_snapshot_export_bucket"
}

func (exportBucket) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema.Attributes = map[string]schema.Attribute{}
	for _, name := range []string{
		"id", "export_bucket_id", "project_id", "bucket_name", "cloud_provider", "iam_role_id", "role_id", "service_url", "tenant_id",
	} {
		resp.Schema.Attributes[name] = schema.StringAttribute{Optional: true, Computed: true}
	}
}
