#!/bin/bash
# Installs the Debian packages that building and testing need, if one is missing. Their services
# are neither started nor enabled: the tests start what they need, where they need it.
set -eu -o pipefail

packages=(
  build-essential patch python3           # the native parts
  iproute2 procps util-linux              # the lab's hosts
  iputils-ping nftables                   # what they ask, and what they do not answer
  nginx-light keepalived frr opensmtpd    # what runs on them, and the peers
  openssl tcpdump tshark python3-scapy    # the tests' own tools
  dosfstools mtools genisoimage xorriso   # first-boot volumes, as people make them
  debootstrap debian-archive-keyring      # the image builder: a Debian 13
  cloud-image-utils systemd               # and whose networkd reads what comes of them
  dnsmasq-base                            # DHCP for machines that have no configuration yet
)
services=(nginx keepalived frr opensmtpd)

missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null |
    grep -qx installed || missing+=("$package")
done
# Any npm will do: Node itself comes from npm, pinned.
command -v npm >/dev/null || missing+=(nodejs npm)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
  echo "as root, install first: ${missing[*]}" >&2
  exit 1
fi

echo "installing Debian packages: ${missing[*]}"
log=$(mktemp)
policy=/usr/sbin/policy-rc.d
made_policy=
finish() {
  rm -f "$log"
  [ -z "$made_policy" ] || rm -f "$policy"
}
trap finish EXIT
# policy-rc.d decides whether packages may start their services (invoke-rc.d(8)).
if [ ! -e "$policy" ]; then
  made_policy=1
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi

# Waits for a machine that just booted and updates itself, and never removes a package that is in
# the way, such as the machine's own mail server.
install_missing() {
  local options=(--yes --no-install-recommends --no-remove -o DPkg::Lock::Timeout=300)
  apt-get update && apt-get install "${options[@]}" "${missing[@]}"
}

# A dot for every 40 lines: it takes a minute or two.
show_progress() {
  local line=0
  while read -r; do
    ((++line % 40)) || printf .
  done
  echo
}

export DEBIAN_FRONTEND=noninteractive
if ! install_missing </dev/null 2>&1 | tee "$log" | show_progress; then
  tail -n 30 "$log" >&2
  exit 1
fi

# Also where systemd does not run, as in the root of an image: it may be booted one day.
if command -v systemctl >/dev/null; then
  for service in "${services[@]}"; do
    case " ${missing[*]} " in *" $service"*) systemctl disable --quiet "$service" || true ;; esac
  done
fi
