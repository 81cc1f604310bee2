variable "project_id" {
  type        = string
  description = "The id of the Atlas project that exports its snapshots."
}

variable "location" {
  type        = string
  description = "Where Google keeps the bucket: a region such as europe-west1, or EU, US or ASIA."
}

variable "name" {
  type        = string
  default     = null
  description = "The name of the bucket. Default: atlas-snapshots- and the id of the Atlas project."
}

variable "force_destroy" {
  type        = bool
  default     = false
  description = "Whether a destroy deletes the exported snapshots with the bucket. Otherwise it fails, because Atlas has written to the bucket. Must be applied before the destroy."
}

variable "labels" {
  type        = map(string)
  default     = {}
  description = "Labels of the bucket."
}
