# The export bucket of a store that is there, with a role that is authorized: the same inputs on every
# cloud.

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

# A bucket's name is all that Atlas is given: the region shows whether it has found the right one.
check "region" {
  assert {
    condition     = var.region == null || atlasbackup_export_bucket.this.region == null || atlasbackup_export_bucket.this.region == var.region
    error_message = "Atlas found ${var.bucket_name} in ${coalesce(atlasbackup_export_bucket.this.region, "no region")}, and it was made in ${coalesce(var.region, "none")}. Look whether the name is that of another bucket."
  }
}
