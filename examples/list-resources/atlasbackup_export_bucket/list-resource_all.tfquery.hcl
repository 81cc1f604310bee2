# Every export bucket of the project, up to the limit, which is 100 when it is left out. To take them over:
#   terraform query -generate-config-out=export_buckets.tf
#   terraform apply
list "atlasbackup_export_bucket" "all" {
  provider = atlasbackup
  limit    = 1000

  config {
    project_id = var.project_id
  }
}
