variables {
  cloud_provider = "AZURE"
  bucket_name    = "atlas-snapshots"
  role_id        = "65f0c1a2b3d4e5f601234aa2"
  service_url    = "https://acmesnapshots.blob.core.windows.net/"
}

run "the_endpoint_is_taken_as_azure_writes_it" {
  assert {
    condition     = atlasbackup_export_bucket.this.role_id == var.role_id && atlasbackup_export_bucket.this.iam_role_id == null
    error_message = "The role is not where Azure has it."
  }

  assert {
    condition     = atlasbackup_export_bucket.this.service_url == "https://acmesnapshots.blob.core.windows.net/" && output.region == null
    error_message = "The endpoint lost its slash, or there is a region."
  }
}
