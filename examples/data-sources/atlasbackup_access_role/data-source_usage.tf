# The export buckets that use a role: as long as there are any, do not delete the role.
data "atlasbackup_access_role" "exports" {
  project_id           = var.project_id
  iam_assumed_role_arn = "arn:aws:iam::123456789012:role/atlas-snapshot-export"
}

output "export_buckets_of_the_role" {
  value = data.atlasbackup_access_role.exports.export_bucket_ids
}
