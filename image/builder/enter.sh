#!/bin/bash
# Runs a command in the image builder, with the project at /project:
#
#     image/builder/enter.sh [--root DIR] COMMAND [ARGUMENT...]
#
# mkosi makes every mount private, which a plain chroot does not allow (its root is no mount point):
# so the builder's root is made a mount of its own and becomes the root by pivot_root(8).
set -eu
project=$(cd "$(dirname "$0")/../.." && pwd)

root=$project/build/builder
if [ "$1" = --root ]; then
  root=$(realpath "$2")
  shift 2
fi

if [ "${GATEPAIR_BUILDER_NAMESPACE:-}" != "$$" ]; then
  # A mount namespace of its own: whatever happens, no mount is left behind.
  exec unshare --mount --propagation private \
    /bin/bash -c 'GATEPAIR_BUILDER_NAMESPACE=$$ exec "$@"' enter "$0" --root "$root" "$@"
fi
unset GATEPAIR_BUILDER_NAMESPACE

mount --bind "$root" "$root"
cd "$root"
mkdir -p project old-root
mount --rbind /dev dev
mount --rbind /sys sys
mount -t proc proc proc
mount -t tmpfs -o mode=0755 tmpfs run
mount --bind "$project" project
for file in resolv.conf hosts; do
  [ -e "/etc/$file" ] || continue
  [ -e "etc/$file" ] || : >"etc/$file"
  mount --bind "$(realpath "/etc/$file")" "etc/$file"
done
pivot_root . old-root
# The shell that runs this script still has its files open in the old root: detach lazily.
umount --lazy /old-root
cd /project
exec env --ignore-environment \
  PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" \
  TMPDIR=/var/tmp "$@"
