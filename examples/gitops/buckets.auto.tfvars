regions = ["us-east-1", "us-east-2"]

buckets = {
  payments = {
    bucket_name                = "acme-payments-snapshots"
    role_id                    = "668c5f0ed436263134491592"
    require_private_networking = true
  }
  search = {
    bucket_name = "acme-search-snapshots"
    role_id     = "668c5f0ed436263134491592"
  }
}
