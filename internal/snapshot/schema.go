package snapshot

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// Schema describes the data source.
func (d *dataSourceList) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(field, about string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: argument.Describe(field, about), Computed: true}
	}
	filter := func(field, about string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: argument.Describe(field, about), Optional: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The backup snapshots of a cluster, and which of them can be exported.",
		Attributes: map[string]schema.Attribute{
			"project_id":    schema.StringAttribute{MarkdownDescription: argument.Describe("groupId", argument.AboutProjectID), Required: true},
			"cluster_name":  schema.StringAttribute{MarkdownDescription: argument.Describe("clusterName", argument.AboutClusterName), Required: true},
			"status":        filter("status", "Only snapshots with this status: `queued`, `inProgress`, `completed` or `failed`."),
			"snapshot_type": filter("snapshotType", "Only snapshots of this type: `onDemand`, `scheduled` or `fallback`."),
			"exportable": schema.BoolAttribute{
				MarkdownDescription: "Only snapshots that can be exported (`true`), or only those that cannot (`false`).",
				Optional:            true,
			},
			"max_age": schema.StringAttribute{
				MarkdownDescription: "Only snapshots that are not older than this duration, such as `168h` (a week).",
				Optional:            true,
			},
			"results": schema.ListNestedAttribute{
				MarkdownDescription: "The snapshots, the newest first. Empty if there are none.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":             text("id", "The id of the snapshot."),
					"status":         text("status", "`queued`, `inProgress`, `completed` or `failed`."),
					"snapshot_type":  text("snapshotType", "`onDemand`, `scheduled` or `fallback`."),
					"frequency_type": text("frequencyType", "The frequency of the policy item that took it, from `hourly` to `yearly`, or `ondemand`."),
					"type":           text("type", "`replicaSet` or `shardedCluster`."),
					"created_at":     text("createdAt", "When it was taken, in RFC 3339. Null until it is completed."),
					"expires_at":     text("expiresAt", "When Atlas deletes it, in RFC 3339."),
					"description":    text("description", "The description of a snapshot on demand. Null if there is none."),
					"storage_size_bytes": schema.Int64Attribute{
						MarkdownDescription: argument.Describe("storageSizeBytes", "Its size in bytes. 0 until it is completed."),
						Computed:            true,
					},
					"mongod_version": text("mongodVersion", "The version of MongoDB that the cluster had."),
					"cloud_provider": text("cloudProvider", "The cloud that stores it: `AWS`, `AZURE` or `GCP`. Null while Atlas does not show it."),
					"exportable": schema.BoolAttribute{
						MarkdownDescription: "Whether it can be exported: it is completed, and not a fallback snapshot.",
						Computed:            true,
					},
				}},
			},
			"timeouts": operation.DataSourceTimeouts(),
		},
	}
}
