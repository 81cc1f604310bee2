#!/usr/bin/env bash
# Copies an exported snapshot from a Google Cloud Storage bucket to DIRECTORY, .complete last. It can be run again after an error.
set -euo pipefail

bucket=${1:?usage: copy.sh BUCKET PREFIX DIRECTORY}
prefix=${2:?usage: copy.sh BUCKET PREFIX DIRECTORY}
directory=${3:?usage: copy.sh BUCKET PREFIX DIRECTORY}
export_url=gs://$bucket/${prefix%/}

# Fails if the export is not complete.
gcloud storage ls "$export_url/.complete"
mkdir -p -- "$directory"
gcloud storage rsync --recursive --exclude='^\.complete$' "$export_url" "$directory"
gcloud storage cp "$export_url/.complete" "$directory/.complete"
