# Delete the exports of one cluster after a year. The last two arguments are "*": all of its exports.
resource "aws_s3_bucket_lifecycle_configuration" "snapshots" {
  bucket = aws_s3_bucket.snapshots.id

  rule {
    id     = "orders"
    status = "Enabled"

    filter {
      prefix = provider::atlasbackup::export_prefix(var.org_id, var.project_id, "orders", "*", "*")
    }

    expiration {
      days = 365
    }
  }
}

# exported_snapshots/64c0ffee00000000000000e0/32b6e34b3d91647abb20e7b8/orders/2026-08-10T0327/1786333666
output "one_export" {
  value = provider::atlasbackup::export_prefix(
    "64c0ffee00000000000000e0", "32b6e34b3d91647abb20e7b8", "orders", "2026-08-10T03:27:00Z", "2026-08-10T03:47:46Z",
  )
}
