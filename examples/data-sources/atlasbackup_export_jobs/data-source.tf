# The newest successful export of the cluster to this bucket.
data "atlasbackup_export_jobs" "successful" {
  project_id       = var.project_id
  cluster_name     = "orders"
  export_bucket_id = var.export_bucket_id
  state            = "Successful"
}

output "newest_export" {
  value = try(data.atlasbackup_export_jobs.successful.results[0].prefix, null)
}
