output "container" {
  value = provider::atlasbackup::parse_azure_service_url("https://acmebackups.blob.core.windows.net/snapshots")
}
