package privateendpoint

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// longTimeout is the default limit of an operation that waits for AWS: a private endpoint takes
// minutes.
const longTimeout = 30 * time.Minute

// Sentences of the documents.
const (
	aboutCloudProvider = "The cloud: `AWS`. Atlas has private endpoints for object storage on no other cloud."
	aboutReplacement   = "A change creates a new private endpoint."
	aboutSpelling      = "In Atlas' spelling such as `US_EAST_1`, or in that of AWS such as `us-east-1`: both are the same region. Any other change creates a " +
		"new private endpoint."
)

// Schema describes the resource. Replacements and values that depend on more than one attribute
// are in plan.go.
func (r *privateEndpoint) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	computed := func(field string, sentences ...string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: argument.Describe(field, sentences...), Computed: true}
	}
	id := computed("id", "The id of the private endpoint in Atlas, 24 hexadecimal digits.")
	id.PlanModifiers = []planmodifier.String{stringplanmodifier.UseStateForUnknown()}

	resp.Schema = schema.Schema{
		MarkdownDescription: "An object storage private endpoint: the connection over AWS PrivateLink through which Atlas exports snapshots to S3 buckets of one " +
			"region from clusters of one region. Atlas creates and runs it in its own network. The create waits until it is active. The credential " +
			"needs the role Project Owner, also to read it.",
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{
				MarkdownDescription: argument.Describe("groupId", argument.AboutProjectID, aboutReplacement),
				Required:            true,
				PlanModifiers:       replace,
			},
			"cloud_provider": schema.StringAttribute{
				MarkdownDescription: argument.Describe("cloudProvider", aboutCloudProvider, aboutReplacement),
				Required:            true,
				PlanModifiers:       replace,
			},
			"region_name": schema.StringAttribute{
				MarkdownDescription: argument.Describe("regionName", "The region of the S3 bucket, such as `region` of the export bucket.", aboutSpelling),
				Required:            true,
			},
			"vpc_region_name": schema.StringAttribute{
				MarkdownDescription: argument.Describe("vpcRegionName", "The region of the clusters whose snapshots are exported. If it is left out, that of the S3 "+
					"bucket.", aboutSpelling),
				Optional: true,
				Computed: true,
			},
			"id": id,
			"status": computed("status", "`ACTIVE` when it can be used. `INITIATING` or `PENDING_ACCEPTANCE`: each apply waits until it is active. `FAILED`, or "+
				"`DELETING` because something else deletes it: the next apply creates a new one. `PENDING_RECREATION`: its connection on AWS is lost, and Atlas creates it again."),
			"error_message": computed("errorMessage", "Why it has failed. Null if it has not."),
			"private_endpoint_connection_name": computed("privateEndpointConnectionName",
				"The name of the connection on AWS. Null until there is one."),
			"timeouts": operation.ResourceTimeouts(map[string]operation.Timeout{
				"create": {Doing: "the creation may take, until the private endpoint is active", Default: longTimeout},
				"read":   {Doing: "a refresh may take"},
				"update": {Doing: "an apply may wait for a private endpoint that an earlier apply has created", Default: longTimeout},
				"delete": {Doing: "the deletion may take, until the private endpoint no longer exists", Default: longTimeout},
			}),
		},
	}
}
