#!/bin/sh
# Install moto's server, an imitation of AWS that others wrote, into a Python environment in a cache folder.
# The last line it prints is the path of the server.
set -eu
. "$(dirname "$0")/cache.sh"
version=5.2.5
target=$cache/moto-$version

if [ -e "$target/complete" ]; then
  echo "moto: $version is in $target already"
  echo "$target/bin/moto_server"
  exit 0
fi
[ -x /usr/bin/python3 ] || fail 'needs Python; install python3-venv and run again'
/usr/bin/python3 -c 'import ensurepip' 2>/dev/null || fail 'needs the venv module of Python; install python3-venv and run again'

mkdir -p "$cache"
log=$(mktemp "$cache/moto.XXXXXX")
# Environments know their own path, so it is made in place.
trap 'rm -f "$log"; [ -e "$target/complete" ] || rm -rf "$target"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

echo "moto: installing $version into $target"
rm -rf "$target"
/usr/bin/python3 -m venv "$target" >"$log" 2>&1 || fail "cannot make a Python environment: $(tail -n 1 "$log")"
"$target/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile "moto[server]==$version" >"$log" 2>&1 ||
  fail "pip install moto[server]==$version failed: $(grep -m 1 ERROR "$log" || tail -n 1 "$log")"
touch "$target/complete"
echo "moto: installed $version"
echo "$target/bin/moto_server"
