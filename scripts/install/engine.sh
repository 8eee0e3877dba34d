#!/bin/sh
# Install the distribution's own Docker Engine (docker.io) with apt, without starting it.
# For Debian and Ubuntu, as root. Does nothing where a dockerd is installed already.
set -eu

fail() {
  echo "engine.sh: $1" >&2
  exit 1
}

# A user's PATH may have no sbin folders.
PATH=$PATH:/usr/sbin:/sbin
if command -v dockerd >/dev/null; then
  echo "Docker Engine: $(dockerd --version) is installed already"
  exit 0
fi
command -v apt-get >/dev/null || fail 'needs apt-get (Debian or Ubuntu); install Docker Engine in the way of this system and run again'
[ "$(id -u)" = 0 ] || fail 'needs root to install docker.io; run: sudo apt-get install docker.io'

log=$(mktemp)
policy=/usr/sbin/policy-rc.d
own_policy=
tidy() {
  rm -f "$log"
  [ -z "$own_policy" ] || rm -f "$policy"
}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# apt's own output matters only when it fails.
apt() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -qq -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1 </dev/null
}

why() {
  grep -m 1 -E '^(E|W):' "$log" || tail -n 1 "$log"
}

has_candidate() {
  apt-cache policy "$1" | grep -q 'Candidate: [0-9]'
}

echo 'Docker Engine: installing docker.io with apt (not starting it)'
# apt-get update also succeeds when it could fetch nothing.
has_candidate docker.io || apt update || true
has_candidate docker.io || fail "apt knows no package docker.io ($(why)); enable the distribution's main (Ubuntu: universe) component"

# Of what docker.io recommends, these are needed to pull, build and push; a kernel with AppArmor refuses to
# start containers without apparmor_parser. Newer releases have the client and buildx in packages of their own.
set -- docker.io ca-certificates xz-utils
[ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" != Y ] || set -- "$@" apparmor
for package in docker-cli docker-buildx; do
  ! has_candidate "$package" || set -- "$@" "$package"
done

# The package would start a system-wide daemon. A policy-rc.d that exists is the administrator's and stays; ours
# denies only while this script lives, so that one left behind by a kill does no harm.
if [ ! -e "$policy" ]; then
  own_policy=yes
  printf '#!/bin/sh\n[ -d /proc/%s ] && exit 101\nexit 0\n' "$$" >"$policy"
  chmod 755 "$policy"
fi

# Package lists may be older than the mirror's packages: one more try with fresh ones.
apt install --no-install-recommends "$@" || { apt update && apt install --no-install-recommends "$@"; } ||
  fail "apt-get install $* failed: $(why)"
command -v dockerd >/dev/null || fail 'apt-get succeeded but there is no dockerd in the PATH'
echo "Docker Engine: installed $(dockerd --version)"
