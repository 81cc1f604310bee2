# A module that makes an export bucket on AWS, and its test: tests/export_bucket.tftest.hcl.

terraform {
  required_providers {
    atlasbackup = {
      source = "atlasbackup/atlasbackup"
    }
  }
}

variable "project_id" {
  type        = string
  description = "The Atlas project that exports its snapshots."
}

variable "iam_role_id" {
  type        = string
  description = "The Atlas id of the IAM role that may write to the bucket."
}

variable "team" {
  type        = string
  description = "Whose bucket it is; a part of its name."
}

resource "atlasbackup_export_bucket" "this" {
  project_id     = var.project_id
  cloud_provider = "AWS"
  bucket_name    = "${var.team}-atlas-snapshots"
  iam_role_id    = var.iam_role_id
}

output "id" {
  value = atlasbackup_export_bucket.this.id
}

output "region" {
  value = atlasbackup_export_bucket.this.region
}
