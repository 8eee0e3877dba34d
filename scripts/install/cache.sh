# Sourced by the install scripts: the folder outside the repository where they keep what they fetched, and how they
# fail and clean up. packages/docker-engine/src/cache-folder.ts knows the same rule for the folder.
cache=${CONTAINER_ACTIONS_CACHE:-${XDG_CACHE_HOME:-${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}/.cache}/container-actions}

fail() {
  echo "$(basename "$0"): $1" >&2
  exit 1
}

# make_work NAME: sets $work to a folder beside the target, so that what is made there can be moved into place; it is
# gone when the script ends, however it ends.
make_work() {
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/$1.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# go_install NAME PACKAGE VERSION: builds a program with the Go that is installed. The last line printed is its path.
go_install() {
  target=$cache/$1-$3
  if [ -x "$target/$1" ]; then
    echo "$1: $3 is in $target already"
    echo "$target/$1"
    return
  fi
  command -v go >/dev/null || fail "needs Go to build $1 $3; install Go and run again"
  make_work "$1"
  echo "$1: building $3 with $(go env GOVERSION) into $target"
  GOBIN=$work/bin go install "$2@$3" >"$work/log" 2>&1 || fail "go install $2@$3 failed: $(tail -n 1 "$work/log")"
  mkdir -p "$target"
  mv "$work/bin/$1" "$target/$1" || fail "cannot write $target/$1"
  rm -rf "$work"
  echo "$1: built $3"
  echo "$target/$1"
}

# pip_install NAME PACKAGE VERSION: installs a Python package into an environment of its own, $cache/NAME-VERSION.
pip_install() {
  target=$cache/$1-$3
  if [ -e "$target/complete" ]; then
    echo "$1: $3 is in $target already"
    return
  fi
  /usr/bin/python3 -c 'import ensurepip' 2>/dev/null || fail 'needs Python with its venv module; install python3-venv and run again'
  make_work "$1"
  echo "$1: installing $3 into $target"
  # Environments know their own path, so it is made in place.
  rm -rf "$target"
  /usr/bin/python3 -m venv "$target" >"$work/log" 2>&1 || fail "cannot make a Python environment: $(tail -n 1 "$work/log")"
  "$target/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile "$2==$3" >"$work/log" 2>&1 ||
    fail "pip install $2==$3 failed: $(grep -m 1 ERROR "$work/log" || tail -n 1 "$work/log")"
  touch "$target/complete"
  rm -rf "$work"
  echo "$1: installed $3"
}

# npm_install NAME PACKAGE VERSION: installs an npm package into a folder of its own, without running its scripts. The
# last line printed is the folder.
npm_install() {
  target=$cache/$1-$3
  if [ -d "$target/node_modules/$2" ]; then
    echo "$1: $3 is in $target already"
    echo "$target"
    return
  fi
  make_work "$1"
  echo "$1: installing $3 into $target"
  npm install --prefix "$work/new" --ignore-scripts --no-audit --no-fund --no-package-lock "$2@$3" >"$work/log" 2>&1 ||
    fail "npm install $2@$3 failed: $(grep -m 1 'npm error' "$work/log" || tail -n 1 "$work/log")"
  rm -rf "$target"
  mv "$work/new" "$target" || fail "cannot write $target"
  rm -rf "$work"
  echo "$1: installed $3"
  echo "$target"
}
