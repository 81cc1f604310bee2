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

  dynamic "blob_properties" {
    for_each = var.soft_delete_days == null && var.immutability_days == null ? [] : ["on"]

    content {
      versioning_enabled = var.immutability_days != null

      dynamic "delete_retention_policy" {
        for_each = var.soft_delete_days[*]

        content {
          days = delete_retention_policy.value
        }
      }

      dynamic "container_delete_retention_policy" {
        for_each = var.soft_delete_days[*]

        content {
          days = container_delete_retention_policy.value
        }
      }
    }
  }

  # For versions of blobs and not for the container, because Atlas writes .permissioncheck again before each export.
  dynamic "immutability_policy" {
    for_each = var.immutability_days[*]

    content {
      state                         = var.immutability_locked ? "Locked" : "Unlocked"
      period_since_creation_in_days = immutability_policy.value
      allow_protected_append_writes = false
    }
  }
}

resource "azurerm_storage_management_policy" "snapshots" {
  count              = length(var.delete_after_days) == 0 ? 0 : 1
  storage_account_id = azurerm_storage_account.snapshots.id

  dynamic "rule" {
    for_each = var.delete_after_days

    content {
      name    = "delete-${sha1(rule.key)}"
      enabled = true

      filters {
        blob_types   = ["blockBlob"]
        prefix_match = ["${azurerm_storage_container.snapshots.name}/${rule.key}"]
      }

      actions {
        base_blob {
          delete_after_days_since_modification_greater_than = rule.value
        }

        version {
          delete_after_days_since_creation = rule.value
        }
      }
    }
  }
}

resource "azurerm_storage_container" "snapshots" {
  name                  = var.container_name
  storage_account_id    = azurerm_storage_account.snapshots.id
  container_access_type = "private"
}

# On the account and not on the container: Atlas signs with a user delegation key, which only accounts have.
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

# No time_sleep: the provider waits until the new role is available. It also accepts the trailing slash of the endpoint.
module "export_bucket" {
  source = "../export_bucket"

  project_id     = var.project_id
  cloud_provider = "AZURE"
  bucket_name    = azurerm_storage_container.snapshots.name
  service_url    = azurerm_storage_account.snapshots.primary_blob_endpoint
  role_id        = mongodbatlas_cloud_provider_access_authorization.azure.role_id

  depends_on = [azurerm_role_assignment.atlas]
}
