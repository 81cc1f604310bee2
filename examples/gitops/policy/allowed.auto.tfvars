# Export buckets that the next plan may delete, replace or forget, such as
# "atlasbackup_export_bucket.snapshots[\"search\"]".
allowed = []
