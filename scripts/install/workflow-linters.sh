#!/bin/sh
# Install actionlint (built with Go) and zizmor (from its Python package) into cache folders.
# The last line it prints has the paths of both.
set -eu
. "$(dirname "$0")/cache.sh"
actionlint_version=v1.7.12
zizmor_version=1.32.0
actionlint=$cache/actionlint-$actionlint_version
zizmor=$cache/zizmor-$zizmor_version

fail() {
  echo "workflow-linters.sh: $1" >&2
  exit 1
}

mkdir -p "$cache"
log=$(mktemp "$cache/workflow-linters.XXXXXX")
trap 'rm -f "$log"; [ -e "$zizmor/complete" ] || rm -rf "$zizmor"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if ! "$actionlint/actionlint" -version >/dev/null 2>&1; then
  command -v go >/dev/null || fail "needs Go to build actionlint $actionlint_version; install Go and run again"
  echo "actionlint: building $actionlint_version into $actionlint"
  GOBIN=$actionlint go install "github.com/rhysd/actionlint/cmd/actionlint@$actionlint_version" >"$log" 2>&1 ||
    fail "go install of actionlint $actionlint_version failed: $(tail -n 1 "$log")"
fi
if [ ! -e "$zizmor/complete" ]; then
  /usr/bin/python3 -c 'import ensurepip' 2>/dev/null || fail 'needs Python with its venv module; install python3-venv and run again'
  echo "zizmor: installing $zizmor_version into $zizmor"
  rm -rf "$zizmor"
  /usr/bin/python3 -m venv "$zizmor" >"$log" 2>&1 || fail "cannot make a Python environment: $(tail -n 1 "$log")"
  "$zizmor/bin/python" -m pip install --quiet --disable-pip-version-check "zizmor==$zizmor_version" >"$log" 2>&1 ||
    fail "pip install zizmor==$zizmor_version failed: $(tail -n 1 "$log")"
  touch "$zizmor/complete"
fi
echo "$actionlint/actionlint $zizmor/bin/zizmor"
