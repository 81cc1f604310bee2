# An export bucket for existing storage and an authorized role. The inputs are the same on every cloud.

resource "atlasbackup_export_bucket" "this" {
  project_id                     = var.project_id
  cloud_provider                 = var.cloud_provider
  bucket_name                    = var.bucket_name
  service_url                    = var.service_url
  iam_role_id                    = var.cloud_provider == "AWS" ? var.role_id : null
  role_id                        = var.cloud_provider == "AWS" ? null : var.role_id
  require_private_networking     = var.require_private_networking
  disable_auto_export_on_destroy = var.disable_auto_export_on_destroy
  timeouts                       = var.timeouts
}

# Atlas finds the S3 bucket by its name only. The region shows whether it is the right bucket.
check "region" {
  assert {
    condition     = var.region == null || atlasbackup_export_bucket.this.region == null || atlasbackup_export_bucket.this.region == var.region
    error_message = "Atlas found ${var.bucket_name} in ${coalesce(atlasbackup_export_bucket.this.region, "no region")}, but its region should be ${coalesce(var.region, "none")}. Check whether the name is that of another bucket."
  }
}
