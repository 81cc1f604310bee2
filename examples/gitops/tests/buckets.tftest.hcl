# Creates and destroys the buckets of buckets.auto.tfvars on the emulator, before they are created in Atlas.
# Run with: atlas-emulator -- terraform test

run "creates_every_bucket" {
  assert {
    condition     = length(output.export_bucket_ids) == length(var.buckets)
    error_message = "A bucket is missing."
  }

  assert {
    condition     = alltrue([for bucket in atlasbackup_export_bucket.snapshots : bucket.region != null])
    error_message = "Atlas found no region."
  }
}

run "check_reports_a_region" {
  variables {
    regions = ["eu-west-1"]
  }

  expect_failures = [check.regions]
}
