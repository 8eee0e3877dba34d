#!/bin/sh
# Build act, which runs GitHub workflows on this machine, into a cache folder with the Go that is installed.
# The last line it prints is the path of the binary.
set -eu
. "$(dirname "$0")/cache.sh"
go_install act github.com/nektos/act v0.2.87
