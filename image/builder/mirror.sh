#!/bin/bash
# Prints where Debian 13 comes from: the archive on the first line, its security updates on the
# second. The mirror is the one of this machine's apt; MIRROR= and SECURITY_MIRROR= override it.
set -eu

# indextargets prints one line for each index that apt would download (apt-get(8)).
repository_of() {
  apt-get indextargets --format '$(LABEL) $(COMPONENT) $(REPO_URI)' |
    awk -v label="$1" '$1 == label && $2 == "main" { print $3; exit }'
}

archive=${MIRROR:-$(repository_of Debian)}
if [ -z "$archive" ]; then
  echo "this machine's apt knows no Debian mirror: say make image MIRROR=URL" >&2
  exit 1
fi
archive=${archive%/}
if [ -n "${MIRROR:-}" ]; then
  security=${SECURITY_MIRROR:-$archive-security}
else
  security=${SECURITY_MIRROR:-$(repository_of Debian-Security)}
fi
security=${security:-$archive-security}
printf '%s\n%s\n' "$archive" "${security%/}"
