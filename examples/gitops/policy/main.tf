# What the pipeline refuses to apply, whoever has approved it. It needs neither a provider nor any other
# tool.

terraform {
  required_version = ">= 1.11"
}

variable "plan" {
  type        = string
  description = "The file with what `terraform show -json` printed of the plan."
}

variable "allowed" {
  type        = set(string)
  default     = []
  description = "The addresses of export buckets that the plan may delete or replace."
}

locals {
  plan = jsondecode(file(var.plan))

  lost = [
    for change in try(local.plan.resource_changes, []) : change.address
    if change.type == "atlasbackup_export_bucket" && contains(change.change.actions, "delete") && !contains(var.allowed, change.address)
  ]

  failed = [for check in try(local.plan.checks, []) : check.address.to_display if check.status == "fail"]
}

output "verdict" {
  value = "The plan may be applied."

  precondition {
    condition     = can(local.plan.format_version)
    error_message = "${var.plan} is no plan."
  }

  precondition {
    condition     = length(local.lost) == 0
    error_message = "The plan deletes or replaces ${join(", ", local.lost)}. If that is meant, add the address to policy/allowed.auto.tfvars."
  }

  precondition {
    condition     = length(local.failed) == 0
    error_message = "The plan fails ${join(", ", local.failed)}."
  }
}
