# Azure and mongodbatlas are mocked, Atlas is the emulator. terraform init downloads both providers.
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

run "makes_a_private_container" {
  assert {
    condition     = !azurerm_storage_account.snapshots.allow_nested_items_to_be_public && azurerm_storage_container.snapshots.container_access_type == "private"
    error_message = "The container can be public."
  }
}

run "lets_atlas_write_to_it" {
  assert {
    condition     = azurerm_role_assignment.atlas.scope == azurerm_storage_account.snapshots.id && azurerm_role_assignment.atlas.principal_id == var.service_principal_id
    error_message = "The role is not that of Atlas on the storage account."
  }

  assert {
    condition     = mongodbatlas_cloud_provider_access_authorization.azure.azure[0].tenant_id == "0f2f4f6f-1111-4222-8333-444455556666"
    error_message = "The role is authorized in another tenant."
  }
}

run "makes_the_export_bucket" {
  assert {
    condition     = can(regex("^[0-9a-f]{24}$", output.export_bucket_id)) && output.role_id == "65f0c1a2b3d4e5f601234aa2"
    error_message = "Atlas has no export bucket with the role."
  }
}

run "refuses_what_is_no_storage_account" {
  command = plan

  variables {
    storage_account_name = "acme-snapshots"
  }

  expect_failures = [var.storage_account_name]
}

run "refuses_what_is_no_object_id" {
  command = plan

  variables {
    service_principal_id = "MongoDB Atlas"
  }

  expect_failures = [var.service_principal_id]
}
