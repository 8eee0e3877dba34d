#!/bin/sh
# Build oras, which keeps artifacts of any kind in registries, into a cache folder with the Go that is installed.
# The last line it prints is the path of the binary.
set -eu
. "$(dirname "$0")/cache.sh"
go_install oras oras.land/oras/cmd/oras v1.3.6
