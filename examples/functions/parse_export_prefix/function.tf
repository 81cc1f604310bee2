# When the snapshots of the last successful exports were created.
data "atlasbackup_export_status" "all" {
  project_id = var.project_id
}

output "exported_snapshots" {
  value = {
    for cluster in data.atlasbackup_export_status.all.results : cluster.cluster_name =>
    provider::atlasbackup::parse_export_prefix(cluster.last_successful.prefix).snapshot_created_at
    if cluster.last_successful != null
  }
}
