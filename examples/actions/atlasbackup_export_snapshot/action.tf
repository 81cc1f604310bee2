# Take a snapshot now and export it, by hand:
#
#   terraform apply -invoke=action.atlasbackup_export_snapshot.orders
action "atlasbackup_export_snapshot" "orders" {
  config {
    project_id       = var.project_id
    cluster_name     = "orders"
    export_bucket_id = var.export_bucket_id

    take_snapshot = {
      description       = "on demand"
      retention_in_days = 3
    }
  }
}
