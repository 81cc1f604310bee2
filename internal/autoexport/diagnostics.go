package autoexport

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
)

// noun is the automatic export in messages.
var noun = diagnose.Noun{
	Name:     "automatic export",
	Plural:   "automatic exports",
	ImportID: "<project_id>/<cluster_name>",
	Example:  "32b6e34b3d91647abb20e7b8/orders",
	Find:     "with `terraform query`, or in the backup policy of the cluster in Atlas",
	Hints: diagnose.Hints{
		atlas.CodeClusterNotFound: diagnose.ClusterNotFound,
		atlas.CodeFlexCluster:     diagnose.FlexCluster,
		atlas.CodeCannotUpdatePausedCluster: {
			Text:   "The backup schedule of a paused cluster cannot be changed. Resume the cluster, and run the same command again.",
			Fields: []string{"clusterName"},
		},
		atlas.CodeExportBucketNotFound: {
			Text:   "Check export_bucket_id: it must be the id of an export bucket of this project, such as atlasbackup_export_bucket.<name>.id.",
			Fields: []string{"export.exportBucketId"},
		},
		atlas.CodeInvalidBackupPolicy: {
			Text: "Atlas refuses the backup schedule that the cluster would have. Check in Atlas that the cluster has backup, and that its backup " +
				"policy is valid; then apply again.",
		},
	},
}

// prefixPath is the argument for the prefix of exported files.
var prefixPath = path.Root("use_org_and_group_names_in_export_prefix")

// fields are the fields of the requests, and the arguments that they come from.
var fields = diagnose.Fields{
	"groupId":                           path.Root("project_id"),
	"clusterName":                       path.Root("cluster_name"),
	"export":                            path.Root("export_bucket_id"),
	"export.exportBucketId":             path.Root("export_bucket_id"),
	"exportBucketId":                    path.Root("export_bucket_id"),
	"export.frequencyType":              path.Root("frequency_type"),
	"frequencyType":                     path.Root("frequency_type"),
	"useOrgAndGroupNamesInExportPrefix": prefixPath,
}

// alreadyOn reports a cluster that exports already. Nothing was changed.
func alreadyOn(export model, before *atlas.BackupSchedule) diag.Diagnostic {
	target := "to export bucket " + atlas.Printable(before.Export.ExportBucketID)
	if before.Export.ExportBucketID == export.ExportBucketID.ValueString() {
		target = "to this export bucket"
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("cluster_name"), "Automatic export is already on", fmt.Sprintf(
		"Cluster %s already exports %s (%s). Nothing was changed.\n\n"+
			"To manage this export here, import it, and then apply:\n\n  terraform import <address> %s\n\n"+
			"If something else manages it, such as auto_export_enabled of mongodbatlas_cloud_backup_schedule, switch it off there first, or add "+
			"ignore_changes = [auto_export_enabled, export] to the lifecycle of that resource and import the export here.",
		export.ClusterName.ValueString(), target, atlas.Printable(before.Export.FrequencyType), export.identity().importID()))
}

// isOff reports that there is nothing to import.
func isOff(export model) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Automatic export not imported", fmt.Sprintf("The automatic export of cluster %s in project %s is off. To switch it on, "+
		"apply the resource without an import.", export.ClusterName.ValueString(), export.ProjectID.ValueString()))
}

// neverExports warns of a schedule that takes no snapshot of the export's frequency. Its summary
// has the cluster, because Terraform shows only the first of several warnings with the same
// summary.
func neverExports(export model, schedule *atlas.BackupSchedule) diag.Diagnostics {
	frequency := export.FrequencyType.ValueString()
	if schedule.ExportsAny(frequency) {
		return nil
	}
	there := "has no policy item of another frequency that can be exported"
	if frequencies := schedule.SnapshotFrequencies(); len(frequencies) > 0 {
		there = "has policy items for " + argument.Enumerate(frequencies, "and") + " snapshots"
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("frequency_type"),
		fmt.Sprintf("Cluster %s will not export anything", export.ClusterName.ValueString()), fmt.Sprintf(
			"Atlas exports only %s snapshots here, and the backup schedule of the cluster takes none: it %s. Add a policy item for %s snapshots to the "+
				"schedule, or write another frequency_type.", frequency, there, frequency))}
}

// maxClusters is how many clusters a message names.
const maxClusters = 20

// mayBeMissing warns of clusters whose schedule Atlas does not show, each with the reason.
func mayBeMissing(projectID string, unread []string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(fmt.Sprintf("Automatic exports of project %s may be missing", projectID), fmt.Sprintf(
		"Atlas does not show the backup schedules of these clusters:\n\n  %s\n\nCheck them in Atlas.",
		strings.Join(argument.FirstOf(unread, maxClusters, ""), "\n  ")))
}
