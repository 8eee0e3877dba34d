#!/bin/sh
# Build act, which runs GitHub workflows on this machine, into a cache folder with the Go that is installed.
# The last line it prints is the path of the binary.
set -eu
. "$(dirname "$0")/cache.sh"
version=v0.2.87
target=$cache/act-$version

fail() {
  echo "act.sh: $1" >&2
  exit 1
}

if "$target/act" --version >/dev/null 2>&1; then
  echo "act: $version is in $target already"
  echo "$target/act"
  exit 0
fi
command -v go >/dev/null || fail "needs Go to build act $version; install Go and run again"

mkdir -p "$cache"
work=$(mktemp -d "$cache/act.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

echo "act: building $version with $(go env GOVERSION) into $target"
GOBIN=$work/bin go install "github.com/nektos/act@$version" >"$work/log" 2>&1 ||
  fail "go install github.com/nektos/act@$version failed: $(tail -n 1 "$work/log")"
mkdir -p "$target"
mv "$work/bin/act" "$target/act" || fail "cannot write $target/act"
echo "act: built $("$target/act" --version)"
echo "$target/act"
