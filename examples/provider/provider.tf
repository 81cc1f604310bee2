terraform {
  required_providers {
    atlasbackup = {
      source  = "atlasbackup/atlasbackup"
      version = "~> 0.1"
    }
  }
}

# Credentials come from the environment: MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET.
provider "atlasbackup" {}

resource "atlasbackup_export_bucket" "snapshots" {
  project_id     = "32b6e34b3d91647abb20e7b8"
  cloud_provider = "AWS"
  bucket_name    = "acme-atlas-snapshots"
  iam_role_id    = "668c5f0ed436263134491592"
}
