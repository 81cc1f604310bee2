resource "mongodbatlas_cloud_provider_access_setup" "aws" {
  project_id    = var.project_id
  provider_name = "AWS"
}

resource "aws_iam_role" "atlas" {
  name = "atlas-snapshot-export"

  assume_role_policy = provider::atlasbackup::assume_role_policy(
    mongodbatlas_cloud_provider_access_setup.aws.aws_config[0].atlas_aws_account_arn,
    mongodbatlas_cloud_provider_access_setup.aws.aws_config[0].atlas_assumed_role_external_id,
  )
}
