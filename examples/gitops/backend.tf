# A state that all runs share, with a lock.
terraform {
  backend "s3" {
    bucket       = "acme-terraform-state"
    key          = "atlas-snapshots.tfstate"
    region       = "us-east-1"
    use_lockfile = true
  }
}
