import { DEFAULT_SOCKET, type Endpoint, type Environment, isAtLeast } from '@container-actions/core'
import type { Daemon } from './daemon.ts'
import type { Link } from './network.ts'

/** Facts that are not checked, but may cause problems later. */
export interface Surroundings {
  readonly endpoint: Endpoint
  readonly daemon: Daemon
  readonly env: Environment
  /** The newest API version that the docker CLI supports; `undefined` if unknown. */
  readonly cliApiVersion: string | undefined
  readonly link: Link | undefined
  readonly bridgeMtu: number | undefined
  /** Whether DOCKER_HOST is set for the later steps. */
  readonly exported: boolean
  /** Whether this runs in a job; its container actions and job containers get the default socket. */
  readonly inJob: boolean
  /** Whether the socket is the one at the default path, under any name. */
  readonly isDefaultSocket: boolean
}

function hiddenSocket({ endpoint, daemon, inJob, isDefaultSocket }: Surroundings): string[] {
  if (!inJob || endpoint.address.kind !== 'unix' || isDefaultSocket) return []
  const { path } = endpoint.address
  const where = `Container actions and job containers get ${DEFAULT_SOCKET}, whatever DOCKER_HOST says; the daemon is at ${path}.`
  // A rootless daemon may not create a socket there.
  const cure = daemon.rootless
    ? `It is rootless: if this job uses them and nothing else is there, have root make a link, 'ln -s ${path} ${DEFAULT_SOCKET}'.`
    : `Let it listen on ${DEFAULT_SOCKET} as well if this job uses them.`
  return [`${where} ${cure}`]
}

/** Warnings about a daemon that is ready, one line each. */
export function warningsAbout(around: Surroundings): string[] {
  const { endpoint, daemon, cliApiVersion, link, bridgeMtu, exported } = around
  const { minApiVersion } = daemon
  return [
    ...daemon.refused.map(
      (call) =>
        `The daemon does not answer ${call}; outputs that come from it stay empty. A proxy in front of it has to let it through.`,
    ),
    ...(daemon.storageDriver === 'vfs'
      ? [
          'The daemon stores images with vfs, which copies every layer as a whole: builds are slow and the disk fills. Put its data-root on a volume of its own (not on an overlay), or use fuse-overlayfs.',
        ]
      : []),
    ...(cliApiVersion !== undefined && minApiVersion !== '' && !isAtLeast(cliApiVersion, minApiVersion)
      ? [
          `The daemon speaks no API below ${minApiVersion}, and the docker CLI here speaks ${cliApiVersion}: every docker command will fail. Upgrade the CLI, or set DOCKER_MIN_API_VERSION=${cliApiVersion} for dockerd.`,
        ]
      : []),
    ...(link !== undefined && bridgeMtu !== undefined && bridgeMtu > link.mtu
      ? [
          `Containers send packets of ${bridgeMtu} bytes, and ${link.name} of this runner carries ${link.mtu}: downloads in containers and builds can hang. Start dockerd with --mtu=${link.mtu}.`,
        ]
      : []),
    ...(endpoint.source === 'search' && !exported
      ? [
          `The docker CLI does not look at ${endpoint.url} by itself: set export_docker_host, or DOCKER_HOST for the runner.`,
        ]
      : []),
    ...hiddenSocket(around),
  ]
}
