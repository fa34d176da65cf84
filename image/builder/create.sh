#!/bin/bash
# Makes build/builder, a Debian 13 with mkosi, QEMU and what they need: whatever this machine runs,
# images are built and tried with the same tools. Made once; `rm -rf build/builder` renews it.
set -eu
cd "$(dirname "$0")/../.."

builder=build/builder
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
packages=(
  mkosi systemd-repart systemd-ukify cryptsetup-bin
  dosfstools mtools erofs-utils e2fsprogs cpio zstd xz-utils bmap-tools
  qemu-system-x86 qemu-utils ovmf xorriso iproute2
)

[ -e "$builder/.complete" ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
  echo "only root can make $builder" >&2
  exit 1
fi
if ! command -v debootstrap >/dev/null || [ ! -e "$keyring" ]; then
  echo "install debootstrap and debian-archive-keyring first" >&2
  exit 1
fi

mapfile -t mirrors < <(image/builder/mirror.sh)
[ ${#mirrors[@]} -eq 2 ] || exit 1

mkdir -p build
work=$(mktemp -d -p build builder.XXXXXX)
chmod 755 "$work" # apt downloads as a user of its own
log=build/builder.log
finish() {
  local status=$?
  if [ "$status" -ne 0 ]; then
    tail -n 30 "$log" >&2
    rm -rf --one-file-system "$work"
  fi
}
trap finish EXIT

echo "making the image builder, a Debian 13 below $builder (log: $log)"
debootstrap --variant=minbase --keyring="$keyring" trixie "$work" "${mirrors[0]}" >"$log" 2>&1
cat >"$work/etc/apt/sources.list" <<LIST
deb ${mirrors[0]} trixie main
deb ${mirrors[0]} trixie-updates main
deb ${mirrors[1]} trixie-security main
LIST
image/builder/enter.sh --root "$work" /bin/sh -eu -c '
  export DEBIAN_FRONTEND=noninteractive
  apt-get update
  apt-get upgrade --yes
  apt-get install --yes --no-install-recommends "$@"
  apt-get clean
' install "${packages[@]}" >>"$log" 2>&1 </dev/null
touch "$work/.complete"
rm -rf --one-file-system "$builder"
mv "$work" "$builder"
