#!/bin/sh
# Build BuildKit's daemon and its client, for builders outside of an engine, into cache folders with the Go that is
# installed: the version that `buildx-stable-1` has today, and an older one. The daemon runs steps with the machine's
# own runc. The last line it prints is the path of the newer daemon.
# test/support/buildkit.ts names the same versions.
set -eu
. "$(dirname "$0")/cache.sh"
module=github.com/moby/buildkit

# build VERSION: into $cache/buildkit-VERSION.
build() {
  version=$1
  target=$cache/buildkit-$version
  if "$target/buildkitd" --version >/dev/null 2>&1 && "$target/buildctl" --version >/dev/null 2>&1; then
    echo "BuildKit: $version is in $target already"
    return
  fi
  command -v go >/dev/null || fail "needs Go to build BuildKit $version; install Go and run again"

  make_work buildkit
  echo "BuildKit: building $version with $(go env GOVERSION) into $target"
  # Its go.mod excludes versions, with which `go install` does not build a module that is not its own.
  (cd "$work" && go mod init download && go get "$module/cmd/buildkitd@$version" "$module/cmd/buildctl@$version") \
    >"$work/log" 2>&1 || fail "go get $module@$version failed: $(tail -n 1 "$work/log")"
  mkdir -p "$target"
  for program in buildctl buildkitd; do
    # Static, so that it also runs in an image with nothing else in it.
    (cd "$work" && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X $module/version.Version=$version" -o $program "$module/cmd/$program") \
      >"$work/log" 2>&1 || fail "go build of $program $version failed: $(tail -n 1 "$work/log")"
    mv "$work/$program" "$target/$program" || fail "cannot write $target/$program"
  done
  rm -rf "$work"
  echo "BuildKit: built $("$target/buildkitd" --version)"
}

build v0.25.2
build v0.34.2
echo "$cache/buildkit-v0.34.2/buildkitd"
