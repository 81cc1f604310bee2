# All export buckets on AWS with this name. include_resource adds all attributes to the output of terraform query -json.
list "atlasbackup_export_bucket" "snapshots" {
  provider         = atlasbackup
  include_resource = true

  config {
    project_id     = var.project_id
    cloud_provider = "AWS"
    bucket_name    = "acme-atlas-snapshots"
  }
}
