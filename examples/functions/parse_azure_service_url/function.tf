# { storage_account = "acmebackups", container = "snapshots" }
output "place" {
  value = provider::atlasbackup::parse_azure_service_url("https://acmebackups.blob.core.windows.net/snapshots")
}
