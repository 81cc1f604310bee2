# The plan fails with this message until the role is authorized. Without the precondition the apply would wait for
# the role, until timeouts.create is over.
data "atlasbackup_access_role" "exports" {
  project_id = var.project_id
  role_id    = "668c5f0ed436263134491592"
}

resource "atlasbackup_export_bucket" "snapshots" {
  project_id     = var.project_id
  cloud_provider = data.atlasbackup_access_role.exports.cloud_provider
  bucket_name    = "acme-atlas-snapshots"
  iam_role_id    = data.atlasbackup_access_role.exports.role_id

  lifecycle {
    precondition {
      condition     = data.atlasbackup_access_role.exports.ready
      error_message = "The role ${data.atlasbackup_access_role.exports.role_id} is not authorized in Atlas yet."
    }
  }
}
