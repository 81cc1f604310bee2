# Google Cloud and mongodbatlas are mocked, Atlas is the emulator. terraform init downloads both providers.
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

run "makes_a_private_bucket" {
  assert {
    condition     = google_storage_bucket.snapshots.name == "atlas-snapshots-${var.project_id}" && !google_storage_bucket.snapshots.force_destroy
    error_message = "The bucket is not named after the project, or would be deleted with its snapshots."
  }

  assert {
    condition     = google_storage_bucket.snapshots.uniform_bucket_level_access && google_storage_bucket.snapshots.public_access_prevention == "enforced"
    error_message = "Public access is not prevented."
  }
}

run "lets_atlas_write_to_it" {
  assert {
    condition     = google_storage_bucket_iam_member.atlas.member == "serviceAccount:atlas@example.iam.gserviceaccount.com" && google_storage_bucket_iam_member.atlas.bucket == google_storage_bucket.snapshots.name
    error_message = "The role is not that of Atlas on the bucket."
  }
}

run "makes_the_export_bucket" {
  assert {
    condition     = can(regex("^[0-9a-f]{24}$", output.export_bucket_id)) && output.role_id == "65f0c1a2b3d4e5f601234aa3"
    error_message = "Atlas has no export bucket with the role."
  }
}
