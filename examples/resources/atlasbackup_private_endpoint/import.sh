# <project_id>/<cloud_provider>/<id>
terraform import atlasbackup_private_endpoint.us_east_1 32b6e34b3d91647abb20e7b8/AWS/65b2f1d09b3d0e4c5a6f7081
