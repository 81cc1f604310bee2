package autoexport

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// Schema describes the resource.
func (r *autoExport) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}

	resp.Schema = schema.Schema{
		MarkdownDescription: "The automatic export of a cluster: Atlas exports its new snapshots of one frequency to an export bucket. The resource " +
			"manages these three fields of the cluster's backup schedule and changes nothing else of it. A cluster has at most one. The destroy " +
			"switches the automatic export off; files that were exported stay.",
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{
				MarkdownDescription: argument.Describe("groupId", argument.AboutProjectID, "A change creates a new automatic export."),
				Required:            true,
				PlanModifiers:       replace,
			},
			"cluster_name": schema.StringAttribute{
				MarkdownDescription: argument.Describe("clusterName", argument.AboutClusterName, "A change creates a new automatic export."),
				Required:            true,
				PlanModifiers:       replace,
			},
			"export_bucket_id": schema.StringAttribute{
				MarkdownDescription: argument.Describe("export.exportBucketId",
					"The id of the export bucket, such as `atlasbackup_export_bucket.example.id`, 24 hexadecimal digits. Updated in place."),
				Required: true,
			},
			"frequency_type": schema.StringAttribute{
				MarkdownDescription: argument.Describe("export.frequencyType",
					"Which snapshots are exported: `daily`, `weekly`, `monthly` or `yearly`. Atlas exports only snapshots of this frequency (`weekly`: also "+
						"monthly and yearly ones), so the cluster's backup schedule needs a policy item for them. Updated in place."),
				Required: true,
			},
			"use_org_and_group_names_in_export_prefix": schema.BoolAttribute{
				MarkdownDescription: argument.Describe("useOrgAndGroupNamesInExportPrefix",
					"Whether the path of exported files has the names of the organization and the project instead of their ids. If it is left out, "+
						"the value in Atlas does not change. It is initially `false`. Updated in place."),
				Optional:      true,
				Computed:      true,
				PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			},
			"timeouts": operation.ResourceTimeouts(map[string]operation.Timeout{
				"create": {Doing: "the creation may take"},
				"read":   {Doing: "a refresh may take"},
				"update": {Doing: "a change in place may take"},
				"delete": {Doing: "the deletion may take"},
			}),
		},
	}
}
