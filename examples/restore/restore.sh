#!/usr/bin/env bash
# Restores a copy of an exported snapshot into a MongoDB cluster:
#
#   MONGODB_URI='mongodb+srv://user:password@cluster0.example.mongodb.net' ./restore.sh DIRECTORY
#
# DIRECTORY is a copy of everything below the prefix of the export, with .complete. mongorestore creates the
# collections with their options, mongoimport imports the documents, and mongorestore creates the indexes.
# A document with the same _id is replaced, so the script can be run again after an error.
# It needs gzip and the MongoDB Database Tools, 100.3 or later.
set -euo pipefail

die() {
  echo "restore.sh: $*" >&2
  exit 1
}

(($# == 1)) || die "write one argument: the directory that has .complete"
directory=$(cd -- "$1" && pwd)
[[ -f $directory/.complete ]] || die "there is no .complete in $directory: the export or its copy is not complete"
[[ -n ${MONGODB_URI-} ]] || die "set MONGODB_URI to the connection string of the cluster, without a database"
for tool in gzip mongoimport mongorestore; do
  command -v "$tool" >/dev/null || die "$tool is not on PATH"
done

umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/metadata"

# The URI is in a file, because every user of this machine can see the arguments of a process.
quote="'"
printf "uri: '%s'\n" "${MONGODB_URI//"$quote"/$quote$quote}" >"$work/config.yaml"

# parse sets database and collection from the path of a file, DATABASE/COLLECTION/NAME.
parse() {
  local rest=${1#*/}
  [[ $1 == */*/* ]] || die "$1 is not in a directory DATABASE/COLLECTION"
  database=${1%%/*}
  collection=${rest%/*}
}

# list prints the paths of the files with a name, each with a NUL at the end.
list() {
  (cd -- "$directory" && find . -type f -name "$1" -print0)
}

list metadata.json >"$work/metadata.list"
list '*.json.gz' >"$work/documents.list"

while IFS= read -r -d '' file; do
  parse "${file#./}"
  # mongorestore decodes the names of files like the query of a URL.
  encoded=${collection//\%/%25}
  encoded=${encoded//+/%2B}
  encoded=${encoded//\//%2F}
  mkdir -p -- "$work/metadata/$database"
  cp -- "$directory/$file" "$work/metadata/$database/$encoded.metadata.json"
done <"$work/metadata.list"

# Checks all files before anything is written to the cluster.
while IFS= read -r -d '' file; do
  parse "${file#./}"
  [[ -f $directory/$database/$collection/metadata.json ]] || die "$file has no metadata.json next to it: the copy is not complete"
done <"$work/documents.list"

echo "Creating the collections"
mongorestore --config="$work/config.yaml" --noIndexRestore --dir="$work/metadata"

while IFS= read -r -d '' file; do
  parse "${file#./}"
  # The tools remove quotes around an argument.
  if [[ $collection == \"* ]]; then
    collection=${collection//\\/\\\\}
    collection=\"${collection//\"/\\\"}\"
  fi
  printf 'Importing %q\n' "${file#./}"
  gzip -dc -- "$directory/$file" |
    mongoimport --config="$work/config.yaml" --db="$database" --collection="$collection" --mode=upsert --stopOnError --bypassDocumentValidation
done <"$work/documents.list"

echo "Creating the indexes"
mongorestore --config="$work/config.yaml" --dir="$work/metadata"
echo "Restored $directory"
