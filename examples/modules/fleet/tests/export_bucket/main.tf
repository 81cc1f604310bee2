# The export bucket of the tests. The module expects an existing one.

terraform {
  required_providers {
    atlasbackup = {
      source = "atlasbackup/atlasbackup"
    }
  }
}

variable "project_id" {
  type        = string
  description = "The id of the Atlas project."
}

resource "atlasbackup_export_bucket" "snapshots" {
  project_id     = var.project_id
  cloud_provider = "AWS"
  bucket_name    = "acme-snapshots"
  iam_role_id    = "65f0c1a2b3d4e5f601234aa1"
}

output "id" {
  value = atlasbackup_export_bucket.snapshots.id
}
