# Export to one bucket every cluster of the project that can export. If a cluster is added later, the next plan includes
# it.
data "atlasbackup_clusters" "all" {
  project_id = var.project_id
}

resource "atlasbackup_auto_export" "all" {
  for_each = toset([for cluster in data.atlasbackup_clusters.all.results : cluster.name if cluster.can_export])

  project_id       = var.project_id
  cluster_name     = each.key
  export_bucket_id = var.export_bucket_id
  frequency_type   = "monthly"
}
