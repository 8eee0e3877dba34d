#!/bin/sh
# Fetch the distribution's own Docker registry (docker-registry) and unpack it into a cache folder, for the tests that
# push to a registry that is not ECR. Nothing is installed, so that no service starts. For Debian and Ubuntu.
set -eu
. "$(dirname "$0")/cache.sh"
target=$cache/docker-registry

if "$target/usr/bin/docker-registry" --version >/dev/null 2>&1; then
  echo "Docker registry: $target/usr/bin/docker-registry is there already"
  exit 0
fi
command -v apt-get >/dev/null || fail 'needs apt-get (Debian or Ubuntu), whose package docker-registry it unpacks'

make_work docker-registry
log=$work/log
mkdir "$work/debs" "$work/root"

download() {
  (cd "$work/debs" && apt-get -q -o APT::Sandbox::User="$(id -un)" download docker-registry) >"$log" 2>&1 </dev/null
}

echo "Docker registry: fetching docker-registry into $target"
# Package lists may be absent, or older than the mirror's packages: one more try with fresh ones, which only root can get.
download || { apt-get -q update >"$log" 2>&1 </dev/null && download; } ||
  fail "apt-get download failed: $(grep -m 1 -E '^(E|W):' "$log" || tail -n 1 "$log")"
dpkg -x "$work"/debs/*.deb "$work/root" >"$log" 2>&1 || fail "cannot unpack it: $(tail -n 1 "$log")"
"$work/root/usr/bin/docker-registry" --version >"$log" 2>&1 || fail "it does not start here: $(tail -n 1 "$log")"

chmod 755 "$work/root"
rm -rf "$target"
# Another run may have been faster; then its folder is as good as ours.
mv -T "$work/root" "$target" 2>/dev/null || [ -x "$target/usr/bin/docker-registry" ] || fail "cannot write $target"
echo "Docker registry: unpacked $("$target/usr/bin/docker-registry" --version)"
