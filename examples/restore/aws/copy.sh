#!/usr/bin/env bash
# Copies an exported snapshot from an S3 bucket to DIRECTORY, .complete last. It can be run again after an error.
set -euo pipefail

bucket=${1:?usage: copy.sh BUCKET PREFIX DIRECTORY}
prefix=${2:?usage: copy.sh BUCKET PREFIX DIRECTORY}
directory=${3:?usage: copy.sh BUCKET PREFIX DIRECTORY}
export_url=s3://$bucket/${prefix%/}

# Fails if the export is not complete.
aws s3 ls "$export_url/.complete"
aws s3 sync --only-show-errors --exclude .complete "$export_url/" "$directory"
aws s3 cp --only-show-errors "$export_url/.complete" "$directory/.complete"
