# The clusters that cannot export, and why.
data "atlasbackup_clusters" "all" {
  project_id = var.project_id
}

output "cannot_export" {
  value = { for cluster in data.atlasbackup_clusters.all.results : cluster.name => cluster.reason if !cluster.can_export }
}
