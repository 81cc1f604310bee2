# A storage account with a container, the role of Atlas' service principal, and the export bucket.

data "azurerm_client_config" "current" {}

resource "azurerm_storage_account" "snapshots" {
  name                            = var.storage_account_name
  resource_group_name             = var.resource_group_name
  location                        = var.location
  account_tier                    = "Standard"
  account_replication_type        = var.replication_type
  allow_nested_items_to_be_public = false
  tags                            = var.tags
}

resource "azurerm_storage_container" "snapshots" {
  name                  = var.container_name
  storage_account_id    = azurerm_storage_account.snapshots.id
  container_access_type = "private"
}

# On the account: Atlas signs with a user delegation key, which a container has none of.
resource "azurerm_role_assignment" "atlas" {
  scope                = azurerm_storage_account.snapshots.id
  role_definition_name = "Storage Blob Data Contributor"
  principal_id         = var.service_principal_id
}

resource "mongodbatlas_cloud_provider_access_setup" "azure" {
  project_id    = var.project_id
  provider_name = "AZURE"

  azure_config {
    atlas_azure_app_id   = var.atlas_azure_app_id
    service_principal_id = var.service_principal_id
    tenant_id            = data.azurerm_client_config.current.tenant_id
  }
}

resource "mongodbatlas_cloud_provider_access_authorization" "azure" {
  project_id = var.project_id
  role_id    = mongodbatlas_cloud_provider_access_setup.azure.role_id

  azure {
    atlas_azure_app_id   = var.atlas_azure_app_id
    service_principal_id = var.service_principal_id
    tenant_id            = data.azurerm_client_config.current.tenant_id
  }
}

# No trimmed slash, and no sleep: the provider waits until Azure has spread the role.
module "export_bucket" {
  source = "../export_bucket"

  project_id     = var.project_id
  cloud_provider = "AZURE"
  bucket_name    = azurerm_storage_container.snapshots.name
  service_url    = azurerm_storage_account.snapshots.primary_blob_endpoint
  role_id        = mongodbatlas_cloud_provider_access_authorization.azure.role_id

  depends_on = [azurerm_role_assignment.atlas]
}
