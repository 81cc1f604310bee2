# All export buckets of the project, up to the limit. The default limit is 100. To import them:
#   terraform query -generate-config-out=export_buckets.tf
#   terraform apply
list "atlasbackup_export_bucket" "all" {
  provider = atlasbackup
  limit    = 1000

  config {
    project_id = var.project_id
  }
}
