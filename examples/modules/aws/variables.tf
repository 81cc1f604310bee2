variable "project_id" {
  type        = string
  description = "The id of the Atlas project that exports its snapshots."
}

variable "name" {
  type        = string
  default     = null
  description = "The name of the S3 bucket and of the IAM role. Default: atlas-snapshots- and the project's id."

  validation {
    condition     = var.name == null ? true : !strcontains(var.name, ".")
    error_message = "Choose a name without dots: AWS PrivateLink does not serve S3 buckets with dots in their names."
  }
}

variable "require_private_networking" {
  type        = bool
  default     = null
  description = "Whether Atlas reaches the bucket over AWS PrivateLink alone. null leaves it as it is in Atlas."
}

variable "force_destroy" {
  type        = bool
  default     = false
  description = "Whether a destroy deletes the exported snapshots with the bucket. Otherwise it fails, because Atlas has written to the bucket. Must be applied before the destroy."
}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of the S3 bucket and the IAM role."
}
