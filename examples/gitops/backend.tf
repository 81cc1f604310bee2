# All runs share this state. The lock allows only one run at a time.
terraform {
  backend "s3" {
    bucket       = "acme-terraform-state"
    key          = "atlas-snapshots.tfstate"
    region       = "us-east-1"
    use_lockfile = true
  }
}
