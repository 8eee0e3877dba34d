# Sourced by the install scripts: the folder outside the repository where they keep what they fetched.
# test/support/engine-binaries.ts knows the same rule.
cache=${CONTAINER_ACTIONS_CACHE:-${XDG_CACHE_HOME:-${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}/.cache}/container-actions}
