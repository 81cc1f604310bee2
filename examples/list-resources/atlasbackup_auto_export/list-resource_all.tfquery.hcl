# All automatic exports of the project, up to the limit. The default limit is 100. To import them:
#   terraform query -generate-config-out=auto_exports.tf
#   terraform apply
list "atlasbackup_auto_export" "all" {
  provider = atlasbackup
  limit    = 1000

  config {
    project_id = var.project_id
  }
}
