# Run with: atlas-emulator -- terraform test
# The emulator gives the address, the credentials and the project id in the environment.

variables {
  iam_role_id = "64c0ffee00000000000000aa"
  team        = "payments"
}

run "makes_the_bucket" {
  assert {
    condition     = atlasbackup_export_bucket.this.bucket_name == "payments-atlas-snapshots"
    error_message = "The bucket is not named after its team."
  }

  assert {
    condition     = output.region == "us-east-1"
    error_message = "Atlas found no region."
  }
}

run "follows_the_team" {
  variables {
    team = "search"
  }

  assert {
    condition     = atlasbackup_export_bucket.this.bucket_name == "search-atlas-snapshots"
    error_message = "The bucket does not follow its team's name."
  }
}
