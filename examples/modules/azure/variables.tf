variable "project_id" {
  type        = string
  description = "The id of the Atlas project that exports its snapshots."
}

variable "resource_group_name" {
  type        = string
  description = "The resource group of the storage account."
}

variable "location" {
  type        = string
  description = "The Azure region of the storage account, such as westeurope."
}

variable "storage_account_name" {
  type        = string
  description = "The name of the storage account. It must be globally unique. The account is only for exported snapshots."

  validation {
    condition     = can(regex("^[a-z0-9]{3,24}$", var.storage_account_name))
    error_message = "A storage account name has 3 to 24 lower-case letters and digits."
  }
}

variable "container_name" {
  type        = string
  default     = "atlas-snapshots"
  description = "The name of the container."
}

variable "replication_type" {
  type        = string
  default     = "LRS"
  description = "How Azure replicates the storage account: LRS, ZRS, GRS, RAGRS, GZRS or RAGZRS."
}

variable "service_principal_id" {
  type        = string
  description = "The object id of Atlas' service principal in this tenant. There is one for each tenant. The module does not manage it."

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.service_principal_id))
    error_message = "The object id of a service principal is a UUID, in lower case."
  }
}

variable "atlas_azure_app_id" {
  type        = string
  default     = "9f2deb0d-be22-4524-a403-df531868bac0"
  description = "The id of Atlas' Azure application. Atlas shows it on the page for the service principal."
}

variable "soft_delete_days" {
  type        = number
  default     = null
  description = "For how many days Azure keeps deleted blobs and containers, 1 to 365. null for no soft delete."

  validation {
    condition     = var.soft_delete_days == null ? true : var.soft_delete_days >= 1 && var.soft_delete_days <= 365 && floor(var.soft_delete_days) == var.soft_delete_days
    error_message = "Write a whole number of days, 1 to 365, or null for no soft delete."
  }
}

variable "immutability_days" {
  type        = number
  default     = null
  description = "For how many days nobody can change or delete a version of a blob. null for no immutability. A change between null and a number replaces the storage account."

  validation {
    condition     = var.immutability_days == null ? true : var.immutability_days >= 1 && var.immutability_days <= 146000 && floor(var.immutability_days) == var.immutability_days
    error_message = "Write a whole number of days, 1 to 146000, or null for no immutability."
  }
}

variable "immutability_locked" {
  type        = bool
  default     = false
  description = "Whether nobody can shorten immutability_days. Apply false first. true cannot be undone: a change back replaces the storage account."
}

variable "delete_after_days" {
  type        = map(number)
  default     = {}
  description = "After how many days Azure deletes a blob, by the prefix of its name in the container, such as { \"exported_snapshots/\" = 400 }. If several prefixes match, the fewest days apply."

  validation {
    condition     = alltrue([for days in values(var.delete_after_days) : days >= 1 && floor(days) == days])
    error_message = "Write a whole number of days for each prefix, at least 1."
  }
}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of the storage account."
}
