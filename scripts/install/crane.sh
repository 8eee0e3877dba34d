#!/bin/sh
# Build crane, whose library many tools read registries with, into a cache folder with the Go that is installed.
# The last line it prints is the path of the binary.
set -eu
. "$(dirname "$0")/cache.sh"
go_install crane github.com/google/go-containerregistry/cmd/crane v0.22.1
