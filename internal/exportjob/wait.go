package exportjob

import (
	"cmp"
	"context"
	"fmt"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// wait waits until a job has finished, and returns what Atlas showed last. report gets each change;
// nil logs it.
func (k key) wait(ctx context.Context, client *atlas.Client, first *atlas.ExportJob, report func(status string)) (*atlas.ExportJob, error) {
	return k.poll(ctx, client, first, report, func(j atlas.ExportJob) bool { return atlas.IsJobFinished(j.State) })
}

// show returns a job whose state Atlas shows: an answer to a POST may have only its id.
func (k key) show(ctx context.Context, client *atlas.Client, first *atlas.ExportJob) (*atlas.ExportJob, error) {
	return k.poll(ctx, client, first, nil, func(j atlas.ExportJob) bool { return j.State != "" })
}

// poll takes no answer to a poll for the end of the job, not even that its project does not exist:
// such an answer may be wrong, and a refresh tells what is true.
func (k key) poll(
	ctx context.Context, client *atlas.Client, first *atlas.ExportJob, report func(status string), isDone func(atlas.ExportJob) bool,
) (*atlas.ExportJob, error) {
	return operation.Poll[atlas.ExportJob]{
		Read: func(ctx context.Context) (*atlas.ExportJob, error) {
			return client.GetExportJob(ctx, k.projectID, k.cluster, k.id)
		},
		IsDone: isDone,
		Status: statusOf,
		Report: report,
	}.Wait(ctx, client, first)
}

// statusOf is how far a job is.
func statusOf(j atlas.ExportJob) string {
	status := fmt.Sprintf("Export job %s: %s", j.ID, cmp.Or(atlas.Printable(j.State), "created"))
	if j.ExportStatus != nil && j.ExportStatus.TotalCollections > 0 {
		status += fmt.Sprintf(", %d of %d collections", j.ExportStatus.ExportedCollections, j.ExportStatus.TotalCollections)
	}
	return status
}
