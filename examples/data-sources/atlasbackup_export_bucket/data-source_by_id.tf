# Find an export bucket by its id.
data "atlasbackup_export_bucket" "by_id" {
  project_id = var.project_id
  id         = "65b2f1d09b3d0e4c5a6f7081"
}
