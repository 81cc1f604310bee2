# Rejects plans that the pipeline must never apply, even if somebody has approved them. This configuration needs no
# provider and no other tool.

terraform {
  required_version = ">= 1.11"
}

variable "plan" {
  type        = string
  description = "The file with the output of `terraform show -json` for the plan."
}

variable "allowed" {
  type        = set(string)
  default     = []
  description = "The addresses of export buckets that the plan may delete, replace or forget."
}

locals {
  plan = jsondecode(file(var.plan))

  not_allowed = [
    for change in try(local.plan.resource_changes, []) : change
    if change.type == "atlasbackup_export_bucket" && !contains(var.allowed, change.address)
  ]

  lost      = [for change in local.not_allowed : change.address if contains(change.change.actions, "delete")]
  forgotten = [for change in local.not_allowed : change.address if contains(change.change.actions, "forget")]

  failed = [for check in try(local.plan.checks, []) : check.address.to_display if check.status == "fail"]
}

output "verdict" {
  value = "The plan may be applied."

  precondition {
    condition     = can(local.plan.format_version)
    error_message = "${var.plan} is not a plan."
  }

  precondition {
    condition     = length(local.lost) == 0
    error_message = "The plan deletes or replaces ${join(", ", local.lost)}. If this is intended, add the address to policy/allowed.auto.tfvars."
  }

  # destroy = false in a removed block, or in OpenTofu in the lifecycle of the resource.
  precondition {
    condition     = length(local.forgotten) == 0
    error_message = "The plan forgets ${join(", ", local.forgotten)}: Atlas keeps the bucket, and nothing manages it. If this is intended, add the address to policy/allowed.auto.tfvars."
  }

  precondition {
    condition     = length(local.failed) == 0
    error_message = "The plan fails ${join(", ", local.failed)}."
  }
}
