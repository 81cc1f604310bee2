resource "atlasbackup_export_bucket" "gcp" {
  project_id     = var.project_id
  cloud_provider = "GCP"
  bucket_name    = google_storage_bucket.snapshots.name
  role_id        = mongodbatlas_cloud_provider_access_authorization.gcp.role_id
}
