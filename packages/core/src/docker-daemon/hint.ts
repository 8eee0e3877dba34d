import type { DaemonCause } from './cause.ts'
import type { HostState } from './host-state.ts'

const CERTIFICATES = 'DOCKER_CERT_PATH (or the context)'

/** What to change for each cause, if the machine reveals nothing more. */
export const HINTS: Readonly<Record<DaemonCause, string>> = {
  host_invalid: 'Correct the address of the daemon.',
  context_missing: "Create the context with 'docker context create', or use another one.",
  socket_missing: 'Start dockerd; if its socket lies elsewhere, name it in DOCKER_HOST.',
  folder_missing: 'Mount the volume that holds the socket here, or correct the path in DOCKER_HOST.',
  socket_is_folder:
    "Remove the folder: a bind mount creates one if the socket does not exist yet. Mount the socket's folder instead of the socket, or start dockerd first.",
  socket_is_file: 'Remove the file, and start dockerd, which puts its socket there.',
  socket_stale: 'The daemon that created the socket is gone: check its log for the reason, and restart it.',
  socket_mount_stale:
    'The socket itself is mounted, so the new socket of a restarted daemon stays invisible here: mount its folder instead of the socket, and restart this container.',
  permission_denied: 'Run as a user who may open the socket.',
  path_too_long: 'Put the socket at a shorter path.',
  not_answering:
    'Check the log of dockerd. On a tcp port without TLS it sleeps 16 s unless started with --tls=false, and restoring many containers takes long; if it hangs, restart it.',
  connection_closed:
    'The daemon exits while it starts: check its log for the reason (iptables, cgroups, its configuration, too little memory).',
  connection_refused:
    'Start the container of the daemon, or correct the port; dockerd uses 2376 with TLS, 2375 without.',
  host_not_found: 'Correct the host name, or start the container that has it and put it into the same network.',
  host_unreachable: 'Correct the address, or let this runner through the firewall and network policies on the way.',
  tls_expected: 'Set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem.',
  tls_not_spoken: "Unset DOCKER_TLS_VERIFY and DOCKER_TLS, or start dockerd with '--tlsverify'.",
  tls_files_missing: `Mount the certificates of the daemon here, or correct ${CERTIFICATES}; the image docker:dind writes them to /certs/client while it starts.`,
  tls_files_invalid: `Recreate the certificates, or correct ${CERTIFICATES}.`,
  tls_unknown_ca: `Take ca.pem from the CA that signed the daemon's certificate: ${CERTIFICATES} holds another one, often of a volume from an earlier daemon.`,
  tls_name_mismatch:
    'Use a name for the daemon that is in its certificate, or create a certificate for this name (DOCKER_TLS_SAN of the image docker:dind).',
  tls_certificate_expired: "Renew the daemon's certificate.",
  tls_certificate_not_yet_valid: 'Set the clocks of the daemon and of this runner.',
  tls_client_certificate_missing: `Put cert.pem and key.pem beside ca.pem in the folder of ${CERTIFICATES}.`,
  tls_client_certificate_rejected: `Take cert.pem and key.pem from the CA that the daemon trusts: ${CERTIFICATES} holds others.`,
  not_docker: 'Correct DOCKER_HOST: something else is at that address, or a proxy that does not let /_ping through.',
  proxy_refused:
    'The docker command uses the same route: add the host to NO_PROXY on this runner, or let the proxy through to it.',
  daemon_error: 'Check the log of dockerd, or of the proxy in front of it.',
  cli_missing: 'Install the docker CLI on this runner; this kind of endpoint is reached through it.',
  dial_failed: 'Make this command work: docker --host HOST system dial-stdio.',
  unreachable: 'Try the address by hand to see more: docker --host ADDRESS version.',
}

/** Causes for which the daemon may be at another address. */
const ABSENT: ReadonlySet<DaemonCause> = new Set([
  'socket_missing',
  'folder_missing',
  'socket_stale',
  'connection_refused',
  'host_not_found',
])

