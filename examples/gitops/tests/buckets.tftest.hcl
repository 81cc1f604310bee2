# What is in buckets.auto.tfvars is made, changed and destroyed on a local Atlas, before it is made in the
# real one. Run with: atlas-emulator -- terraform test

run "atlas_takes_every_bucket" {
  assert {
    condition     = length(output.export_bucket_ids) == length(var.buckets)
    error_message = "A bucket is missing."
  }

  assert {
    condition     = alltrue([for bucket in atlasbackup_export_bucket.snapshots : bucket.region != null])
    error_message = "Atlas found no region."
  }
}

run "the_check_notices_a_region" {
  variables {
    regions = ["eu-west-1"]
  }

  expect_failures = [check.regions]
}
