# Azure and mongodbatlas are mocked. Atlas is the emulator. terraform init downloads both providers.
# Run with: terraform init && atlas-emulator -- terraform test

mock_provider "azurerm" {
  mock_data "azurerm_client_config" {
    defaults = { tenant_id = "0f2f4f6f-1111-4222-8333-444455556666" }
  }

  mock_resource "azurerm_storage_account" {
    defaults = {
      id                    = "/subscriptions/0f2f4f6f-1111-4222-8333-444455556667/resourceGroups/backups/providers/Microsoft.Storage/storageAccounts/acmesnapshots"
      primary_blob_endpoint = "https://acmesnapshots.blob.core.windows.net/"
    }
  }
}

mock_provider "mongodbatlas" {
  mock_resource "mongodbatlas_cloud_provider_access_setup" {
    defaults = { role_id = "65f0c1a2b3d4e5f601234aa2" }
  }
}

variables {
  resource_group_name  = "backups"
  location             = "westeurope"
  storage_account_name = "acmesnapshots"
  service_principal_id = "22f1d2a6-d0e9-482a-83a4-b8dd7dddc2c1"
}

run "creates_a_private_container" {
  assert {
    condition     = !azurerm_storage_account.snapshots.allow_nested_items_to_be_public && azurerm_storage_container.snapshots.container_access_type == "private"
    error_message = "The container can be public."
  }
}

run "allows_atlas_to_write" {
  assert {
    condition     = azurerm_role_assignment.atlas.scope == azurerm_storage_account.snapshots.id && azurerm_role_assignment.atlas.principal_id == var.service_principal_id
    error_message = "The role is not for the service principal of Atlas on this storage account."
  }

  assert {
    condition     = mongodbatlas_cloud_provider_access_authorization.azure.azure[0].tenant_id == "0f2f4f6f-1111-4222-8333-444455556666"
    error_message = "The role is authorized in another tenant."
  }
}

run "creates_the_export_bucket" {
  assert {
    condition     = can(regex("^[0-9a-f]{24}$", output.export_bucket_id)) && output.role_id == "65f0c1a2b3d4e5f601234aa2"
    error_message = "There is no export bucket with the role."
  }
}

run "protects_nothing_without_being_asked" {
  assert {
    condition     = length(azurerm_storage_account.snapshots.immutability_policy) + length(azurerm_storage_management_policy.snapshots) == 0
    error_message = "A protection is on that nobody has asked for."
  }
}

run "protects_the_blobs" {
  variables {
    soft_delete_days  = 14
    immutability_days = 30
    delete_after_days = { "exported_snapshots/" = 400 }
  }

  assert {
    condition     = azurerm_storage_account.snapshots.blob_properties[0].versioning_enabled && azurerm_storage_account.snapshots.immutability_policy[0].period_since_creation_in_days == 30 && azurerm_storage_account.snapshots.immutability_policy[0].state == "Unlocked"
    error_message = "The versions of blobs are not immutable for 30 days."
  }

  assert {
    condition     = azurerm_storage_account.snapshots.blob_properties[0].delete_retention_policy[0].days == 14 && azurerm_storage_account.snapshots.blob_properties[0].container_delete_retention_policy[0].days == 14
    error_message = "Deleted blobs and containers are not kept for 14 days."
  }

  assert {
    condition     = contains(azurerm_storage_management_policy.snapshots[0].rule[0].filters[0].prefix_match, "atlas-snapshots/exported_snapshots/")
    error_message = "The rule is not for the prefix in the container."
  }
}

run "rejects_half_a_day" {
  command = plan

  variables {
    soft_delete_days  = 0.5
    immutability_days = 0.5
    delete_after_days = { "exported_snapshots/" = 0.5 }
  }

  expect_failures = [var.soft_delete_days, var.immutability_days, var.delete_after_days]
}

run "rejects_an_invalid_storage_account_name" {
  command = plan

  variables {
    storage_account_name = "acme-snapshots"
  }

  expect_failures = [var.storage_account_name]
}

run "rejects_an_invalid_object_id" {
  command = plan

  variables {
    service_principal_id = "MongoDB Atlas"
  }

  expect_failures = [var.service_principal_id]
}
