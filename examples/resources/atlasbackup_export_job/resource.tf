# Export the newest snapshot of the cluster once, and wait until it is in the bucket. A newer snapshot does not start
# another export.
resource "atlasbackup_export_job" "orders" {
  project_id       = var.project_id
  cluster_name     = "orders"
  export_bucket_id = var.export_bucket_id

  custom_data = {
    reason = "before the migration"
  }
}

output "exported_to" {
  value = atlasbackup_export_job.orders.prefix
}
