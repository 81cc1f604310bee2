resource "atlasbackup_export_bucket" "snapshots" {
  for_each = var.buckets

  project_id                 = var.project_id
  cloud_provider             = "AWS"
  bucket_name                = each.value.bucket_name
  iam_role_id                = each.value.role_id
  require_private_networking = each.value.require_private_networking
}

# Atlas finds the region by itself. Each plan looks again.
check "regions" {
  assert {
    condition = alltrue([
      for bucket in atlasbackup_export_bucket.snapshots : bucket.region == null || contains(var.regions, coalesce(bucket.region, "none"))
    ])
    error_message = "Snapshots are kept outside of ${join(", ", var.regions)}."
  }
}

output "export_bucket_ids" {
  description = "The ids of the export buckets, for the clusters' backup schedules."
  value       = { for team, bucket in atlasbackup_export_bucket.snapshots : team => bucket.id }
}
