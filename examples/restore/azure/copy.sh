#!/usr/bin/env bash
# Copies an exported snapshot from an Azure container to PREFIX below DIRECTORY, .complete last. It can be run again after
# an error. The user of az needs the role Storage Blob Data Reader on the container.
set -euo pipefail

account=${1:?usage: copy.sh STORAGE_ACCOUNT CONTAINER PREFIX DIRECTORY}
container=${2:?usage: copy.sh STORAGE_ACCOUNT CONTAINER PREFIX DIRECTORY}
prefix=${3:?usage: copy.sh STORAGE_ACCOUNT CONTAINER PREFIX DIRECTORY}
directory=${4:?usage: copy.sh STORAGE_ACCOUNT CONTAINER PREFIX DIRECTORY}
prefix=${prefix%/}
login=(--account-name "$account" --auth-mode login --output none)

# Fails if the export is not complete.
az storage blob show "${login[@]}" --container-name "$container" --name "$prefix/.complete"
mkdir -p -- "$directory"
# The pattern is for files in directories below the prefix, so not for .complete.
az storage blob download-batch "${login[@]}" --source "$container" --pattern "$prefix/*/*" --destination "$directory" --overwrite true
az storage blob download "${login[@]}" --container-name "$container" --name "$prefix/.complete" --file "$directory/$prefix/.complete"
