variables {
  cloud_provider = "AZURE"
  bucket_name    = "atlas-snapshots"
  role_id        = "65f0c1a2b3d4e5f601234aa2"
  service_url    = "https://acmesnapshots.blob.core.windows.net/"
}

run "accepts_the_endpoint_with_a_trailing_slash" {
  assert {
    condition     = atlasbackup_export_bucket.this.role_id == var.role_id && atlasbackup_export_bucket.this.iam_role_id == null
    error_message = "The role is not in role_id."
  }

  assert {
    condition     = atlasbackup_export_bucket.this.service_url == "https://acmesnapshots.blob.core.windows.net/" && output.region == null
    error_message = "The endpoint has no trailing slash, or there is a region."
  }
}
