# Export again for each release: the newest snapshot at that time.
resource "atlasbackup_export_job" "release" {
  project_id       = var.project_id
  cluster_name     = "orders"
  export_bucket_id = var.export_bucket_id

  triggers = {
    release = var.release
  }

  timeouts = {
    create = "48h"
  }
}
