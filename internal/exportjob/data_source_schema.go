package exportjob

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
)

// schemaAttributes are those of a job in a data source, all computed.
func schemaAttributes() map[string]schema.Attribute {
	text := func(about string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: about, Computed: true}
	}
	count := func(name string) schema.Attribute {
		return schema.Int64Attribute{MarkdownDescription: about[name], Computed: true}
	}
	return map[string]schema.Attribute{
		"id":               text(about["id"]),
		"export_bucket_id": text(argument.Describe("exportBucketId", "The id of the export bucket.")),
		"snapshot_id":      text(argument.Describe("snapshotId", "The id of the snapshot.")),
		"custom_data": schema.MapAttribute{
			MarkdownDescription: argument.Describe("customData", aboutCustomData, "Null if there are none."),
			ElementType:         types.StringType,
			Computed:            true,
		},
		"state":                text(about["state"]),
		"state_reason":         text(about["state_reason"]),
		"prefix":               text(about["prefix"]),
		"created_at":           text(about["created_at"]),
		"finished_at":          text(about["finished_at"]),
		"exported_collections": count("exported_collections"),
		"total_collections":    count("total_collections"),
		"components": schema.ListNestedAttribute{
			MarkdownDescription: about["components"],
			Computed:            true,
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"export_id":        text(about["export_id"]),
				"replica_set_name": text(about["replica_set_name"]),
			}},
		},
	}
}
