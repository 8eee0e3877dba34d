#!/bin/sh
# Install @sigstore/oci, by which actions/attest writes attestations into registries, into a cache folder with npm.
# The last line it prints is the folder.
set -eu
. "$(dirname "$0")/cache.sh"
npm_install sigstore-oci @sigstore/oci 0.7.2
