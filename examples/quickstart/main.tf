# An export bucket on each cloud, and the automatic export of a cluster. The role ids are the ids that Atlas gives an
# IAM role, service principal or service account when it is authorized in the project. The defaults are for the
# emulator.

variable "project_id" {
  type        = string
  description = "The id of the Atlas project that exports its snapshots."
}

variable "aws_role_id" {
  type    = string
  default = "65f0c1a2b3d4e5f601234aa1"
}

variable "azure_role_id" {
  type    = string
  default = "65f0c1a2b3d4e5f601234aa2"
}

variable "gcp_role_id" {
  type    = string
  default = "65f0c1a2b3d4e5f601234aa3"
}

variable "private_networking" {
  type        = bool
  default     = false
  description = "Whether Atlas accesses the S3 bucket only over AWS PrivateLink."
}

variable "cluster_name" {
  type        = string
  default     = null
  description = "The name of a cluster whose monthly snapshots are exported to the S3 bucket. If it is null, no cluster is exported."
}

# Credentials come from the environment: MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET.
provider "atlasbackup" {}

resource "atlasbackup_export_bucket" "aws" {
  project_id                 = var.project_id
  cloud_provider             = "AWS"
  bucket_name                = "example-atlas-exports"
  iam_role_id                = var.aws_role_id
  require_private_networking = var.private_networking
}

resource "atlasbackup_export_bucket" "azure" {
  project_id     = var.project_id
  cloud_provider = "AZURE"
  bucket_name    = "atlas-exports"
  role_id        = var.azure_role_id
  service_url    = "https://exampleatlas.blob.core.windows.net"
}

resource "atlasbackup_export_bucket" "gcp" {
  project_id     = var.project_id
  cloud_provider = "GCP"
  bucket_name    = "example-atlas-exports-gcs"
  role_id        = var.gcp_role_id
}

# Atlas exports each new monthly snapshot of the cluster. One destroy switches this off and deletes the buckets.
resource "atlasbackup_auto_export" "cluster" {
  count = var.cluster_name == null ? 0 : 1

  project_id       = var.project_id
  cluster_name     = var.cluster_name
  export_bucket_id = atlasbackup_export_bucket.aws.id
  frequency_type   = "monthly"
}

data "atlasbackup_export_status" "cluster" {
  count = var.cluster_name == null ? 0 : 1

  project_id    = var.project_id
  cluster_names = [var.cluster_name]
  depends_on    = [atlasbackup_auto_export.cluster]
}

output "ids" {
  value = {
    aws   = atlasbackup_export_bucket.aws.id
    azure = atlasbackup_export_bucket.azure.id
    gcp   = atlasbackup_export_bucket.gcp.id
  }
}

output "aws_region" {
  description = "The region of the S3 bucket. Atlas finds it a few seconds after the export bucket is created."
  value       = atlasbackup_export_bucket.aws.region
}

output "export_status" {
  description = "Where the cluster exports to, and when it was last exported."
  value       = flatten(data.atlasbackup_export_status.cluster[*].results)
}
