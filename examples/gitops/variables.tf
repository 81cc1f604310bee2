variable "project_id" {
  type        = string
  description = "The Atlas project that exports its snapshots."
}

variable "buckets" {
  type = map(object({
    bucket_name                = string
    role_id                    = string
    require_private_networking = optional(bool)
  }))
  description = "The S3 buckets that take the snapshots, and the Atlas ids of the roles that may write to them."
}

variable "regions" {
  type        = set(string)
  description = "The AWS regions in which snapshots may be kept."
}
