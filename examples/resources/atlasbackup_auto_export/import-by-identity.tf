import {
  to = atlasbackup_auto_export.orders
  identity = {
    project_id   = "32b6e34b3d91647abb20e7b8"
    cluster_name = "orders"
  }
}
