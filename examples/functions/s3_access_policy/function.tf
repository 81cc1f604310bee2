resource "aws_iam_role_policy" "atlas" {
  role   = aws_iam_role.atlas.id
  policy = provider::atlasbackup::s3_access_policy(aws_s3_bucket.snapshots.bucket)
}

# A bucket in another AWS partition.
resource "aws_iam_role_policy" "atlas_in_govcloud" {
  role   = aws_iam_role.atlas_in_govcloud.id
  policy = provider::atlasbackup::s3_access_policy(aws_s3_bucket.in_govcloud.bucket, "aws-us-gov")
}
