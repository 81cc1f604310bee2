# The clusters that export to one export bucket. include_resource adds all attributes to the output of
# terraform query -json.
list "atlasbackup_auto_export" "to_bucket" {
  provider         = atlasbackup
  include_resource = true

  config {
    project_id       = var.project_id
    export_bucket_id = "65b2f1d09b3d0e4c5a6f7081"
  }
}
