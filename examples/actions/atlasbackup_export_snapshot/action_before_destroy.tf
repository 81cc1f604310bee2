# Take a last snapshot of a cluster and export it before the cluster is destroyed, in Terraform 1.16 or later. In your
# configuration, terraform_data is the resource of the cluster.
#
# Destroy the cluster with keep_cluster = false and an apply: a failed export then ends the apply, and the cluster stays.
#
# - terraform destroy exports too, but a failed export is only a warning there: Terraform destroys the cluster.
# - If the block of the resource itself is removed, its action_trigger is removed with it: Terraform destroys the cluster
#   without an export. Remove the block only after the cluster has been destroyed.
action "atlasbackup_export_snapshot" "last" {
  config {
    project_id       = var.project_id
    cluster_name     = "orders"
    export_bucket_id = var.export_bucket_id

    take_snapshot = {
      description = "before the destroy"
    }
  }
}

variable "keep_cluster" {
  type    = bool
  default = true
}

resource "terraform_data" "cluster" {
  count = var.keep_cluster ? 1 : 0
  input = "orders"

  lifecycle {
    action_trigger {
      events  = [before_destroy]
      actions = [action.atlasbackup_export_snapshot.last]
    }
  }
}
