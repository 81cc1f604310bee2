# AWS and mongodbatlas are mocked, Atlas is the emulator. terraform init downloads both providers.
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

run "makes_a_private_bucket" {
  assert {
    condition     = aws_s3_bucket.snapshots.bucket == "atlas-snapshots-${var.project_id}" && !aws_s3_bucket.snapshots.force_destroy
    error_message = "The bucket is not named after the project, or would be deleted with its snapshots."
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

run "lets_atlas_alone_write_to_it" {
  assert {
    condition     = strcontains(aws_iam_role.atlas.assume_role_policy, "arn:aws:iam::536727724300:root") && strcontains(aws_iam_role.atlas.assume_role_policy, "2f3f9a51-8d7c-4f6e-9d0c-5a1b2c3d4e5f")
    error_message = "The role does not trust Atlas with the project's external id."
  }

  assert {
    condition     = strcontains(aws_iam_role_policy.atlas.policy, "arn:aws:s3:::atlas-snapshots-${var.project_id}/*")
    error_message = "The policy is not about the bucket's objects."
  }
}

run "makes_the_export_bucket" {
  assert {
    condition     = can(regex("^[0-9a-f]{24}$", output.export_bucket_id)) && output.role_id == "65f0c1a2b3d4e5f601234aa1"
    error_message = "Atlas has no export bucket with the role."
  }
}

run "refuses_dots" {
  command = plan

  variables {
    name = "acme.snapshots"
  }

  expect_failures = [var.name]
}
