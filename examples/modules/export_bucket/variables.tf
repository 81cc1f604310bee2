variable "project_id" {
  type        = string
  description = "The id of the Atlas project that exports its snapshots."
}

variable "cloud_provider" {
  type        = string
  description = "The cloud of the storage: AWS, AZURE or GCP."
}

variable "bucket_name" {
  type        = string
  description = "The name of the S3 bucket, the Azure container or the Google Cloud bucket."
}

variable "role_id" {
  type        = string
  description = "The Atlas id of the role that may write to the storage: role_id of mongodbatlas_cloud_provider_access_authorization, on every cloud."
}

variable "service_url" {
  type        = string
  default     = null
  description = "The blob endpoint of the storage account. Azure only."
}

variable "region" {
  type        = string
  default     = null
  description = "The AWS region of the S3 bucket, such as us-east-1. A check compares it with the region that Atlas finds."
}

variable "require_private_networking" {
  type        = bool
  default     = null
  description = "Whether Atlas accesses the bucket only over AWS PrivateLink. null keeps the value in Atlas."
}

variable "disable_auto_export_on_destroy" {
  type        = bool
  default     = true
  description = "Whether a destroy switches off the auto export of clusters that export to the bucket. If false, the destroy of such a bucket fails."
}

variable "timeouts" {
  type = object({
    create = optional(string)
    read   = optional(string)
    update = optional(string)
    delete = optional(string)
  })
  default     = null
  description = "Time limits of the operations, such as { create = \"10m\" }."
}
