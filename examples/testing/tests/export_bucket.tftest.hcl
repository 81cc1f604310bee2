# Run with: atlas-emulator -- terraform test
# The emulator sets the address, the credentials and the project id in the environment. Each release has an archive of it:
# https://github.com/atlasbackup/terraform-provider-atlasbackup/releases

variables {
  iam_role_id = "64c0ffee00000000000000aa"
  team        = "payments"
}

run "creates_the_bucket" {
  assert {
    condition     = atlasbackup_export_bucket.this.bucket_name == "payments-atlas-snapshots"
    error_message = "The name of the bucket does not have the team."
  }

  assert {
    condition     = output.region == "us-east-1"
    error_message = "Atlas found no region."
  }
}

run "replaces_the_bucket_for_another_team" {
  variables {
    team = "search"
  }

  assert {
    condition     = atlasbackup_export_bucket.this.bucket_name == "search-atlas-snapshots"
    error_message = "The name of the bucket does not have the new team."
  }
}
