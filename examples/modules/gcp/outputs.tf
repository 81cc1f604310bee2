output "export_bucket_id" {
  description = "The id of the export bucket, for export_bucket_id of atlasbackup_auto_export."
  value       = module.export_bucket.id
}

output "role_id" {
  description = "The Atlas id of the role, for further export buckets."
  value       = mongodbatlas_cloud_provider_access_authorization.gcp.role_id
}

output "bucket_url" {
  description = "The gs:// URL of the bucket."
  value       = google_storage_bucket.snapshots.url
}
