#!/bin/bash
# Runs mkosi(1) in the image builder, with Debian's packages from where this machine's apt has them:
#
#     image/builder/mkosi.sh WORK LOG OPTION...
#
# What it makes is in WORK/output. Packages are fetched once and kept for all images in build/image;
# `rm -rf build/image` makes the next build take the newest ones.
set -eu
cd "$(dirname "$0")/../.."

work=${1:?say where to work}
log=${2:?say where to log}
shift 2
shared=build/image

# mkosi would fetch from the project's default mirror, and from an archive that mirrors lack.
write_sources() {
  local sources=$shared/sandbox/etc/apt/sources.list.d/mkosi.sources mirrors
  mapfile -t mirrors < <(image/builder/mirror.sh)
  [ ${#mirrors[@]} -eq 2 ] || exit 1
  mkdir -p "${sources%/*}"
  {
    describe_repository "${mirrors[0]}" "trixie trixie-updates"
    describe_repository "${mirrors[1]}" trixie-security
  } >"$sources"
}

describe_repository() {
  cat <<REPOSITORY
Types: deb
URIs: $1
Suites: $2
Components: main non-free-firmware
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

REPOSITORY
}

image/builder/create.sh
[ -e $shared/sandbox ] || write_sources
mkdir -p "$work/output" "$work/cache" $shared/packages
# What the mirror offers is read once: until then the same sources give the same image.
cached=auto
[ ! -e $shared/packages/.synced ] || cached=metadata
if ! image/builder/enter.sh mkosi --output-directory="/project/$work/output" \
  --workspace-directory="/project/$work" --cache-directory="/project/$work/cache" \
  --package-cache-directory="/project/$shared/packages" --cache-only="$cached" \
  --sandbox-tree="/project/$shared/sandbox" --incremental=yes --force "$@" build >"$log" 2>&1; then
  tail -n 30 "$log" >&2
  exit 1
fi
touch $shared/packages/.synced
