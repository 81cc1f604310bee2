# Find an export bucket by the name of its storage. cloud_provider is only needed if two clouds have the same name.
data "atlasbackup_export_bucket" "by_name" {
  project_id     = var.project_id
  bucket_name    = "acme-atlas-snapshots"
  cloud_provider = "AWS"
}
