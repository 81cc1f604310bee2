# A bucket and its clusters in one region. region_name accepts the spelling of AWS or that of Atlas.
resource "atlasbackup_private_endpoint" "us_east_1" {
  project_id     = var.project_id
  cloud_provider = "AWS"
  region_name    = "us-east-1"
}

# depends_on: the endpoint is active before the bucket requires it, and is deleted after the bucket.
resource "atlasbackup_export_bucket" "snapshots" {
  project_id                 = var.project_id
  cloud_provider             = "AWS"
  bucket_name                = "acme-atlas-snapshots"
  iam_role_id                = "668c5f0ed436263134491592"
  require_private_networking = true

  depends_on = [atlasbackup_private_endpoint.us_east_1]
}
