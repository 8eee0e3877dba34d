#!/bin/sh
# Install actionlint (built with Go) and zizmor (from its Python package) into cache folders.
# The last line it prints has the paths of both.
set -eu
. "$(dirname "$0")/cache.sh"
go_install actionlint github.com/rhysd/actionlint/cmd/actionlint v1.7.12
actionlint=$target/actionlint
pip_install zizmor zizmor 1.32.0
echo "$actionlint $target/bin/zizmor"
