# AWS and mongodbatlas are mocked. Atlas is the emulator. terraform init downloads both providers.
# Run with: terraform init && atlas-emulator -- terraform test

mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { bucket_region = "us-east-1" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/atlas" }
  }
}

mock_provider "mongodbatlas" {
  mock_resource "mongodbatlas_cloud_provider_access_setup" {
    defaults = {
      role_id = "65f0c1a2b3d4e5f601234aa1"
      aws_config = [{
        atlas_aws_account_arn          = "arn:aws:iam::536727724300:root"
        atlas_assumed_role_external_id = "2f3f9a51-8d7c-4f6e-9d0c-5a1b2c3d4e5f"
      }]
    }
  }
}

run "creates_a_private_bucket" {
  assert {
    condition     = aws_s3_bucket.snapshots.bucket == "atlas-snapshots-${var.project_id}" && !aws_s3_bucket.snapshots.force_destroy
    error_message = "The bucket does not have the id of the project in its name, or force_destroy is on."
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.snapshots.block_public_acls,
      aws_s3_bucket_public_access_block.snapshots.block_public_policy,
      aws_s3_bucket_public_access_block.snapshots.ignore_public_acls,
      aws_s3_bucket_public_access_block.snapshots.restrict_public_buckets,
    ])
    error_message = "Public access is not blocked."
  }
}

run "allows_only_atlas_to_write" {
  assert {
    condition     = strcontains(aws_iam_role.atlas.assume_role_policy, "arn:aws:iam::536727724300:root") && strcontains(aws_iam_role.atlas.assume_role_policy, "2f3f9a51-8d7c-4f6e-9d0c-5a1b2c3d4e5f")
    error_message = "The role does not trust Atlas with the project's external id."
  }

  assert {
    condition     = strcontains(aws_iam_role_policy.atlas.policy, "arn:aws:s3:::atlas-snapshots-${var.project_id}/*")
    error_message = "The policy does not allow access to the objects of the bucket."
  }
}

run "creates_the_export_bucket" {
  assert {
    condition     = can(regex("^[0-9a-f]{24}$", output.export_bucket_id)) && output.role_id == "65f0c1a2b3d4e5f601234aa1"
    error_message = "There is no export bucket with the role."
  }
}

run "requires_tls" {
  assert {
    condition     = strcontains(aws_s3_bucket_policy.snapshots.policy, "aws:SecureTransport") && !strcontains(aws_s3_bucket_policy.snapshots.policy, "s3:DeleteObject")
    error_message = "The bucket policy does not require TLS, or it denies deletes without may_delete."
  }

  assert {
    condition     = length(aws_s3_bucket_object_lock_configuration.snapshots) + length(aws_s3_bucket_server_side_encryption_configuration.snapshots) + length(aws_s3_bucket_lifecycle_configuration.snapshots) + length(aws_iam_role_policy.key) == 0
    error_message = "A protection is on that nobody has asked for."
  }
}

run "protects_the_objects" {
  variables {
    object_lock_days  = 30
    object_lock_mode  = "COMPLIANCE"
    kms_key_arn       = "arn:aws:kms:us-east-1:123456789012:key/2f3f9a51-8d7c-4f6e-9d0c-5a1b2c3d4e5f"
    delete_after_days = { "exported_snapshots/" = 400 }
    may_delete        = ["arn:aws:iam::123456789012:role/backup-admin"]
  }

  assert {
    condition     = aws_s3_bucket_versioning.snapshots[0].versioning_configuration[0].status == "Enabled"
    error_message = "The bucket keeps no versions."
  }

  assert {
    condition     = aws_s3_bucket_object_lock_configuration.snapshots[0].rule[0].default_retention[0].days == 30 && aws_s3_bucket_object_lock_configuration.snapshots[0].rule[0].default_retention[0].mode == "COMPLIANCE"
    error_message = "The objects are not locked for 30 days."
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.snapshots[0].rule).apply_server_side_encryption_by_default[0].kms_master_key_id == var.kms_key_arn
    error_message = "The bucket does not use the key."
  }

  assert {
    condition     = strcontains(aws_iam_role_policy.key[0].policy, var.kms_key_arn) && strcontains(aws_iam_role_policy.key[0].policy, "kms:GenerateDataKey")
    error_message = "The role may not use the key."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.snapshots[0].rule[0].filter[0].prefix == "exported_snapshots/" && aws_s3_bucket_lifecycle_configuration.snapshots[0].rule[0].expiration[0].days == 400
    error_message = "The objects are not deleted after 400 days."
  }

  assert {
    condition     = strcontains(aws_s3_bucket_policy.snapshots.policy, "s3:DeleteObject") && strcontains(aws_s3_bucket_policy.snapshots.policy, "role/backup-admin")
    error_message = "The bucket policy does not deny deletes to all others."
  }
}

run "rejects_a_lock_without_days" {
  command = plan

  variables {
    object_lock_days = 0
  }

  expect_failures = [var.object_lock_days]
}

run "rejects_an_unknown_mode" {
  command = plan

  variables {
    object_lock_mode = "LEGAL"
  }

  expect_failures = [var.object_lock_mode]
}

run "rejects_an_alias_of_a_key" {
  command = plan

  variables {
    kms_key_arn = "alias/snapshots"
  }

  expect_failures = [var.kms_key_arn]
}

run "rejects_a_deletion_after_half_a_day" {
  command = plan

  variables {
    delete_after_days = { "exported_snapshots/" = 0.5 }
  }

  expect_failures = [var.delete_after_days]
}

run "rejects_dots" {
  command = plan

  variables {
    name = "acme.snapshots"
  }

  expect_failures = [var.name]
}
