output "export_bucket_id" {
  description = "The id of the export bucket, for export_bucket_id of atlasbackup_auto_export."
  value       = module.export_bucket.id
}

output "role_id" {
  description = "The Atlas id of the role, for further export buckets."
  value       = mongodbatlas_cloud_provider_access_authorization.aws.role_id
}

output "iam_role_arn" {
  description = "The ARN of the IAM role that Atlas assumes, for policies of other buckets and keys."
  value       = aws_iam_role.atlas.arn
}

output "bucket_arn" {
  description = "The ARN of the S3 bucket."
  value       = aws_s3_bucket.snapshots.arn
}
