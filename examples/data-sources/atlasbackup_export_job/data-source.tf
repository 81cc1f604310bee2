data "atlasbackup_export_job" "orders" {
  project_id   = var.project_id
  cluster_name = "orders"
  id           = "65b2f1d09b3d0e4c5a6f7081"
}

output "export_state" {
  value = data.atlasbackup_export_job.orders.state
}
