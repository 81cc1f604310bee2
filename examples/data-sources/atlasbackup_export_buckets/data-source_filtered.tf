# All export buckets on AWS with this role.
data "atlasbackup_export_buckets" "of_role" {
  project_id     = var.project_id
  cloud_provider = "AWS"
  iam_role_id    = "668c5f0ed436263134491592"
}
