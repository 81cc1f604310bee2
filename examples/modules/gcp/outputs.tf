output "export_bucket_id" {
  description = "The id of the export bucket: export_bucket_id of a cluster's backup schedule."
  value       = module.export_bucket.id
}

output "role_id" {
  description = "The Atlas id of the role, for further export buckets."
  value       = mongodbatlas_cloud_provider_access_authorization.gcp.role_id
}

output "bucket_url" {
  description = "The bucket as gs://."
  value       = google_storage_bucket.snapshots.url
}
