variables {
  cloud_provider = "GCP"
  bucket_name    = "acme-snapshots"
  role_id        = "65f0c1a2b3d4e5f601234aa3"
}

run "sets_role_id" {
  assert {
    condition     = atlasbackup_export_bucket.this.role_id == var.role_id && atlasbackup_export_bucket.this.iam_role_id == null
    error_message = "The role is not in role_id."
  }

  assert {
    condition     = output.region == null && !atlasbackup_export_bucket.this.require_private_networking
    error_message = "There is a region, or private networking is on."
  }
}
