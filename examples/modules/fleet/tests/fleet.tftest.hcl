# Run with: atlas-emulator -cluster orders -cluster payments -- terraform test
# The emulator sets the address, the credentials and the project id in the environment. The project has these two
# clusters.

variables {
  frequency_type = "monthly"
}

run "export_bucket" {
  module {
    source = "./tests/export_bucket"
  }
}

run "exports_every_cluster" {
  variables {
    export_bucket_id = run.export_bucket.id
  }

  assert {
    condition     = output.exporting == toset(["orders", "payments"]) && length(output.not_exporting) == 0
    error_message = "Not every cluster exports."
  }

  assert {
    condition     = alltrue([for export in atlasbackup_auto_export.this : export.export_bucket_id == var.export_bucket_id && export.frequency_type == "monthly"])
    error_message = "A cluster exports to another bucket, or other snapshots."
  }
}

run "leaves_exceptions_out" {
  variables {
    export_bucket_id = run.export_bucket.id
    except           = ["payments"]
  }

  assert {
    condition     = output.exporting == toset(["orders"]) && output.not_exporting == tomap({ payments = "it is in except" })
    error_message = "The exception exports, or the outputs do not have it."
  }
}

run "reports_a_name_in_except_that_no_cluster_has" {
  command = plan

  variables {
    export_bucket_id = run.export_bucket.id
    except           = ["payment"]
  }

  expect_failures = [check.except]
}

run "puts_names_into_the_prefix" {
  variables {
    export_bucket_id                         = run.export_bucket.id
    use_org_and_group_names_in_export_prefix = true
  }

  assert {
    condition     = alltrue([for export in atlasbackup_auto_export.this : export.use_org_and_group_names_in_export_prefix])
    error_message = "The path of exported files has ids."
  }
}

run "keeps_names_in_the_prefix_if_omitted" {
  variables {
    export_bucket_id = run.export_bucket.id
  }

  assert {
    condition     = alltrue([for export in atlasbackup_auto_export.this : export.use_org_and_group_names_in_export_prefix])
    error_message = "The path of exported files has ids, although the argument was omitted."
  }
}
