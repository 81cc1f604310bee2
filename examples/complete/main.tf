# From a cluster to files in your bucket: an export bucket, the automatic export of a cluster to it, and one export
# now. The check warns if the last export is older than 32 days.

variable "project_id" {
  type        = string
  description = "The id of the Atlas project that exports its snapshots."
}

variable "cluster_name" {
  type        = string
  default     = "orders"
  description = "The name of the cluster. It needs a snapshot that can be exported."
}

variable "role_id" {
  type        = string
  default     = "65f0c1a2b3d4e5f601234aa1"
  description = "The id that Atlas gave the AWS IAM role that may write to the bucket. The default is for the emulator."
}

# Credentials come from the environment: MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET.
provider "atlasbackup" {}

resource "atlasbackup_export_bucket" "snapshots" {
  project_id     = var.project_id
  cloud_provider = "AWS"
  bucket_name    = "example-atlas-exports"
  iam_role_id    = var.role_id
}

# Atlas exports each new monthly snapshot.
resource "atlasbackup_auto_export" "cluster" {
  project_id       = var.project_id
  cluster_name     = var.cluster_name
  export_bucket_id = atlasbackup_export_bucket.snapshots.id
  frequency_type   = "monthly"
}

# Export the newest snapshot now, and wait for it. A newer snapshot does not start another export.
resource "atlasbackup_export_job" "now" {
  project_id       = var.project_id
  cluster_name     = var.cluster_name
  export_bucket_id = atlasbackup_export_bucket.snapshots.id
}

check "cluster_is_exported" {
  data "atlasbackup_export_status" "cluster" {
    project_id    = var.project_id
    cluster_names = [var.cluster_name]
    max_age       = "768h" # 32 days
    depends_on    = [atlasbackup_export_job.now]
  }

  assert {
    condition     = try(data.atlasbackup_export_status.cluster.results[0].fresh, false)
    error_message = "Cluster ${var.cluster_name} has no export of the last 32 days, or its exports could not be read."
  }
}

output "prefix" {
  value       = atlasbackup_export_job.now.prefix
  description = "Where the files of the export are in the bucket."
}
