#!/usr/bin/env bash
# Runs this example and examples/complete on a local Atlas, with a real Terraform or OpenTofu: creates, changes and
# destroys them. Everything it creates is in one temporary directory, which it deletes at the end.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

bold='' plain='' no_color=-no-color
[[ -t 1 ]] && bold=$'\e[1m' plain=$'\e[0m' no_color=''

say() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }

# main builds what the tour needs and starts the tour on a local Atlas.
main() {
  local cli=${TF_ACC_TERRAFORM_PATH:-$(command -v terraform || command -v tofu || true)}

  [[ -z $cli || $cli == /* ]] || cli=$PWD/$cli

  # Neither Terraform nor the provider may use the settings that the user has for the real Atlas.
  local name
  for name in ${!TF_@} ${!MONGODB_ATLAS_@} ${!MCLI_@}; do
    unset "$name"
  done

  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM

  say "Building the provider and the local Atlas"
  local platform mirror=$work/plugins
  platform=$(go env GOOS)_$(go env GOARCH)
  local plugin=atlasbackup/atlasbackup/0.1.0/$platform
  go -C "$root" build -o "$work/" ./internal/cmd/atlas-emulator
  go -C "$root" build -o "$mirror/registry.terraform.io/$plugin/" .
  mkdir -p "$mirror/registry.opentofu.org/$plugin"
  cp "$mirror/registry.terraform.io/$plugin"/* "$mirror/registry.opentofu.org/$plugin"
  if [[ -z $cli ]]; then
    echo "Neither terraform nor tofu is on PATH: building OpenTofu, which takes some minutes the first time"
    cli=$work/tofu
    go -C "$root/tools/opentofu" build -trimpath -ldflags '-s -w -X github.com/opentofu/opentofu/version.dev=no' -o "$cli" github.com/opentofu/opentofu/cmd/tofu
  fi

  mkdir "$work/quickstart" "$work/complete" "$work/bucket"
  cp "$here"/*.tf "$work/quickstart"
  cp "$here"/../complete/*.tf "$work/complete"
  cat >"$work/cli.tfrc" <<END
disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path = "$mirror"
  }
}
END
  export TMPDIR=$work TF_CLI_CONFIG_FILE=$work/cli.tfrc TF_IN_AUTOMATION=1 TF_INPUT=0
  cd "$work/quickstart"
  "$cli" version
  "$work/atlas-emulator" -cluster orders -- "$BASH" "$here/demo.sh" tour "$cli"

  cd "$work/complete"
  "$work/atlas-emulator" -seed "$here/../complete/seed.json" -exports "$work/bucket" -- "$BASH" "$here/demo.sh" complete "$cli" "$work/bucket"

  rm -rf "$work"
  say "Done: nothing is still running, and no file is left"
}

# tour is the demo itself. It runs in the copy of the example, under atlas-emulator.
tour() {
  cli=$1
  export TF_VAR_cluster_name=orders
  local before
  before=$(schedule)
  quietly init

  say "Three export buckets, and the automatic export of a cluster"
  quietly plan -out=tfplan
  show apply tfplan
  show_atlas

  say "When was the cluster exported?"
  show output export_status

  say "A second plan is empty"
  show plan -detailed-exitcode

  say "Private networking is switched on in place"
  export TF_VAR_private_networking=true
  show plan -out=tfplan
  "$cli" show -no-color tfplan | grep '0 to add, 1 to change, 0 to destroy' >/dev/null || die "not one change in place"
  show apply tfplan
  show_atlas

  say "One destroy switches the automatic export off and deletes the buckets"
  quietly plan -destroy -out=tfplan
  show apply tfplan
  show_atlas
  [[ $(atlas_holds) != *_id* ]] || die "something is left in Atlas"
  [[ $(schedule) == "$before" ]] || die "the backup schedule of the cluster has changed"
  [[ -z $before ]] || echo "Except for nextSnapshot, the backup schedule of the cluster is the same as before, byte for byte."
}

# complete exports a snapshot of a cluster to files. It runs in the copy of examples/complete.
complete() {
  cli=$1
  local before files=$2/example-atlas-exports prefix
  before=$(schedule)
  quietly init

  say "From a cluster to files: a bucket, an automatic export, and one export now"
  quietly plan -out=tfplan
  "$cli" apply -no-color tfplan >apply.log 2>&1 || die "$(<apply.log)"
  cat apply.log
  ! grep -q 'Check block assertion failed' apply.log || die "the check has failed"
  prefix=$("$cli" output -raw prefix)
  [[ -f $files/$prefix/.complete ]] || die "the export is not complete"
  printf '\nThe files of the export:\n'
  (cd "$files/$prefix" && find . -type f | sort)

  say "One destroy; the files stay"
  quietly plan -destroy -out=tfplan
  quietly apply tfplan
  show_atlas
  [[ $(atlas_holds) != *_id* ]] || die "something is left in Atlas"
  [[ $(schedule) == "$before" ]] || die "the backup schedule of the cluster has changed"
  [[ -f $files/$prefix/.complete ]] || die "the files no longer exist"
}

die() {
  echo "demo: $*" >&2
  exit 1
}

# show runs the CLI as a person would.
show() {
  printf '\n$ %s %s\n' "$(basename "$cli")" "$*"
  "$cli" "$1" $no_color "${@:2}"
}

# quietly runs the CLI and shows its output only if it fails.
quietly() {
  "$cli" "$1" -no-color "${@:2}" >quiet.log 2>&1 || {
    cat quiet.log >&2
    return 1
  }
}

show_atlas() {
  printf '\nWhat Atlas has now:\n%s\n' "$(atlas_holds)"
}

# atlas_holds lists the project's export buckets as Atlas has them; without curl, as the state has them.
atlas_holds() {
  if has_curl; then
    get 2024-05-30 'backup/exportBuckets?pretty=true'
  else
    "$cli" show -no-color
  fi
}

# schedule prints the cluster's backup schedule as Atlas has it, without the time of the next snapshot, which
# changes; without curl, nothing.
schedule() {
  if has_curl; then
    get 2024-08-05 clusters/orders/backup/schedule | sed 's/"nextSnapshot":"[^"]*"//'
  fi
}

has_curl() { command -v curl >/dev/null; }

# get prints what Atlas has at a path of the project, in a version of its API.
get() {
  local token
  token=$(ask -u "$MONGODB_ATLAS_CLIENT_ID:$MONGODB_ATLAS_CLIENT_SECRET" -d grant_type=client_credentials \
    "$MONGODB_ATLAS_BASE_URL/api/oauth/token" | sed 's/.*"access_token" *: *"\([^"]*\)".*/\1/')
  ask -H "Authorization: Bearer $token" -H "Accept: application/vnd.atlas.$1+json" \
    "$MONGODB_ATLAS_BASE_URL/api/atlas/v2/groups/${TF_VAR_project_id:?}/$2"
}

# ask is curl without the user's own settings.
ask() { curl -q --silent --show-error --fail --noproxy '*' "$@"; }

if [[ ${1-} == tour || ${1-} == complete ]]; then
  "$@"
else
  main
fi
