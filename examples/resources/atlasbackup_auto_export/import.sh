# <project_id>/<cluster_name>
terraform import atlasbackup_auto_export.orders 32b6e34b3d91647abb20e7b8/orders

# <project_id>-<cluster_name>, as for backup schedules in the mongodbatlas provider
terraform import atlasbackup_auto_export.orders 32b6e34b3d91647abb20e7b8-orders
