# This is in the AWS account of the bucket. The role may be in another account.
resource "aws_s3_bucket_policy" "snapshots" {
  bucket = aws_s3_bucket.snapshots.bucket

  policy = provider::atlasbackup::s3_bucket_policy(
    aws_s3_bucket.snapshots.bucket,
    [var.atlas_role_arn],
    "arn:aws:iam::210987654321:role/backup-admin",
  )
}
