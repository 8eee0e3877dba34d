#!/bin/sh
# Fetch Debian unstable's Docker Engine, client, containerd, buildx and compose, and unpack them into a cache folder.
# Nothing is installed: apt works on lists and folders of its own, at the mirror this machine is configured for.
# Needs Debian 12 or newer; the unpacked engine uses the machine's own runc.
set -eu
. "$(dirname "$0")/cache.sh"
target=$cache/engine-sid
packages='docker.io docker-cli containerd docker-buildx docker-compose'

plugins=libexec/docker/cli-plugins
# A folder of an earlier version of this script has no compose.
if [ -x "$target/usr/$plugins/docker-compose" ] && "$target/usr/sbin/dockerd" --version >/dev/null 2>&1; then
  echo "Docker Engine of Debian unstable: $(head -n 1 "$target/versions") is in $target already"
  exit 0
fi
ID=
VERSION_CODENAME=
[ ! -r /etc/os-release ] || . /etc/os-release
[ "$ID" = debian ] && command -v apt-get >/dev/null || fail "needs Debian, whose unstable packages it unpacks; this is ${ID:-an unknown system}"

# What is configured, whether or not its lists were fetched yet.
uri=$(apt-get indextargets --no-release-info --format '$(COMPONENT) $(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
  awk -v suites="^($VERSION_CODENAME|oldstable|stable|testing|unstable|sid)$" '$1 == "main" && $2 ~ suites { print $3; exit }')
[ -n "$uri" ] || fail "apt has no source for $VERSION_CODENAME main to take the mirror from; check /etc/apt/sources.list.d"

make_work engine-sid
log=$work/log
mkdir -p "$work/apt/lists/partial" "$work/apt/archives/partial" "$work/debs" "$work/root"
: >"$work/apt/status"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
if [ -r "$keyring" ]; then signed="[signed-by=$keyring] "; else signed=; fi
echo "deb $signed$uri unstable main" >"$work/apt/sources.list"

apt() {
  apt-get -q -o Dir::State="$work/apt" -o Dir::State::Lists="$work/apt/lists" -o Dir::State::status="$work/apt/status" \
    -o Dir::Cache="$work/apt" -o Dir::Etc::sourcelist="$work/apt/sources.list" -o Dir::Etc::sourceparts=- \
    -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none -o Acquire::Retries=3 \
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false "$@" >"$log" 2>&1 </dev/null
}
why() {
  grep -m 1 -E '^(E|W):' "$log" || tail -n 1 "$log"
}

echo "Docker Engine of Debian unstable: fetching $packages into $target"
apt -o APT::Update::Error-Mode=any update || fail "apt-get update for unstable failed: $(why)"
# shellcheck disable=SC2086 # a list of names
(cd "$work/debs" && apt download $packages) || fail "apt-get download failed: $(why)"
for deb in "$work"/debs/*.deb; do
  dpkg -x "$deb" "$work/root" >"$log" 2>&1 || fail "cannot unpack $(basename "$deb"): $(tail -n 1 "$log")"
done
for binary in sbin/dockerd bin/docker bin/containerd bin/containerd-shim-runc-v2 "$plugins/docker-buildx" "$plugins/docker-compose"; do
  missing=$(ldd "$work/root/usr/$binary" 2>&1 | awk '/not found/ { print $1; exit }')
  [ -z "$missing" ] || fail "unstable's $binary needs $missing, which this release does not have"
done
"$work/root/usr/sbin/dockerd" --version >"$work/root/versions" 2>"$log" || fail "unstable's dockerd does not start here: $(tail -n 1 "$log")"
(cd "$work/debs" && ls) >>"$work/root/versions"

chmod 755 "$work/root"
rm -rf "$target"
# Another run may have been faster; then its folder is as good as ours.
mv -T "$work/root" "$target" 2>/dev/null || [ -x "$target/usr/sbin/dockerd" ] || fail "cannot write $target"
echo "Docker Engine of Debian unstable: unpacked $(head -n 1 "$target/versions")"
