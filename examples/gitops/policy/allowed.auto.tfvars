# Export buckets that the next plan may delete or replace, such as
# "atlasbackup_export_bucket.snapshots[\"search\"]".
allowed = []
