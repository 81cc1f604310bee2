resource "aws_kms_key" "snapshots" {
  description = "Encrypts exported snapshots."
}

resource "aws_kms_key_policy" "snapshots" {
  key_id = aws_kms_key.snapshots.key_id
  policy = provider::atlasbackup::kms_key_policy(data.aws_caller_identity.current.account_id, [var.atlas_role_arn])
}
