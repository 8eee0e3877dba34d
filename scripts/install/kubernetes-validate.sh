#!/bin/sh
# Install kubernetes-validate, which has the schemas of Kubernetes' own objects, into a Python environment in a cache
# folder. The last line it prints is the path of the command.
set -eu
. "$(dirname "$0")/cache.sh"
pip_install kubernetes-validate kubernetes-validate 1.37.0
echo "$target/bin/kubernetes-validate"
