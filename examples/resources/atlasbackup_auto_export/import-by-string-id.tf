import {
  to = atlasbackup_auto_export.orders
  id = "32b6e34b3d91647abb20e7b8/orders"
}
