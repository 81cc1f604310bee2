variable "project_id" {
  type        = string
  description = "The id of the Atlas project that exports its snapshots."
}

variable "name" {
  type        = string
  default     = null
  description = "The name of the S3 bucket and of the IAM role. The default is atlas-snapshots- followed by the id of the Atlas project."

  validation {
    condition     = var.name == null ? true : !strcontains(var.name, ".")
    error_message = "Choose a name without dots: AWS PrivateLink does not support S3 buckets with dots in their names."
  }
}

variable "require_private_networking" {
  type        = bool
  default     = null
  description = "Whether Atlas accesses the bucket only over AWS PrivateLink. null keeps the value in Atlas."
}

variable "object_lock_days" {
  type        = number
  default     = null
  description = "For how many days S3 Object Lock keeps each object. null for no lock. Object Lock cannot be switched off again."

  validation {
    condition     = var.object_lock_days == null ? true : var.object_lock_days >= 1 && floor(var.object_lock_days) == var.object_lock_days
    error_message = "Write a whole number of days, at least 1, or null for no lock."
  }
}

variable "object_lock_mode" {
  type        = string
  default     = "GOVERNANCE"
  description = "GOVERNANCE, or COMPLIANCE: then nobody can delete a locked object or shorten its lock, not even the root user."

  validation {
    condition     = contains(["GOVERNANCE", "COMPLIANCE"], var.object_lock_mode)
    error_message = "The mode is GOVERNANCE or COMPLIANCE."
  }
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "The ARN of your own KMS key that encrypts the objects. null for the key of S3."

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "Write the ARN of a KMS key, such as aws_kms_key.snapshots.arn, not an alias."
  }
}

variable "delete_after_days" {
  type        = map(number)
  default     = {}
  description = "After how many days S3 deletes an object, by the prefix of its name, such as { \"exported_snapshots/\" = 400 }. If several prefixes match, the fewest days apply."

  validation {
    condition     = alltrue([for days in values(var.delete_after_days) : days >= 1 && floor(days) == days])
    error_message = "Write a whole number of days for each prefix, at least 1."
  }
}

variable "may_delete" {
  type        = list(string)
  default     = []
  description = "The ARNs of the IAM roles and users that may delete objects and change the lifecycle rules. It must include the one that runs Terraform. If empty, the bucket policy denies no deletes."
}

variable "force_destroy" {
  type        = bool
  default     = false
  description = "Whether a destroy also deletes the exported snapshots. If false, the destroy fails, because the bucket is not empty. Must be applied before the destroy."
}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of the S3 bucket and the IAM role."
}
