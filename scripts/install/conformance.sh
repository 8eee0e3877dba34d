#!/bin/sh
# Build the OCI's conformance suite for registries into a cache folder with the Go that is installed.
# The last line it prints is the path of the binary.
set -eu
. "$(dirname "$0")/cache.sh"
# The suite has no releases of its own; this is of version 1.1 of the specification, with referrers.
module=github.com/opencontainers/distribution-spec/conformance
version=v0.0.0-20230516164017-7fcdf80f3c8b
target=$cache/conformance-$version

if [ -x "$target/conformance.test" ]; then
  echo "OCI conformance suite: $version is in $target already"
  echo "$target/conformance.test"
  exit 0
fi
command -v go >/dev/null || fail "needs Go to build $module; install Go and run again"

make_work conformance
echo "OCI conformance suite: building $version with $(go env GOVERSION) into $target"
# The suite is a test, which `go install` does not build, and it must be built in its own module for its own go.sum.
(cd "$work" && go mod init download && go mod download "$module@$version") >"$work/log" 2>&1 ||
  fail "go mod download $module@$version failed: $(tail -n 1 "$work/log")"
cp -r "$(go env GOMODCACHE)/$module@$version" "$work/source"
chmod -R u+w "$work/source"
(cd "$work/source" && go test -c -o "$work/conformance.test" .) >"$work/log" 2>&1 ||
  fail "go test -c of $module@$version failed: $(tail -n 1 "$work/log")"
mkdir -p "$target"
mv "$work/conformance.test" "$target/conformance.test" || fail "cannot write $target/conformance.test"
echo "OCI conformance suite: built $version"
echo "$target/conformance.test"
