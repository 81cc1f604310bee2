# An S3 bucket, the IAM role that Atlas acts as, and the export bucket.

locals {
  name = coalesce(var.name, "atlas-snapshots-${var.project_id}")
}

data "aws_partition" "current" {}

resource "aws_s3_bucket" "snapshots" {
  bucket        = local.name
  force_destroy = var.force_destroy
  tags          = var.tags
}

resource "aws_s3_bucket_public_access_block" "snapshots" {
  bucket                  = aws_s3_bucket.snapshots.bucket
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# Atlas says which of its AWS accounts will come, and with which external id.
resource "mongodbatlas_cloud_provider_access_setup" "aws" {
  project_id    = var.project_id
  provider_name = "AWS"
}

resource "aws_iam_role" "atlas" {
  name = local.name
  tags = var.tags

  assume_role_policy = provider::atlasbackup::assume_role_policy(
    mongodbatlas_cloud_provider_access_setup.aws.aws_config[0].atlas_aws_account_arn,
    mongodbatlas_cloud_provider_access_setup.aws.aws_config[0].atlas_assumed_role_external_id,
  )
}

resource "aws_iam_role_policy" "atlas" {
  name   = "write-snapshots"
  role   = aws_iam_role.atlas.name
  policy = provider::atlasbackup::s3_access_policy(aws_s3_bucket.snapshots.bucket, data.aws_partition.current.partition)
}

resource "mongodbatlas_cloud_provider_access_authorization" "aws" {
  project_id = var.project_id
  role_id    = mongodbatlas_cloud_provider_access_setup.aws.role_id

  aws {
    iam_assumed_role_arn = aws_iam_role.atlas.arn
  }
}

# No sleep: the provider waits until AWS has spread the role.
module "export_bucket" {
  source = "../export_bucket"

  project_id                 = var.project_id
  cloud_provider             = "AWS"
  bucket_name                = aws_s3_bucket.snapshots.bucket
  role_id                    = mongodbatlas_cloud_provider_access_authorization.aws.role_id
  region                     = aws_s3_bucket.snapshots.bucket_region
  require_private_networking = var.require_private_networking

  depends_on = [aws_iam_role_policy.atlas]
}
