import {
  to = atlasbackup_export_bucket.aws
  identity = {
    project_id = "32b6e34b3d91647abb20e7b8"
    id         = "65b2f1d09b3d0e4c5a6f7081"
  }
}
