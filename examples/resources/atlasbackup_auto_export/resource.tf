resource "atlasbackup_export_bucket" "snapshots" {
  project_id     = var.project_id
  cloud_provider = "AWS"
  bucket_name    = "acme-atlas-snapshots"
  iam_role_id    = "668c5f0ed436263134491592"
}

# Atlas exports each new monthly snapshot of this cluster.
resource "atlasbackup_auto_export" "orders" {
  project_id       = var.project_id
  cluster_name     = "orders"
  export_bucket_id = atlasbackup_export_bucket.snapshots.id
  frequency_type   = "monthly"
}
