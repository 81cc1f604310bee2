# service_url accepts the endpoint of the storage account with its trailing slash.
resource "atlasbackup_export_bucket" "azure" {
  project_id     = var.project_id
  cloud_provider = "AZURE"
  bucket_name    = azurerm_storage_container.snapshots.name
  service_url    = azurerm_storage_account.snapshots.primary_blob_endpoint
  role_id        = mongodbatlas_cloud_provider_access_authorization.azure.role_id
}
