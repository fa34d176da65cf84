# Process 1 of a lab host: gives it its own disk, /run and /tmp, then reaps what is orphaned.
# Arguments: host name, directory of the host's disk, directory of the project.
set -eu
name=$1 disk=$2 project=$3

hostname "$name"

# /etc and /var begin as those of the machine; what the host writes stays on its own disk.
for part in etc var; do
  mkdir -p "$disk/$part" "$disk/$part.work"
  mount -t overlay -o "lowerdir=/$part,upperdir=$disk/$part,workdir=$disk/$part.work" overlay "/$part"
done

# /run is noexec on Debian, so it is here. What lies below these two directories outside is hidden,
# and a project that was cloned there has to be put back: `.` still reaches it.
cd "$project"
mount -t tmpfs -o mode=0755,nosuid,nodev,noexec lab /run
mount -t tmpfs -o mode=1777,nosuid,nodev lab /tmp
mkdir -p /run/lock /var/log/nginx /var/lib/nginx
if [ ! -e "$project/package.json" ]; then
  mkdir -p "$project"
  mount --no-canonicalize --bind . "$project"
fi
cd /

echo ready
# An ignored SIGCHLD stays ignored over exec, and lets the kernel reap every orphan: wait(2).
trap '' CHLD
exec sleep infinity
