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
  description = "The name of the storage account, which no other account in the world has. It holds exported snapshots alone."

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
  description = "The object id of Atlas' service principal in this tenant. A tenant has one, which the module neither makes nor deletes."

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.service_principal_id))
    error_message = "The object id of a service principal is a UUID, in lower case."
  }
}

variable "atlas_azure_app_id" {
  type        = string
  default     = "9f2deb0d-be22-4524-a403-df531868bac0"
  description = "The id of Atlas' Azure application. Atlas shows it where it asks for the service principal."
}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of the storage account."
}
