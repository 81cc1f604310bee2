# All export buckets of the project, the oldest first.
data "atlasbackup_export_buckets" "all" {
  project_id = var.project_id
}

output "export_buckets" {
  value = { for bucket in data.atlasbackup_export_buckets.all.results : bucket.id => bucket.bucket_name }
}
