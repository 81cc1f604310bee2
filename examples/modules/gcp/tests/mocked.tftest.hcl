# Google Cloud and mongodbatlas are mocked. Atlas is the emulator. terraform init downloads both providers.
# Run with: terraform init && atlas-emulator -- terraform test

mock_provider "google" {}

mock_provider "mongodbatlas" {
  mock_resource "mongodbatlas_cloud_provider_access_setup" {
    defaults = { role_id = "65f0c1a2b3d4e5f601234aa3" }
  }

  mock_resource "mongodbatlas_cloud_provider_access_authorization" {
    defaults = { gcp = [{ service_account_for_atlas = "atlas@example.iam.gserviceaccount.com" }] }
  }
}

variables {
  location = "europe-west1"
}

run "creates_a_private_bucket" {
  assert {
    condition     = google_storage_bucket.snapshots.name == "atlas-snapshots-${var.project_id}" && !google_storage_bucket.snapshots.force_destroy
    error_message = "The bucket does not have the id of the project in its name, or force_destroy is on."
  }

  assert {
    condition     = google_storage_bucket.snapshots.uniform_bucket_level_access && google_storage_bucket.snapshots.public_access_prevention == "enforced"
    error_message = "Public access is not prevented."
  }
}

run "allows_atlas_to_write" {
  assert {
    condition     = google_storage_bucket_iam_member.atlas.member == "serviceAccount:atlas@example.iam.gserviceaccount.com" && google_storage_bucket_iam_member.atlas.bucket == google_storage_bucket.snapshots.name
    error_message = "The role is not for the service account of Atlas on this bucket."
  }
}

run "creates_the_export_bucket" {
  assert {
    condition     = can(regex("^[0-9a-f]{24}$", output.export_bucket_id)) && output.role_id == "65f0c1a2b3d4e5f601234aa3"
    error_message = "There is no export bucket with the role."
  }
}

run "protects_the_objects" {
  variables {
    soft_delete_days  = 30
    kms_key_name      = "projects/acme/locations/europe-west1/keyRings/backups/cryptoKeys/snapshots"
    delete_after_days = { "exported_snapshots/" = 400 }
  }

  assert {
    condition     = google_storage_bucket.snapshots.soft_delete_policy[0].retention_duration_seconds == 2592000
    error_message = "Deleted objects are not kept for 30 days."
  }

  assert {
    condition     = google_storage_bucket.snapshots.encryption[0].default_kms_key_name == var.kms_key_name
    error_message = "The bucket does not use the key."
  }

  assert {
    condition     = one(google_storage_bucket.snapshots.lifecycle_rule[0].condition).age == 400
    error_message = "The objects are not deleted after 400 days."
  }
}

run "rejects_what_google_cloud_rejects" {
  command = plan

  variables {
    soft_delete_days  = 3
    kms_key_name      = "snapshots"
    delete_after_days = { "exported_snapshots/" = 0.5 }
  }

  expect_failures = [var.soft_delete_days, var.kms_key_name, var.delete_after_days]
}
