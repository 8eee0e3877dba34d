import type { Cause } from './cause.ts'

const START = 'Start dockerd, or wait longer with `timeout`'
const CERTIFICATES = 'DOCKER_CERT_PATH (or the context)'

/** What to change, for each cause. */
export const HINTS: Readonly<Record<Cause, string>> = {
  host_invalid: 'Correct the address of the daemon.',
  context_missing: "Create the context with 'docker context create', or name another.",
  socket_missing: `${START}; if its socket lies elsewhere, name it in DOCKER_HOST.`,
  folder_missing: 'Mount the volume that holds the socket here, or correct the path in DOCKER_HOST.',
  socket_is_folder:
    "Remove the folder: a bind mount makes one where the socket does not exist yet. Mount the socket's folder instead of the socket, or start dockerd first.",
  socket_is_file: 'Remove the file, and start dockerd, which puts its socket there.',
  socket_stale: 'The daemon that made the socket is gone: see in its log why, and start it again.',
  socket_mount_stale:
    'The socket is mounted by itself, so that the new one of a restarted daemon stays invisible here: mount its folder instead of the socket, and restart this container.',
  permission_denied:
    "Give this user the group of the socket (in a pod: 'securityContext.supplementalGroups'), or start dockerd with '--group'.",
  path_too_long: 'Put the socket at a shorter path.',
  not_answering:
    'See in the log of dockerd what it is doing. On a tcp port without TLS it sleeps 16 s unless started with --tls=false, and restoring many containers takes long; if it hangs, restart it.',
  connection_closed:
    'The daemon ends while it starts: see in its log why (iptables, cgroups, its configuration, too little memory).',
  connection_refused:
    'Start the container of the daemon, or correct the port; dockerd uses 2376 with TLS, 2375 without.',
  host_not_found: 'Correct the host name, or start the container that has it and put it into the same network.',
  host_unreachable: 'Correct the address, or let this runner through the firewall and network policies on the way.',
  tls_expected: 'Set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem.',
  tls_not_spoken: "Unset DOCKER_TLS_VERIFY and DOCKER_TLS, or start dockerd with '--tlsverify'.",
  tls_files_missing: `Mount the certificates of the daemon here, or correct ${CERTIFICATES}; the image docker:dind writes them to /certs/client while it starts.`,
  tls_files_invalid: `Write the certificates anew, or correct ${CERTIFICATES}.`,
  tls_unknown_ca: `Take ca.pem from the CA that signed the daemon's certificate: ${CERTIFICATES} holds another one, often of a volume from an earlier daemon.`,
  tls_name_mismatch:
    'Address the daemon by a name in its certificate, or make one for this name (DOCKER_TLS_SAN of the image docker:dind).',
  tls_certificate_expired: "Renew the daemon's certificate.",
  tls_certificate_not_yet_valid: 'Set the clocks of the daemon and of this runner.',
  tls_client_certificate_missing: `Put cert.pem and key.pem beside ca.pem in the folder of ${CERTIFICATES}.`,
  tls_client_certificate_rejected: `Take cert.pem and key.pem from the CA that the daemon trusts: ${CERTIFICATES} holds others.`,
  not_docker: 'Correct DOCKER_HOST: something else is at that address, or a proxy that does not let /_ping through.',
  daemon_error: 'See in the log of dockerd, or of the proxy in front of it, what is wrong.',
  cli_missing: 'Install the docker CLI on this runner; this kind of endpoint is reached through it.',
  dial_failed: 'Make the command work by hand: docker --host HOST system dial-stdio.',
  unreachable: 'Correct the address of the daemon.',
  api_version_too_old: 'Upgrade Docker Engine.',
  server_version_too_old: 'Upgrade Docker Engine.',
  buildx_missing: 'Install the plugin docker-buildx, or add docker/setup-buildx-action before this step.',
  mirror_not_configured: "Add the mirror to 'registry-mirrors' in the daemon.json of the daemon and reload it.",
  mirror_not_serving: "Check the mirror, or remove it from 'registry-mirrors' in the daemon.json of the daemon.",
}
