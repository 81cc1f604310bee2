terraform {
  required_version = ">= 1.11"

  required_providers {
    atlasbackup = {
      source  = "atlasbackup/atlasbackup"
      version = "~> 0.1"
    }
    google = {
      source  = "hashicorp/google"
      version = ">= 6.0"
    }
    mongodbatlas = {
      source  = "mongodb/mongodbatlas"
      version = ">= 2.0"
    }
  }
}
