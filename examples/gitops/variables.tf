variable "project_id" {
  type        = string
  description = "The id of the Atlas project that exports its snapshots."
}

variable "buckets" {
  type = map(object({
    bucket_name                = string
    role_id                    = string
    require_private_networking = optional(bool)
  }))
  description = "The S3 buckets for the snapshots, and the Atlas ids of the roles that may write to them."
}

variable "regions" {
  type        = set(string)
  description = "The AWS regions in which snapshots may be stored."
}

variable "max_export_age" {
  type        = string
  default     = null
  description = "How old the last export of a cluster may be, such as 768h (32 days). If it is null, exports are not checked."
}
