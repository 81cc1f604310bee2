# <project_id>/<cluster_name>/<id>
terraform import atlasbackup_export_job.orders 32b6e34b3d91647abb20e7b8/orders/65b2f1d09b3d0e4c5a6f7081

# <project_id>--<cluster_name>--<id>, as in the mongodbatlas provider
terraform import atlasbackup_export_job.orders 32b6e34b3d91647abb20e7b8--orders--65b2f1d09b3d0e4c5a6f7081
