# Two clusters: where their automatic exports go, and when they were last exported.
data "atlasbackup_export_status" "important" {
  project_id    = var.project_id
  cluster_names = ["orders", "payments"]
}

output "exports" {
  value = {
    for cluster in data.atlasbackup_export_status.important.results : cluster.cluster_name => {
      bucket = cluster.export_bucket_id
      last   = try(cluster.last_successful.finished_at, "never")
      failed = try(cluster.last_failed.reason, null)
    }
  }
}
