#!/bin/sh
# Install moto's server, an imitation of AWS that others wrote, into a Python environment in a cache folder.
# The last line it prints is the path of the server.
set -eu
. "$(dirname "$0")/cache.sh"
pip_install moto 'moto[server]' 5.2.5
echo "$target/bin/moto_server"
