output "exporting" {
  description = "The names of the clusters that export automatically."
  value       = toset(keys(atlasbackup_auto_export.this))
}

output "not_exporting" {
  description = "The other clusters of the project, and why each of them does not export."
  value       = tomap(local.not_exporting)
}
