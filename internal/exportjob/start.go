package exportjob

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// export is one export of a snapshot, which the resource or the action asks for.
type export struct {
	projectID, cluster string
	request            atlas.ExportJobRequest // without a snapshot it is the newest one that can be exported
}

func (e export) identity() identity {
	return identity{ProjectID: types.StringValue(e.projectID), ClusterName: types.StringValue(e.cluster)}
}

// start starts the export, or takes over a job that already exports the snapshot to the bucket:
// an earlier run may have been interrupted before it could store the job. It returns nil after an
// error.
func (e export) start(ctx context.Context, client *atlas.Client) (*atlas.ExportJob, diag.Diagnostics) {
	var diags diag.Diagnostics
	if e.request.SnapshotID == "" {
		newest, more := newestSnapshot(ctx, client, e.projectID, e.cluster)
		if diags.Append(more...); newest == nil {
			return nil, diags
		}
		e.request.SnapshotID = newest.ID
	}
	running, err := e.unfinished(ctx, client)
	if err != nil {
		return nil, append(diags, e.notCreated(err)...)
	}
	if running.same == nil {
		var created *atlas.ExportJob
		if created, err = client.CreateExportJob(ctx, e.projectID, e.cluster, e.request); err == nil {
			return e.complete(created), diags
		}
		var undecided *atlas.UndecidedError
		if !errors.As(err, &undecided) && !atlas.IsConflict(err) {
			return nil, append(diags, e.notCreated(err)...)
		}
		// Atlas exports a snapshot once at a time: what exports it now, and did not before, is the
		// result, or keeps the request from having one.
		if running, _ = e.unfinished(ctx, client); running.same == nil {
			return nil, append(diags, e.notCreatedBeside(running.other, err)...)
		}
	}
	return running.same, append(diags, takenOver(running.same))
}

// complete adds what the answer to a POST may leave out.
func (e export) complete(created *atlas.ExportJob) *atlas.ExportJob {
	created.SnapshotID, created.ExportBucketID = e.request.SnapshotID, e.request.ExportBucketID
	return created
}

// running are the jobs of a snapshot that have not finished, nil for none.
type running struct {
	same, other *atlas.ExportJob // other exports to another bucket
}

// unfinished finds the jobs of the snapshot that have not finished.
func (e export) unfinished(ctx context.Context, client *atlas.Client) (running, error) {
	jobs, _, err := client.AllExportJobs(ctx, e.projectID, e.cluster)
	var found running
	for _, job := range jobs {
		switch {
		case job.SnapshotID != e.request.SnapshotID || atlas.IsJobFinished(job.State):
		case job.ExportBucketID == e.request.ExportBucketID:
			found.same = &job
		default:
			found.other = &job
		}
	}
	return found, err
}
