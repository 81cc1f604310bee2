# Clusters in three regions, one bucket: one private endpoint for each pair of regions.
resource "atlasbackup_private_endpoint" "to_us_east_1" {
  for_each = toset(["us-east-1", "us-west-2", "eu-west-1"])

  project_id      = var.project_id
  cloud_provider  = "AWS"
  region_name     = "us-east-1"
  vpc_region_name = each.key
}
