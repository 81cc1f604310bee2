# By the name of the storage. cloud_provider may be left out where only one cloud has the name.
data "atlasbackup_export_bucket" "by_name" {
  project_id     = var.project_id
  bucket_name    = "acme-atlas-snapshots"
  cloud_provider = "AWS"
}
