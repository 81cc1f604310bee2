package exportjob

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// attributes are what Atlas has of an export job: of the resource, and of the data sources.
type attributes struct {
	ID             types.String `tfsdk:"id"`
	ExportBucketID types.String `tfsdk:"export_bucket_id"`
	SnapshotID     types.String `tfsdk:"snapshot_id"`
	CustomData     types.Map    `tfsdk:"custom_data"`
	Prefix         types.String `tfsdk:"prefix"`
	CreatedAt      types.String `tfsdk:"created_at"`
	progress
}

// progress are the attributes that change until the job has finished.
type progress struct {
	State               types.String `tfsdk:"state"`
	StateReason         types.String `tfsdk:"state_reason"`
	FinishedAt          types.String `tfsdk:"finished_at"`
	ExportedCollections types.Int64  `tfsdk:"exported_collections"`
	TotalCollections    types.Int64  `tfsdk:"total_collections"`
	Components          types.List   `tfsdk:"components"`
}

// model is the resource in configuration, plan and state.
type model struct {
	attributes
	ProjectID         types.String   `tfsdk:"project_id"`
	ClusterName       types.String   `tfsdk:"cluster_name"`
	Triggers          types.Map      `tfsdk:"triggers"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

var componentType = types.ObjectType{AttrTypes: map[string]attr.Type{"export_id": types.StringType, "replica_set_name": types.StringType}}

// export is what Atlas is asked for. An unknown snapshot is the newest one.
func (m model) export() export {
	return export{
		projectID: m.ProjectID.ValueString(),
		cluster:   m.ClusterName.ValueString(),
		request: atlas.ExportJobRequest{
			ExportBucketID: m.ExportBucketID.ValueString(),
			SnapshotID:     m.SnapshotID.ValueString(),
			CustomData:     customDataOf(m.CustomData),
		},
	}
}

// customDataOf returns the keys and values of custom_data, sorted by key.
func customDataOf(values types.Map) []atlas.CustomData {
	data := map[string]string{}
	for key, value := range values.Elements() {
		if text, ok := value.(types.String); ok {
			data[key] = text.ValueString()
		}
	}
	return atlas.NewCustomData(data)
}

// isImported tells whether they are those of an import: a state has every required argument.
func (a attributes) isImported() bool { return a.ExportBucketID.IsNull() }

// read takes over what Atlas has. What a job exports never changes, so that it is taken over only
// into a state that does not have it yet: after an import.
func (a *attributes) read(job *atlas.ExportJob) {
	if a.isImported() {
		a.ExportBucketID = argument.StringOrNull(job.ExportBucketID)
		a.CustomData = types.MapNull(types.StringType)
		if len(job.CustomData) > 0 {
			values := map[string]attr.Value{}
			for _, data := range job.CustomData {
				values[data.Key] = types.StringValue(data.Value)
			}
			a.CustomData = types.MapValueMust(types.StringType, values)
		}
	}
	if !argument.IsKnown(a.SnapshotID) {
		a.SnapshotID = argument.StringOrNull(job.SnapshotID)
	}
	a.ID = types.StringValue(job.ID)
	if !argument.IsKnown(a.Prefix) {
		a.Prefix = argument.StringOrNull(job.Prefix)
	}
	if !argument.IsKnown(a.CreatedAt) {
		a.CreatedAt = argument.TimeOrNull(job.CreatedAt)
	}
	a.progress.read(job)
}

func (p *progress) read(job *atlas.ExportJob) {
	p.State = argument.StringOrNull(job.State)
	p.StateReason = argument.StringOrNull(job.Reason())
	p.FinishedAt = argument.TimeOrNull(job.FinishedAt)
	p.ExportedCollections, p.TotalCollections = types.Int64Null(), types.Int64Null()
	if status := job.ExportStatus; status != nil {
		p.ExportedCollections, p.TotalCollections = types.Int64Value(status.ExportedCollections), types.Int64Value(status.TotalCollections)
	}
	components := []attr.Value{} // not nil, which would be null
	for _, one := range job.Components {
		components = append(components, types.ObjectValueMust(componentType.AttrTypes, map[string]attr.Value{
			"export_id": types.StringValue(one.ExportID), "replica_set_name": types.StringValue(one.ReplicaSetName),
		}))
	}
	p.Components = types.ListValueMust(componentType, components)
}

// job is what the state knows of a job that has not finished.
func (p progress) job(id string) *atlas.ExportJob {
	job := &atlas.ExportJob{ID: id, State: p.State.ValueString()}
	if !p.TotalCollections.IsNull() {
		job.ExportStatus = &atlas.ExportStatus{
			ExportedCollections: p.ExportedCollections.ValueInt64(), TotalCollections: p.TotalCollections.ValueInt64(),
		}
	}
	return job
}

func (p progress) isFinished() bool { return atlas.IsJobFinished(p.State.ValueString()) }
