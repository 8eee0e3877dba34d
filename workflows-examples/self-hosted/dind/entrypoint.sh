#!/bin/sh
# Creates /etc/docker/daemon.json from REGISTRY_MIRRORS and DOCKER_MTU, has dockerd validate it together with its
# arguments, and continues like docker:dind. An error is reported in one line with status 78 (EX_CONFIG in sysexits.h),
# before dockerd starts.
set -euf

file=/etc/docker/daemon.json
newline='
'

refuse() {
  echo "configured-dockerd: $1" >&2
  exit 78
}

# is_number VALUE LOWEST HIGHEST
is_number() {
  case $1 in '' | 0* | *[!0-9]* | ??????*) return 1 ;; esac
  [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]
}

# dockerd accepts only scheme, host and port in a mirror URL. Valid values need no escapes in JSON.
check_mirror() {
  case $1 in
    *@*) refuse "REGISTRY_MIRRORS: the mirror at '${1##*@}' has a user or password, which Docker never sends to a mirror; leave it out, and let the mirror itself log in to Docker Hub." ;;
    http://?* | https://?*) ;;
    *) refuse "REGISTRY_MIRRORS: a mirror begins with http:// or https://, as in http://10.1.1.10:5000; it is '$1'." ;;
  esac
  host=${1#*://}
  host=${host%/}
  case $host in
    */* | *\?* | *\#*) refuse "REGISTRY_MIRRORS: a mirror has no path, query or fragment, as in http://10.1.1.10:5000; it is '$1'." ;;
    '' | :* | *[!][A-Za-z0-9.:_-]*) refuse "REGISTRY_MIRRORS: a mirror is scheme, host and port, as in http://10.1.1.10:5000; it is '$1'." ;;
  esac
  case $host in
    *\]) ;;
    *:*) is_number "${host##*:}" 1 65535 || refuse "REGISTRY_MIRRORS: a port is a number from 1 to 65535, as in http://10.1.1.10:5000; it is '$1'." ;;
  esac
}

# Prints the configuration on one line, or nothing if no variable requires one.
configuration() {
  mirrors=
  for mirror in ${REGISTRY_MIRRORS:-}; do
    check_mirror "$mirror"
    mirrors="$mirrors${mirrors:+, }\"$mirror\""
  done
  fields=${mirrors:+"\"registry-mirrors\": [$mirrors]"}
  if [ -n "${DOCKER_MTU:-}" ]; then
    is_number "$DOCKER_MTU" 68 65535 || refuse "DOCKER_MTU must be a number from 68 to 65535, as in 1450; it is '$DOCKER_MTU'."
    # The first setting is for dockerd's bridge, the second for networks created later, such as those of jobs with
    # services.
    fields="$fields${fields:+, }\"mtu\": $DOCKER_MTU, \"default-network-opts\": {\"bridge\": {\"com.docker.network.driver.mtu\": \"$DOCKER_MTU\"}}"
  fi
  echo "${fields:+"{$fields}"}"
}

write_configuration() {
  [ -n "$1" ] || return 0
  case " $2 " in
    *' --config-file'*) refuse "REGISTRY_MIRRORS and DOCKER_MTU go into $file, which --config-file replaces; use one of the two ways." ;;
  esac
  # A restarted container still has the file of its first start.
  if [ -e "$file" ] && [ "$(cat "$file")" != "$1" ]; then
    refuse "There is a $file, and REGISTRY_MIRRORS or DOCKER_MTU asks for another one; put everything into the file, or remove it."
  fi
  mkdir -p "${file%/*}"
  echo "$1" >"$file"
}

case ${1:-dockerd} in
  dockerd | -*) ;;
  # Another program in the image.
  *) exec dockerd-entrypoint.sh "$@" ;;
esac
json=$(configuration)
write_configuration "$json" "$*"
(
  [ "${1:-}" != dockerd ] || shift
  said=$(dockerd --validate "$@" 2>&1) || refuse "dockerd refuses its configuration: ${said##*"$newline"}"
)
[ -z "$json" ] || echo "configured-dockerd: $file is $json"
exec dockerd-entrypoint.sh "$@"
