output "id" {
  description = "The id of the export bucket, for export_bucket_id of atlasbackup_auto_export."
  value       = atlasbackup_export_bucket.this.id
}

output "bucket_name" {
  description = "The name of the bucket or container."
  value       = atlasbackup_export_bucket.this.bucket_name
}

output "region" {
  description = "The AWS region that Atlas found. Null on other clouds."
  value       = atlasbackup_export_bucket.this.region
}

output "import_id" {
  description = "The id for terraform import."
  value       = "${var.project_id}/${atlasbackup_export_bucket.this.id}"
}
