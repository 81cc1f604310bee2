# An S3 bucket, the IAM role that Atlas assumes, and the export bucket.

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

# Requires TLS. With var.may_delete, only these roles and users may delete what Atlas has written.
resource "aws_s3_bucket_policy" "snapshots" {
  bucket = aws_s3_bucket.snapshots.bucket
  policy = provider::atlasbackup::s3_bucket_policy(aws_s3_bucket.snapshots.bucket, [aws_iam_role.atlas.arn], var.may_delete...)

  depends_on = [aws_s3_bucket_public_access_block.snapshots]
}

# Object Lock needs versions. Atlas writes .permissioncheck again before each export, as a new version.
resource "aws_s3_bucket_versioning" "snapshots" {
  count  = var.object_lock_days == null ? 0 : 1
  bucket = aws_s3_bucket.snapshots.bucket

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "snapshots" {
  count  = var.object_lock_days == null ? 0 : 1
  bucket = aws_s3_bucket_versioning.snapshots[0].bucket

  rule {
    default_retention {
      mode = var.object_lock_mode
      days = var.object_lock_days
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "snapshots" {
  count  = var.kms_key_arn == null ? 0 : 1
  bucket = aws_s3_bucket.snapshots.bucket

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "snapshots" {
  count  = length(var.delete_after_days) == 0 ? 0 : 1
  bucket = aws_s3_bucket.snapshots.bucket

  dynamic "rule" {
    for_each = var.delete_after_days

    content {
      id     = "delete ${rule.key}"
      status = "Enabled"

      filter {
        prefix = rule.key
      }

      expiration {
        days = rule.value
      }

      noncurrent_version_expiration {
        noncurrent_days = 1
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.snapshots]
}

# Atlas returns its AWS account and the external id for the trust policy.
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

resource "aws_iam_role_policy" "key" {
  count = var.kms_key_arn == null ? 0 : 1
  name  = "use-key"
  role  = aws_iam_role.atlas.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["kms:GenerateDataKey", "kms:Decrypt"]
      Resource = var.kms_key_arn
    }]
  })
}

resource "mongodbatlas_cloud_provider_access_authorization" "aws" {
  project_id = var.project_id
  role_id    = mongodbatlas_cloud_provider_access_setup.aws.role_id

  aws {
    iam_assumed_role_arn = aws_iam_role.atlas.arn
  }
}

# No time_sleep: the provider waits until the new role is available.
module "export_bucket" {
  source = "../export_bucket"

  project_id                 = var.project_id
  cloud_provider             = "AWS"
  bucket_name                = aws_s3_bucket.snapshots.bucket
  role_id                    = mongodbatlas_cloud_provider_access_authorization.aws.role_id
  region                     = aws_s3_bucket.snapshots.bucket_region
  require_private_networking = var.require_private_networking

  depends_on = [
    aws_iam_role_policy.atlas,
    aws_iam_role_policy.key,
    aws_s3_bucket_object_lock_configuration.snapshots,
    aws_s3_bucket_policy.snapshots,
    aws_s3_bucket_server_side_encryption_configuration.snapshots,
  ]
}
