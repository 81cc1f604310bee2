variable "project_id" {
  type        = string
  description = "The id of the Atlas project that exports its snapshots."
}

variable "location" {
  type        = string
  description = "The location of the bucket: a region such as europe-west1, or EU, US or ASIA."
}

variable "name" {
  type        = string
  default     = null
  description = "The name of the bucket. The default is atlas-snapshots- followed by the id of the Atlas project."
}

variable "soft_delete_days" {
  type        = number
  default     = null
  description = "For how many days Google Cloud keeps deleted and replaced objects: 7 to 90, or 0 for not at all. null for its default, 7 days."

  validation {
    condition     = var.soft_delete_days == null ? true : contains(concat([0], range(7, 91)), var.soft_delete_days)
    error_message = "Write a whole number of days, 7 to 90, or 0 for no soft delete."
  }
}

variable "kms_key_name" {
  type        = string
  default     = null
  description = "The id of your own Cloud KMS key that encrypts the objects. The service account of Cloud Storage in this project must be allowed to use it. null for the key of Google."

  validation {
    condition     = var.kms_key_name == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key_name))
    error_message = "Write the id of a key, such as google_kms_crypto_key.snapshots.id."
  }
}

variable "delete_after_days" {
  type        = map(number)
  default     = {}
  description = "After how many days Google Cloud deletes an object, by the prefix of its name, such as { \"exported_snapshots/\" = 400 }. If several prefixes match, the fewest days apply."

  validation {
    condition     = alltrue([for days in values(var.delete_after_days) : days >= 1 && floor(days) == days])
    error_message = "Write a whole number of days for each prefix, at least 1."
  }
}

variable "force_destroy" {
  type        = bool
  default     = false
  description = "Whether a destroy also deletes the exported snapshots. If false, the destroy fails, because the bucket is not empty. Must be applied before the destroy."
}

variable "labels" {
  type        = map(string)
  default     = {}
  description = "Labels of the bucket."
}
