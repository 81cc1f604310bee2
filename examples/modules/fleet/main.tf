# The automatic exports of a project's clusters to one export bucket: of every cluster that can export, except those in
# except.

data "atlasbackup_clusters" "all" {
  project_id = var.project_id
}

locals {
  clusters = { for cluster in data.atlasbackup_clusters.all.results : cluster.name => cluster }

  not_exporting = {
    for name, cluster in local.clusters : name => cluster.can_export ? "it is in except" : cluster.reason
    if !cluster.can_export || contains(var.except, name)
  }
}

resource "atlasbackup_auto_export" "this" {
  for_each = setsubtract(keys(local.clusters), keys(local.not_exporting))

  project_id                               = var.project_id
  cluster_name                             = each.key
  export_bucket_id                         = var.export_bucket_id
  frequency_type                           = var.frequency_type
  use_org_and_group_names_in_export_prefix = var.use_org_and_group_names_in_export_prefix
}

# With a misspelled name in except, a cluster would be exported that should not be.
check "except" {
  assert {
    condition     = length(setsubtract(var.except, keys(local.clusters))) == 0
    error_message = "The project has no cluster ${join(", ", setsubtract(var.except, keys(local.clusters)))}. Check the names in except."
  }
}
