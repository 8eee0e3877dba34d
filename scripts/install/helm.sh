#!/bin/sh
# Build helm, which keeps charts in registries as OCI artifacts, into a cache folder with the Go that is installed.
# The last line it prints is the path of the binary.
set -eu
. "$(dirname "$0")/cache.sh"
go_install helm helm.sh/helm/v3/cmd/helm v3.21.4
