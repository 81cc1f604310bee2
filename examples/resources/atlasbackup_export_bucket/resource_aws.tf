# iam_role_id is the id of the role in Atlas, not its ARN.
resource "atlasbackup_export_bucket" "aws" {
  project_id     = var.project_id
  cloud_provider = "AWS"
  bucket_name    = "acme-atlas-snapshots"
  iam_role_id    = mongodbatlas_cloud_provider_access_authorization.aws.role_id
}
