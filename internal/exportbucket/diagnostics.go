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

// maxCommands is how many import commands a message has.
const maxCommands = 10

// notCreated reports a creation that failed, or that may have failed.
func notCreated(err error, bucket model) diag.Diagnostics {
	var undecided *atlas.UndecidedError
	if !errors.As(err, &undecided) {
		return diagnose.Error("Export bucket not created", err, bucket.fields())
	}
	const summary = "Export bucket may have been created"
	const find = "Before the next apply look for it, with `terraform query`, the data source atlasbackup_export_buckets, or in " +
		"Atlas, and import it:\n\n  terraform import <address> %s/<id>"
	projectID := bucket.ProjectID.ValueString()
	switch {
	case len(undecided.Candidates) > 0:
		return diagnose.ErrorWithWayOut(summary, err, fmt.Sprintf("Atlas' answer to the creation was lost. It may have made one of these "+
			"export buckets, or none of them. Import the one that nothing else uses:\n\n%s\n\nIf each of them is used by something else, apply again.",
			importCommands(projectID, undecided.Candidates)))
	case undecided.Last != nil:
		return diagnose.ErrorWithWayOut(summary, err, fmt.Sprintf("Atlas' answer to the creation was lost, and the next attempt failed: %s. "+
			"The project did not show the bucket, but Atlas may still make it. "+find, undecided.Last, projectID))
	case errors.Is(undecided.Look, context.Canceled):
		return diagnose.ErrorWithWayOut(summary, err, fmt.Sprintf("Atlas' answer to the creation was lost, and the run was interrupted before "+
			"a look at the project. Atlas may have made the bucket. "+find, projectID))
	}
	return diagnose.ErrorWithWayOut(summary, err, fmt.Sprintf("Atlas' answer to the creation was lost, and a look at the project did not show "+
		"the bucket (%s). Atlas may have made it. "+find, undecided.Look, projectID))
}

// notReadBack reports a failed look at a bucket that was made. It is a warning: an error
// would taint the bucket, and the next apply would replace it. Its summary has the id, because
// Terraform shows only the first of several warnings with the same one.
func notReadBack(err error, bucket model) diag.Diagnostics {
	var warnings diag.Diagnostics
	for _, d := range diagnose.Error(fmt.Sprintf("Export bucket %s created, but not read back", bucket.ID.ValueString()), err, nil) {
		warnings.AddWarning(d.Summary(), d.Detail()+"\n\nThe bucket is in the state. The next plan or apply reads the rest.")
	}
	return warnings
}

// twinsOf warns of buckets that are the same as a new one: a run that was killed before it
// had Atlas' answer leaves one behind. Its summary has their ids, for the reason of
// notReadBack.
func twinsOf(bucket model, twins []atlas.ExportBucket) diag.Diagnostics {
	if len(twins) == 0 {
		return nil
	}
	var ids []string
	for _, twin := range twins {
		ids = append(ids, twin.ID)
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("Identical export bucket found: "+strings.Join(first(ids, maxCommands, ""), ", "), fmt.Sprintf(
		"%s was created, and the project already has the same export bucket. If this run replaces that one, there is nothing to do. Otherwise an "+
			"earlier run may have been interrupted before it could store it: delete the one that is not used, or keep the older one instead and "+
			"import it:\n\n%s", bucket.ID.ValueString(), importCommands(bucket.ProjectID.ValueString(), ids)))}
}

// importCommands are one line for each bucket.
func importCommands(projectID string, ids []string) string {
	var lines []string
	for _, id := range ids {
		lines = append(lines, fmt.Sprintf("  terraform import <address> %s/%s  # created %s", projectID, id, atlas.CreatedAt(id).UTC().Format(time.RFC3339)))
	}
	return strings.Join(first(lines, maxCommands, "  "), "\n")
}

// first are the first few items and, after an indent, how many more there are.
func first(items []string, most int, indent string) []string {
	if len(items) <= most {
		return items
	}
	return append(items[:most:most], fmt.Sprintf("%sand %d more", indent, len(items)-most))
}

// projectGone warns, a single time for each project, that Atlas has no such project: the same
// answer comes from the wrong Atlas, and then nothing was deleted. done is what becomes of the
// project's export buckets.
func projectGone(err error, client *atlas.Client, bucket model, done string) diag.Diagnostics {
	projectID := bucket.ProjectID.ValueString()
	if !atlas.HasCode(err, atlas.CodeProjectNotFound) || !client.FirstTime("project gone: "+projectID) {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Project %s not found", projectID), fmt.Sprintf(
		"Atlas at %s has no project %s (GROUP_NOT_FOUND), so the export buckets of this project are %s. The first of them is %s.\n\n"+
			"If the project was deleted, there is nothing to do. If it was not, do not apply this plan: check base_url (MONGODB_ATLAS_BASE_URL), "+
			"and that the credential belongs to the organization of the project. To put a bucket back into the state, import it:\n\n"+
			"  terraform import <address> %s/%s",
		client.Address(), projectID, done, bucket.ID.ValueString(), projectID, bucket.ID.ValueString()))}
}

// notChanged reports a change that failed.
func notChanged(err error, bucket model) diag.Diagnostics {
	const summary = "Export bucket not changed"
	if isGone(err) && atlas.IsForeign404(err) {
		return diagnose.ErrorWithWayOut(summary, err, "The answer does not come from Atlas, but Atlas' list of the project has no such export "+
			"bucket any more. Plan again: a refresh drops it from the state, and the plan makes a new one.")
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
