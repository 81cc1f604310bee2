package exportjob

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// take takes a snapshot, waits until it is completed, and returns its id; "" after an error. report
// gets each change.
func (t takeSnapshot) take(ctx context.Context, client *atlas.Client, projectID, name string, report func(status string)) (id string, diags diag.Diagnostics) {
	cluster, err := client.GetCluster(ctx, projectID, name)
	if err != nil {
		return "", snapshotNotTaken(err)
	}
	snapshot, err := client.TakeSnapshot(ctx, projectID, *cluster, atlas.SnapshotRequest{
		Description: t.Description.ValueString(), RetentionInDays: t.RetentionInDays.ValueInt64(),
	})
	if err != nil {
		return "", snapshotNotTaken(err)
	}
	report(statusOfSnapshot(*snapshot))
	last, err := operation.Poll[atlas.Snapshot]{
		Read: func(ctx context.Context) (*atlas.Snapshot, error) {
			return client.GetSnapshot(ctx, projectID, *cluster, snapshot.ID)
		},
		IsDone: func(s atlas.Snapshot) bool {
			return s.Status == atlas.SnapshotCompleted || s.Status == atlas.SnapshotFailed
		},
		Status: statusOfSnapshot,
		Report: report,
	}.Wait(ctx, client, snapshot)
	if err != nil {
		summary := fmt.Sprintf("Snapshot %s is not completed", snapshot.ID)
		for _, d := range whyNotFinished(summary, err) {
			diags.AddError(d.Summary(), d.Detail()+fmt.Sprintf("\n\nAtlas continues to take the snapshot, and nothing was exported. When it is completed, export it with "+
				"snapshot_id = %q.", snapshot.ID))
		}
		return "", diags
	}
	if last.Status == atlas.SnapshotFailed {
		diags.AddError(fmt.Sprintf("Snapshot %s has failed", snapshot.ID), "Atlas does not say why, and nothing was exported. Look at the cluster in Atlas, and then invoke "+
			"the action again.")
		return "", diags
	}
	return last.ID, nil
}

// snapshotNotTaken reports a snapshot that was not taken, or that may have been.
func snapshotNotTaken(err error) diag.Diagnostics {
	if _, isUndecided := errors.AsType[*atlas.UndecidedError](err); isUndecided {
		return diagnose.ErrorWithHint("Snapshot may have been taken", err, "Atlas' answer was lost. The data source atlasbackup_snapshots shows whether the cluster has a new "+
			"snapshot on demand. If it has, export it with snapshot_id; otherwise invoke the action again.")
	}
	return noun.Error("Snapshot not taken", err, fields)
}

// statusOfSnapshot is how far a snapshot is.
func statusOfSnapshot(s atlas.Snapshot) string {
	return fmt.Sprintf("Snapshot %s: %s", s.ID, cmp.Or(atlas.Printable(s.Status), "created"))
}
