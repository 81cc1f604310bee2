package exportjob

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// exportTimeout is how long an export may take by default. One of a terabyte takes hours.
const exportTimeout = 24 * time.Hour

// The descriptions of what the resource, the data sources and the action have in common.
const (
	aboutExportBucketID = "The id of the export bucket, such as `atlasbackup_export_bucket.example.id`, 24 hexadecimal digits."
	aboutSnapshotID     = "The id of the snapshot, 24 hexadecimal digits."
	aboutCustomData     = "Keys and values that Atlas writes into the file `.complete` at the end of the export."
	aboutNewJob         = "A change exports again, as a new job."
)

// about describes what Atlas says of a job.
var about = map[string]string{
	"id":                   argument.Describe("id", "The id of the export job in Atlas."),
	"state":                argument.Describe("state", "The state of the job: `Queued`, `InProgress`, `Successful`, `Failed` or `Cancelled`."),
	"state_reason":         argument.Describe("stateReason", "Why the job failed. Null if it did not."),
	"prefix":               argument.Describe("prefix", "The prefix of its files in the bucket, without a leading `/`."),
	"created_at":           argument.Describe("createdAt", "When the job was created, in RFC 3339."),
	"finished_at":          argument.Describe("finishedAt", "When the job ended, in RFC 3339. Null until then."),
	"exported_collections": argument.Describe("exportStatus.exportedCollections", "How many collections were exported. Null for a sharded cluster. It may be 0 also for a successful job."),
	"total_collections":    argument.Describe("exportStatus.totalCollections", "How many collections are to be exported. Null for a sharded cluster. It may be 0 also for a successful job."),
	"components":           argument.Describe("components", "The exports of the shards of a sharded cluster. Empty for a replica set."),
	"export_id":            argument.Describe("exportId", "The id of the export of the shard."),
	"replica_set_name":     argument.Describe("replicaSetName", "The name of the shard's replica set."),
}

// Schema describes the resource. What a change of the job's state does is in plan.go.
func (r *exportJob) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	text := func(name string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: about[name], Computed: true}
	}
	count := func(name string) schema.Attribute {
		return schema.Int64Attribute{MarkdownDescription: about[name], Computed: true}
	}

	resp.Schema = schema.Schema{
		MarkdownDescription: "One export of one snapshot of a cluster to an export bucket. The apply waits until Atlas has finished it. An apply that is " +
			"interrupted, or runs out of time, keeps the job in the state, and the next apply continues to wait. A job that failed or was " +
			"cancelled is replaced by the next plan. The destroy only removes the job from the state: Atlas can neither cancel nor delete an export job, and " +
			"its files stay in the bucket.",
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{
				MarkdownDescription: argument.Describe("groupId", argument.AboutProjectID, aboutNewJob),
				Required:            true,
				PlanModifiers:       replace,
			},
			"cluster_name": schema.StringAttribute{
				MarkdownDescription: argument.Describe("clusterName", argument.AboutClusterName, aboutNewJob),
				Required:            true,
				PlanModifiers:       replace,
			},
			"export_bucket_id": schema.StringAttribute{
				MarkdownDescription: argument.Describe("exportBucketId", aboutExportBucketID, aboutNewJob),
				Required:            true,
				PlanModifiers:       replace,
			},
			"snapshot_id": schema.StringAttribute{
				MarkdownDescription: argument.Describe("snapshotId", aboutSnapshotID, "If omitted, the newest snapshot that can be exported when the job is "+
					"created; a newer snapshot later is not a change. Another id exports again, as a new job."),
				Optional:      true,
				Computed:      true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplace()},
			},
			"custom_data": schema.MapAttribute{
				MarkdownDescription: argument.Describe("customData", aboutCustomData, aboutNewJob),
				ElementType:         types.StringType,
				Optional:            true,
				PlanModifiers: []planmodifier.Map{mapplanmodifier.RequiresReplaceIf(isOtherCustomData,
					"Other keys or values need a new job.", "Other keys or values need a new job.")},
			},
			"triggers": schema.MapAttribute{
				MarkdownDescription: "Any values. " + aboutNewJob + " Without `snapshot_id`, the new job exports the snapshot that is then the newest.",
				ElementType:         types.StringType,
				Optional:            true,
				PlanModifiers:       []planmodifier.Map{mapplanmodifier.RequiresReplace()},
			},
			"wait_for_completion": schema.BoolAttribute{
				MarkdownDescription: "Whether an apply waits until the job has finished. Default `true`. Updated in place, without a request to Atlas unless " +
					"the job has not finished.",
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(true),
			},
			"id": schema.StringAttribute{
				MarkdownDescription: about["id"],
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"state":                text("state"),
			"state_reason":         text("state_reason"),
			"prefix":               text("prefix"),
			"created_at":           text("created_at"),
			"finished_at":          text("finished_at"),
			"exported_collections": count("exported_collections"),
			"total_collections":    count("total_collections"),
			"components": schema.ListNestedAttribute{
				MarkdownDescription: about["components"],
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"export_id":        text("export_id"),
					"replica_set_name": text("replica_set_name"),
				}},
			},
			"timeouts": operation.ResourceTimeouts(map[string]operation.Timeout{
				"create": {Doing: "the creation may take, including the wait for the export", Default: exportTimeout},
				"read":   {Doing: "a refresh may take"},
				"update": {Doing: "a later apply may wait for an export that has not finished", Default: exportTimeout},
				"delete": {Doing: "the removal from the state may take, which sends no request"},
			}),
		},
	}
}

// isOtherCustomData tells of a change that Atlas sees: none and empty are the same to it.
func isOtherCustomData(_ context.Context, req planmodifier.MapRequest, resp *mapplanmodifier.RequiresReplaceIfFuncResponse) {
	isEmpty := !req.PlanValue.IsUnknown() && len(req.PlanValue.Elements()) == 0
	resp.RequiresReplace = !isEmpty || len(req.StateValue.Elements()) > 0
}
