variable "project_id" {
  type        = string
  description = "The id of the Atlas project. It must be known at plan, because the clusters are read at plan."
}

variable "export_bucket_id" {
  type        = string
  description = "The id of the export bucket, such as atlasbackup_export_bucket.snapshots.id."
}

variable "frequency_type" {
  type        = string
  description = "Which snapshots are exported: daily, weekly, monthly or yearly. The backup schedule of each cluster needs a policy item for them."
}

variable "except" {
  type        = set(string)
  default     = []
  nullable    = false
  description = "The names of clusters that are not exported, although they can export."
}

variable "use_org_and_group_names_in_export_prefix" {
  type        = bool
  default     = null
  description = "Whether the path of exported files has the names of the organization and the project instead of their ids. null keeps the value in Atlas."
}
