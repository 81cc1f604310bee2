terraform {
  required_version = ">= 1.11"

  required_providers {
    atlasbackup = {
      source  = "atlasbackup/atlasbackup"
      version = "~> 0.1"
    }
  }
}

# The credentials come from the environment of the pipeline.
provider "atlasbackup" {}
