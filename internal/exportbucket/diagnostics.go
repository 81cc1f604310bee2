package exportbucket

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
)

// notCreated reports a creation that failed, or of which it is not known.
func notCreated(err error, bucket model) diag.Diagnostics {
	var undecided *atlas.UndecidedError
	if !errors.As(err, &undecided) {
		return diagnose.Error("Export bucket not created", err, bucket.fields())
	}
	const summary = "Export bucket perhaps created"
	if len(undecided.Candidates) > 0 {
		return diagnose.ErrorWithWayOut(summary, err, fmt.Sprintf("Atlas' answer to the creation was lost, and it may have made any one of these "+
			"export buckets. Import the one that nothing else uses:\n\n%s\n\nIf none of them is it, apply again.", importCommands(bucket, undecided.Candidates)))
	}
	look := fmt.Sprintf("a look at the project did not show the bucket (%s)", undecided.Look)
	if errors.Is(undecided.Look, context.Canceled) {
		look = "the run was interrupted before a look at the project"
	}
	return diagnose.ErrorWithWayOut(summary, err, fmt.Sprintf("Atlas' answer to the creation was lost, and %s. Atlas may have "+
		"made the bucket all the same. Before the next apply look for it, with `terraform query`, the data source atlasbackup_export_buckets, or in "+
		"Atlas, and import it:\n\n  terraform import <address> %s/<id>", look, bucket.ProjectID.ValueString()))
}

// notReadBack reports a failed look at a bucket that was made. It is a warning: an error
// would taint the bucket, and the next apply would replace it.
func notReadBack(err error) diag.Diagnostics {
	var warnings diag.Diagnostics
	for _, d := range diagnose.Error("Export bucket created, but not read back", err, nil) {
		warnings.AddWarning(d.Summary(), d.Detail()+"\n\nThe bucket is in the state. The next plan or apply reads the rest.")
	}
	return warnings
}

// twinsOf warns of buckets that are the same as a new one: a run that was killed before it
// had Atlas' answer leaves one behind.
func twinsOf(bucket model, twins []atlas.ExportBucket) diag.Diagnostics {
	if len(twins) == 0 {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("Identical export bucket found", fmt.Sprintf("%s was created, and the project has the same "+
		"export bucket already. If this run replaces that one, there is nothing to do. Else perhaps an earlier run was interrupted before it could "+
		"store it: delete the one that is not used, or keep the older one instead and import it:\n\n%s", bucket.ID.ValueString(), importCommands(bucket, twins)))}
}

// importCommands are one line for each bucket.
func importCommands(bucket model, buckets []atlas.ExportBucket) string {
	var lines []string
	for _, b := range buckets {
		lines = append(lines, fmt.Sprintf("  terraform import <address> %s/%s  # created %s", bucket.ProjectID.ValueString(), b.ID, b.CreatedAt().UTC().Format(time.RFC3339)))
	}
	return strings.Join(lines, "\n")
}

// notChanged reports a change that failed; gone tells that there is no such bucket.
func notChanged(err error, bucket model, gone bool) diag.Diagnostics {
	const summary = "Export bucket not changed"
	if gone && atlas.IsForeign404(err) {
		return diagnose.ErrorWithWayOut(summary, err, "This is not Atlas' word, but its list of the project has no such export bucket any more. Plan "+
			"again: a refresh drops it from the state, and the plan makes a new one.")
	}
	return diagnose.Error(summary, err, bucket.fields())
}

// notDeleted reports a deletion that failed, and who uses the bucket.
func notDeleted(err error) diag.Diagnostics {
	const summary = "Export bucket not deleted"
	var inUse *inUseError
	if errors.As(err, &inUse) {
		return diagnose.ErrorWithWayOut(summary, err, inUse.wayOut())
	}
	return diagnose.Error(summary, err, nil)
}
