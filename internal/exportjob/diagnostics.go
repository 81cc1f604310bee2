package exportjob

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
)

const summaryNotCreated = "Export job not created"

// noun is the export job in messages.
var noun = diagnose.Noun{
	Name:     "export job",
	Plural:   "export jobs",
	ImportID: "<project_id>/<cluster_name>/<id>",
	Example:  "32b6e34b3d91647abb20e7b8/orders/65b2f1d09b3d0e4c5a6f7081",
	Find:     "with the data source atlasbackup_export_jobs, or in Atlas",
	Hints: diagnose.Hints{
		atlas.CodeClusterNotFound: diagnose.ClusterNotFound,
		atlas.CodeFlexCluster:     diagnose.FlexCluster,
		atlas.CodeCannotUpdatePausedCluster: {
			Text:   "Atlas does not do this with a paused cluster. Resume the cluster, and run the same command again.",
			Fields: []string{"clusterName"},
		},
		atlas.CodeExportBucketNotFound: {
			Text:   "Check export_bucket_id: it must be the id of an export bucket of this project, such as atlasbackup_export_bucket.<name>.id.",
			Fields: []string{"exportBucketId"},
		},
		atlas.CodeSnapshotNotFound: {
			Text: "Check snapshot_id: the snapshot may have expired, or belong to another cluster. The data source atlasbackup_snapshots shows those of a " +
				"cluster. Without snapshot_id, the newest snapshot is exported.",
			Fields: []string{"snapshotId"},
		},
		atlas.CodeUnfinishedOnDemandSnapshot: {
			Text: "A cluster takes one snapshot on demand at a time. Wait until the other one has finished, and run the same command again.",
		},
		atlas.CodeUserUnauthorized: {
			Text: "The credential needs these roles in this project: Project Backup Export Operator to start an export job, Project Backup Manager to read " +
				"export jobs, and Project Backup Creator to take a snapshot. Project Owner has all of them.",
		},
	},
}

// fields are the fields of the requests, and the arguments that they come from.
var fields = diagnose.Fields{
	"groupId":         path.Root("project_id"),
	"clusterName":     path.Root("cluster_name"),
	"exportBucketId":  path.Root("export_bucket_id"),
	"snapshotId":      path.Root("snapshot_id"),
	"customData":      path.Root("custom_data"),
	"description":     path.Root("take_snapshot").AtName("description"),
	"retentionInDays": path.Root("take_snapshot").AtName("retention_in_days"),
}

func (e export) notCreated(err error) diag.Diagnostics {
	return noun.NotCreated(err, fields, e.identity().importIDs)
}

// notCreatedBeside reports that no job was created, or that it is not known, and names the job that
// exports the snapshot to another bucket; nil for none.
func (e export) notCreatedBeside(other *atlas.ExportJob, err error) diag.Diagnostics {
	if other == nil || !atlas.IsConflict(err) {
		return e.notCreated(err)
	}
	return diagnose.ErrorWithHint(summaryNotCreated, err, fmt.Sprintf("Export job %s already exports this snapshot, to export bucket %s (%s). Atlas runs only one "+
		"export job of a snapshot at a time: apply again when that job has finished. To export a snapshot to several buckets, make each job depend on the one before "+
		"(depends_on).", other.ID, atlas.Printable(other.ExportBucketID), atlas.Printable(other.State)))
}

// takenOver warns that no job was created, because one was there. Its summary has the id, because
// Terraform shows only the first of several warnings with the same summary.
func takenOver(job *atlas.ExportJob) diag.Diagnostic {
	return diag.NewWarningDiagnostic(fmt.Sprintf("Export job %s taken over", job.ID), fmt.Sprintf(
		"This job already exports snapshot %s to this export bucket (%s). An earlier run may have been interrupted before it could store the job. No second "+
			"export was started. If something else manages this job, nothing is lost: its files are under %s.",
		atlas.Printable(job.SnapshotID), atlas.Printable(job.State), atlas.Printable(job.Prefix)))
}

// ended reports how the wait for a job has ended: nothing for a job that was successful or was
// not waited for, an error for one that failed, and a warning when the wait itself failed: an error would taint a
// new job, and the next apply would export again.
func ended(last *atlas.ExportJob, err error) diag.Diagnostics {
	switch {
	case err != nil:
		var warnings diag.Diagnostics
		for _, d := range notFinished(last, err, "The job is in the state, and the next apply continues to wait for it.") {
			warnings.AddWarning(d.Summary(), d.Detail())
		}
		return warnings
	case atlas.HasJobFailed(last.State):
		return diag.Diagnostics{failed(last, "The next plan replaces the job with a new one.")}
	}
	return nil
}

// failed reports a job that has ended without success, and what comes next.
func failed(job *atlas.ExportJob, next string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(fmt.Sprintf("Export job %s: %s", job.ID, job.State), fmt.Sprintf(
		"%s\n\nAtlas does not repeat the export. The files that it has written stay in the bucket, under %s: delete these files if you do not need them. %s",
		reasonOf(job), atlas.Printable(job.Prefix), next))
}

// reasonOf is why a job failed, as a sentence.
func reasonOf(job *atlas.ExportJob) string {
	if reason := job.Reason(); reason != "" {
		return "Atlas: " + reason
	}
	return "Atlas does not say why."
}

// notFinished reports that a wait has ended before the job, and what comes next. Its summary has
// the id, because Terraform shows only the first of several warnings with the same summary.
func notFinished(last *atlas.ExportJob, err error, next string) diag.Diagnostics {
	summary := fmt.Sprintf("Export job %s has not finished", last.ID)
	var errs diag.Diagnostics
	for _, d := range whyNotFinished(summary, err) {
		state := cmp.Or(atlas.Printable(last.State), "its state is not known yet")
		errs.AddError(d.Summary(), fmt.Sprintf("%s\n\nThe export continues in Atlas (%s). %s", d.Detail(), state, next))
	}
	return errs
}

// whyNotFinished reports why a wait has ended.
func whyNotFinished(summary string, err error) diag.Diagnostics {
	var e *atlas.Error
	switch {
	case errors.Is(err, context.Canceled):
		return diag.Diagnostics{diag.NewErrorDiagnostic(summary, "The wait was interrupted.")}
	case !errors.As(err, &e):
		return diag.Diagnostics{diag.NewErrorDiagnostic(summary, "The time limit of the operation (timeouts) is over.")}
	}
	return noun.Error(summary, err, nil)
}

// willBeReplaced warns that the plan exports again.
func willBeReplaced(job model) diag.Diagnostic {
	reason := "Atlas does not say why"
	if text := job.StateReason.ValueString(); text != "" {
		reason = text
	}
	return diag.NewAttributeWarningDiagnostic(path.Root("state"), fmt.Sprintf("Export job %s will be replaced", job.ID.ValueString()), fmt.Sprintf(
		"Its state is %s (%s). Atlas does not repeat it: the plan replaces it with a new job, which exports again. What the old job has exported so far "+
			"stays in the bucket, under %s.", job.State.ValueString(), reason, job.Prefix.ValueString()))
}

// staysInAtlas warns that a destroy changes nothing in Atlas.
func staysInAtlas(job model) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Export jobs stay in Atlas", fmt.Sprintf(
		"Atlas can neither cancel nor delete an export job, so it is only removed from the state. Export job %s stays in Atlas, and its files stay in export "+
			"bucket %s, under %s. The same is true of every other export job that this run removes.",
		job.ID.ValueString(), job.ExportBucketID.ValueString(), job.Prefix.ValueString()))
}
