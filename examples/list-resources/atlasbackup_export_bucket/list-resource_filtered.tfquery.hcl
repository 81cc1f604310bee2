# Those on AWS of one name, with all their attributes in the output of terraform query -json.
list "atlasbackup_export_bucket" "snapshots" {
  provider         = atlasbackup
  include_resource = true

  config {
    project_id     = var.project_id
    cloud_provider = "AWS"
    bucket_name    = "acme-atlas-snapshots"
  }
}
