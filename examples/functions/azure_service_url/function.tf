resource "atlasbackup_export_bucket" "azure" {
  project_id     = var.project_id
  cloud_provider = "AZURE"
  role_id        = mongodbatlas_cloud_provider_access_authorization.azure.role_id

  service_url = provider::atlasbackup::azure_service_url(
    azurerm_storage_account.snapshots.name,
    azurerm_storage_container.snapshots.name,
  )
}