/** Causes for which the daemon may have been killed. */
const GONE: ReadonlySet<DaemonCause> = new Set([
  'socket_missing',
  'socket_stale',
  'connection_refused',
  'connection_closed',
])

const openHint = ({ open = [] }: HostState): string =>
  open[0] === undefined ? '' : ` This user may open ${open[0]}: set DOCKER_HOST=unix://${open[0]} if that is the one.`

/** How to add this user to the group of a socket. */
function groupHint(gid: number, { user, jobContainer }: HostState): string {
  if (user.later?.includes(gid)) {
    return `/etc/group has this user in the group ${gid}, and this process was started before that: restart the runner.`
  }
  if (jobContainer) return `Give the container of this job the group: 'options: --group-add ${gid}'.`
  return `Add the group ${gid} to this user (in a pod: supplementalGroups: [${gid}]), or start dockerd with --group and a group that it has.`
}

function permissionHint(scene: HostState): string {
  const { file, user } = scene
  if (file === undefined) return 'Then run this step again, or run it as a user who may read the file.'
  if (file.kind === 'hidden') {
    return `Let this user enter the folder ${file.folder}, or put the socket into another one.${openHint(scene)}`
  }
  if (file.kind !== 'socket') return `${HINTS.permission_denied}${openHint(scene)}`
  const { uid, gid, mode } = file.owner
  const us = `this process is uid ${user.uid} with the groups ${user.groups.join(', ')}`
  const theirs = `The socket belongs to uid ${uid}, gid ${gid}, mode ${mode.toString(8).padStart(4, '0')}; ${us}.`
  const isForGroup = (mode & 0o060) === 0o060 && gid !== 0
  const cure = isForGroup ? groupHint(gid, scene) : 'Start dockerd with --group and a group of this user.'
  return `${theirs} ${cure}${openHint(scene)}`
}

function kubernetesHint({ kubernetes }: HostState): string | undefined {
  return kubernetes
    ? 'This runner starts job containers as pods (ACTIONS_RUNNER_CONTAINER_HOOKS), where there is no Docker by design: use the container mode dind of the scale set.'
    : undefined
}

function elsewhereHint({ daemons, sockets }: HostState, url: string): string | undefined {
  const host = daemons
    .flatMap(({ hosts }) => hosts)
    .find((candidate) => candidate !== url && candidate.startsWith('unix://'))
  if (host !== undefined && daemons.every(({ hosts }) => !hosts.includes(url))) {
    return `A dockerd here listens on ${host}: set DOCKER_HOST to it if that is the one.`
  }
  return sockets[0] === undefined
    ? undefined
    : `There is a socket at ${sockets[0]}: set DOCKER_HOST=unix://${sockets[0]} if that is the one.`
}

const killedHint = ({ killed }: HostState): string | undefined =>
  killed.length > 0
    ? 'Processes here were killed because memory ran out: raise the memory limit of the container.'
    : undefined

function stoppedHint({ daemons }: HostState): string | undefined {
  const stopped = daemons.find(({ state }) => state === 'stopped')
  return stopped === undefined
    ? undefined
    : `dockerd, process ${stopped.pid}, is stopped by a signal: resume it with 'kill -CONT ${stopped.pid}'.`
}

/** What to change, including findings from the machine. */
export function hintFor(cause: DaemonCause, scene: HostState, url: string): string {
  const found = [
    ...(ABSENT.has(cause) ? [kubernetesHint(scene), elsewhereHint(scene, url)] : []),
    ...(GONE.has(cause) ? [killedHint(scene)] : []),
    ...(cause === 'not_answering' ? [stoppedHint(scene)] : []),
  ].filter((sentence) => sentence !== undefined)
  if (cause === 'permission_denied') return permissionHint(scene)
  return [...found, HINTS[cause]].join(' ')
}
