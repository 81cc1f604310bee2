# All private endpoints of the project. To import them:
#   terraform query -generate-config-out=private_endpoints.tf
#   terraform apply
list "atlasbackup_private_endpoint" "all" {
  provider = atlasbackup

  config {
    project_id     = var.project_id
    cloud_provider = "AWS"
  }
}
