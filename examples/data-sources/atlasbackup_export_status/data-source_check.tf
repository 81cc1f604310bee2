# Checks that every cluster that can export has an export of the last 32 days. Otherwise the plan shows a warning. The data
# source is in the check, so a failed read is a warning too.
check "exports" {
  data "atlasbackup_export_status" "recent" {
    project_id = var.project_id
    max_age    = "768h"
  }

  assert {
    condition = alltrue([for cluster in data.atlasbackup_export_status.recent.results : cluster.fresh if cluster.can_export])
    error_message = "No export of the last 32 days: ${join(", ", [
      for cluster in data.atlasbackup_export_status.recent.results : cluster.cluster_name if cluster.can_export && !cluster.fresh
    ])}."
  }

  assert {
    condition = length(data.atlasbackup_export_status.recent.unknown) == 0
    error_message = "Could not read the exports of ${join("; ", [
      for cluster in data.atlasbackup_export_status.recent.unknown : "${cluster.cluster_name}: ${cluster.reason}"
    ])}"
  }
}
