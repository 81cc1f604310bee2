# Run with: atlas-emulator -- terraform test
# The emulator sets the address, the credentials and the project id in the environment. Every S3 bucket is in
# us-east-1.

variables {
  cloud_provider = "AWS"
  bucket_name    = "acme-snapshots"
  role_id        = "65f0c1a2b3d4e5f601234aa1"
  region         = "us-east-1"
}

run "sets_iam_role_id" {
  assert {
    condition     = atlasbackup_export_bucket.this.iam_role_id == var.role_id && atlasbackup_export_bucket.this.role_id == null
    error_message = "The role is not in iam_role_id."
  }

  assert {
    condition     = output.region == "us-east-1" && output.bucket_name == "acme-snapshots"
    error_message = "The outputs do not have the region and the name of the bucket."
  }

  assert {
    condition     = output.import_id == "${var.project_id}/${output.id}"
    error_message = "The import id is not <project id>/<bucket id>."
  }
}

run "switches_private_networking_on" {
  variables {
    require_private_networking = true
  }

  assert {
    condition     = atlasbackup_export_bucket.this.require_private_networking
    error_message = "Private networking is not on."
  }
}

run "keeps_private_networking_if_omitted" {
  assert {
    condition     = atlasbackup_export_bucket.this.require_private_networking
    error_message = "Private networking was switched off, although the argument was omitted."
  }
}

run "allows_destroy_to_switch_auto_export_off" {
  assert {
    condition     = atlasbackup_export_bucket.this.disable_auto_export_on_destroy
    error_message = "A destroy would fail if a cluster exports to the bucket."
  }
}

run "reports_another_region" {
  variables {
    region = "eu-west-1"
  }

  expect_failures = [check.region]
}

run "passes_timeouts" {
  variables {
    timeouts = { create = "10m" }
  }

  assert {
    condition     = atlasbackup_export_bucket.this.timeouts.create == "10m" && atlasbackup_export_bucket.this.timeouts.delete == null
    error_message = "The resource does not have the timeouts."
  }
}
