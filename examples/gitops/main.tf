resource "atlasbackup_export_bucket" "snapshots" {
  for_each = var.buckets

  project_id                 = var.project_id
  cloud_provider             = "AWS"
  bucket_name                = each.value.bucket_name
  iam_role_id                = each.value.role_id
  require_private_networking = each.value.require_private_networking
}

# Atlas finds the region. The check runs on each plan and apply.
check "regions" {
  assert {
    condition = alltrue([
      for bucket in atlasbackup_export_bucket.snapshots : bucket.region == null || contains(var.regions, coalesce(bucket.region, "none"))
    ])
    error_message = "Snapshots are stored outside of ${join(", ", var.regions)}."
  }
}

# Only the drift run sets max_export_age: a cluster that is not exported must not stop an apply that may repair it.
data "atlasbackup_export_status" "project" {
  count = var.max_export_age == null ? 0 : 1

  project_id = var.project_id
  max_age    = var.max_export_age
}

locals {
  not_exported = flatten([
    for status in data.atlasbackup_export_status.project : [
      for cluster in status.results : cluster.cluster_name if cluster.can_export && !cluster.fresh
    ]
  ])
  unknown = flatten([
    for status in data.atlasbackup_export_status.project : [
      for cluster in status.unknown : "${cluster.cluster_name} (${cluster.reason})"
    ]
  ])
}

# Every cluster that can export has been exported recently, automatically or not.
check "exports" {
  assert {
    condition     = length(local.not_exported) == 0
    error_message = "No export is younger than max_export_age: ${join(", ", local.not_exported)}."
  }

  assert {
    condition     = length(local.unknown) == 0
    error_message = "Could not read the exports of ${join(", ", local.unknown)}."
  }
}

output "export_bucket_ids" {
  description = "The ids of the export buckets, for the automatic exports of the clusters."
  value       = { for team, bucket in atlasbackup_export_bucket.snapshots : team => bucket.id }
}
