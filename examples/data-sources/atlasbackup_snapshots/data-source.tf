# The snapshots of the last week that can be exported, the newest first.
data "atlasbackup_snapshots" "recent" {
  project_id   = var.project_id
  cluster_name = "orders"
  exportable   = true
  max_age      = "168h"
}

output "recent_snapshots" {
  value = { for snapshot in data.atlasbackup_snapshots.recent.results : snapshot.id => snapshot.created_at }
}
