# A Google Cloud Storage bucket, the role of Atlas' service account, and the export bucket.

resource "google_storage_bucket" "snapshots" {
  name                        = coalesce(var.name, "atlas-snapshots-${var.project_id}")
  location                    = var.location
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = var.force_destroy
  labels                      = var.labels

  dynamic "soft_delete_policy" {
    for_each = var.soft_delete_days[*]

    content {
      retention_duration_seconds = soft_delete_policy.value * 24 * 60 * 60
    }
  }

  dynamic "encryption" {
    for_each = var.kms_key_name[*]

    content {
      default_kms_key_name = encryption.value
    }
  }

  dynamic "lifecycle_rule" {
    for_each = var.delete_after_days

    content {
      action {
        type = "Delete"
      }

      condition {
        age            = lifecycle_rule.value
        matches_prefix = [lifecycle_rule.key]
      }
    }
  }
}

# Atlas creates a service account for the project.
resource "mongodbatlas_cloud_provider_access_setup" "gcp" {
  project_id    = var.project_id
  provider_name = "GCP"
}

resource "mongodbatlas_cloud_provider_access_authorization" "gcp" {
  project_id = var.project_id
  role_id    = mongodbatlas_cloud_provider_access_setup.gcp.role_id
}

resource "google_storage_bucket_iam_member" "atlas" {
  bucket = google_storage_bucket.snapshots.name
  role   = "roles/storage.objectUser"
  member = "serviceAccount:${mongodbatlas_cloud_provider_access_authorization.gcp.gcp[0].service_account_for_atlas}"
}

module "export_bucket" {
  source = "../export_bucket"

  project_id     = var.project_id
  cloud_provider = "GCP"
  bucket_name    = google_storage_bucket.snapshots.name
  role_id        = mongodbatlas_cloud_provider_access_authorization.gcp.role_id

  depends_on = [google_storage_bucket_iam_member.atlas]
}
