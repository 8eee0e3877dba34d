#!/bin/sh
# Install with apt the clients of ECR that others wrote, for the tests that prove ecr-local and the login with them:
# awscli, skopeo, podman and docker-credential-ecr-login; sudo, which steps of a job run them with; what rootless Docker
# needs: rootlesskit, slirp4netns and newuidmap; the venv module of Python that moto.sh needs, and the keys and agent of
# the example that deploys over ssh. For Debian and Ubuntu, as root. Does nothing where all are installed already.
set -eu
packages='awscli skopeo podman sudo rootlesskit slirp4netns uidmap amazon-ecr-credential-helper python3-venv openssh-client'

fail() {
  echo "clients.sh: $1" >&2
  exit 1
}

# A `aws` first in the PATH may be another one, or a shim that runs none; the package's is this file.
missing=
[ -x /usr/bin/aws ] || missing="$missing awscli"
[ -x /usr/bin/skopeo ] || missing="$missing skopeo"
[ -x /usr/bin/podman ] || missing="$missing podman"
[ -x /usr/bin/sudo ] || missing="$missing sudo"
for program in rootlesskit slirp4netns; do
  [ -x /usr/bin/$program ] || missing="$missing $program"
done
[ -x /usr/bin/newuidmap ] || missing="$missing uidmap"
[ -x /usr/bin/docker-credential-ecr-login ] || missing="$missing amazon-ecr-credential-helper"
/usr/bin/python3 -c 'import ensurepip' 2>/dev/null || missing="$missing python3-venv"
[ -x /usr/bin/ssh-keygen ] || missing="$missing openssh-client"
if [ -z "$missing" ]; then
  echo "Clients of ECR: $packages are installed already"
  exit 0
fi
command -v apt-get >/dev/null || fail "needs apt-get (Debian or Ubuntu) to install$missing"
[ "$(id -u)" = 0 ] || fail "needs root to install; run: sudo apt-get install --no-install-recommends$missing"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# apt's own output matters only when it fails.
apt() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -qq -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1 </dev/null
}

echo "Clients of ECR: installing$missing with apt"
# Package lists may be absent, or older than the mirror's packages: one more try with fresh ones.
# shellcheck disable=SC2086 # a list of names
apt install --no-install-recommends $missing || { apt update && apt install --no-install-recommends $missing; } ||
  fail "apt-get install$missing failed: $(grep -m 1 -E '^(E|W):' "$log" || tail -n 1 "$log")"
echo "Clients of ECR: installed$missing"
