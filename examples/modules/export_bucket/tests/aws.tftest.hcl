# Run with: atlas-emulator -- terraform test
# The emulator gives the address, the credentials and the project id in the environment, and every S3
# bucket is in us-east-1.

variables {
  cloud_provider = "AWS"
  bucket_name    = "acme-snapshots"
  role_id        = "65f0c1a2b3d4e5f601234aa1"
  region         = "us-east-1"
}

run "the_role_is_an_iam_role" {
  assert {
    condition     = atlasbackup_export_bucket.this.iam_role_id == var.role_id && atlasbackup_export_bucket.this.role_id == null
    error_message = "The role is not where AWS has it."
  }

  assert {
    condition     = output.region == "us-east-1" && output.bucket_name == "acme-snapshots"
    error_message = "The outputs do not say where the bucket is."
  }

  assert {
    condition     = output.import_id == "${var.project_id}/${output.id}"
    error_message = "The import id is not made of the project's id and the bucket's."
  }
}

run "private_networking_is_switched_on" {
  variables {
    require_private_networking = true
  }

  assert {
    condition     = atlasbackup_export_bucket.this.require_private_networking
    error_message = "Private networking is not on."
  }
}

run "what_is_not_said_stays" {
  assert {
    condition     = atlasbackup_export_bucket.this.require_private_networking
    error_message = "Private networking went off without a word."
  }
}

run "a_destroy_may_switch_auto_export_off" {
  assert {
    condition     = atlasbackup_export_bucket.this.disable_auto_export_on_destroy
    error_message = "A cluster that exports to the bucket would keep it from being destroyed."
  }
}

run "another_region_is_noticed" {
  variables {
    region = "eu-west-1"
  }

  expect_failures = [check.region]
}

run "timeouts_are_passed_on" {
  variables {
    timeouts = { create = "10m" }
  }

  assert {
    condition     = atlasbackup_export_bucket.this.timeouts.create == "10m" && atlasbackup_export_bucket.this.timeouts.delete == null
    error_message = "The resource does not have the time-outs."
  }
}
