# An export bucket on each cloud. The role ids are those that Atlas gives an IAM role, service
# principal or service account once it is authorized in the project; the defaults suit the emulator.

variable "project_id" {
  type        = string
  description = "The Atlas project that exports its snapshots."
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
  description = "Whether exports reach the S3 bucket over AWS PrivateLink only."
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

output "ids" {
  value = {
    aws   = atlasbackup_export_bucket.aws.id
    azure = atlasbackup_export_bucket.azure.id
    gcp   = atlasbackup_export_bucket.gcp.id
  }
}

output "aws_region" {
  description = "Where the S3 bucket is. Atlas finds it out a few seconds after the bucket is made."
  value       = atlasbackup_export_bucket.aws.region
}
