package exportstatus

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// Schema describes the data source.
func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(about string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: about, Computed: true}
	}
	yes := func(about string) schema.Attribute {
		return schema.BoolAttribute{MarkdownDescription: about, Computed: true}
	}
	job := func(finishedAt string) map[string]schema.Attribute {
		return map[string]schema.Attribute{
			"id":          text("The id of the export job."),
			"finished_at": text(finishedAt),
			"prefix":      text("The prefix of its files in the bucket."),
		}
	}
	failed := job("When it ended, in RFC 3339. Null if Atlas does not show it.")
	failed["reason"] = text("Why it failed.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "Whether and when each cluster of a project was last exported, for `check` blocks and drift runs. A cluster that cannot be " +
			"read is in `unknown` and is no error. To read export jobs, the credential needs the role Project Backup Manager.",
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{MarkdownDescription: argument.Describe("groupId", argument.AboutProjectID), Required: true},
			"cluster_names": schema.SetAttribute{
				MarkdownDescription: "Only the clusters with these names. If omitted, all clusters of the project.",
				ElementType:         types.StringType,
				Optional:            true,
			},
			"max_age": schema.StringAttribute{
				MarkdownDescription: "How old the last successful export of a `fresh` cluster may be, as a duration such as `768h` (32 days).",
				Optional:            true,
			},
			"results": schema.ListNestedAttribute{
				MarkdownDescription: "The clusters, sorted by `cluster_name`.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"cluster_name":        text(argument.AboutClusterName),
					"can_export":          yes("Whether Atlas can export snapshots of the cluster."),
					"reason":              text("Why the cluster cannot export. Null if it can."),
					"auto_export_enabled": yes("Whether the automatic export of the cluster is on."),
					"export_bucket_id":    text("The id of the export bucket of the automatic export. Null if that is off."),
					"frequency_type":      text("The frequency of the snapshots that are exported automatically. Null if the automatic export is off."),
					"has_matching_policy_item": yes("Whether the backup schedule has a policy item for snapshots that the automatic export exports. If `false`, " +
						"Atlas exports nothing. Null if the automatic export is off."),
					"last_successful": schema.SingleNestedAttribute{
						MarkdownDescription: "The successful export job that finished last, automatic or not. Null if there is none.",
						Computed:            true,
						Attributes:          job("When it finished, in RFC 3339."),
					},
					"last_failed": schema.SingleNestedAttribute{
						MarkdownDescription: "The failed or cancelled export job that was created last. Null if there is none.",
						Computed:            true,
						Attributes:          failed,
					},
					"fresh": yes("Whether the last successful export finished within `max_age`. Null without `max_age`."),
				}},
			},
			"unknown": schema.ListNestedAttribute{
				MarkdownDescription: "The clusters that could not be read, sorted by `cluster_name`.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"cluster_name": text(argument.AboutClusterName),
					"reason":       text("Why it could not be read."),
				}},
			},
			"timeouts": operation.DataSourceTimeouts(),
		},
	}
}
