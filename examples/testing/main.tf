# A module that creates an export bucket on AWS. Its test is tests/export_bucket.tftest.hcl.

terraform {
  required_providers {
    atlasbackup = {
      source = "atlasbackup/atlasbackup"
    }
  }
}

variable "project_id" {
  type        = string
  description = "The id of the Atlas project that exports its snapshots."
}

variable "iam_role_id" {
  type        = string
  description = "The Atlas id of the IAM role that may write to the bucket."
}

variable "team" {
  type        = string
  description = "The team that owns the bucket. It is part of the name of the bucket."
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
