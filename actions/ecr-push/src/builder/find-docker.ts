import { setTimeout as delay } from 'node:timers/promises'
import { Failure, reason, type Toolset } from '@container-actions/core'
import type { Inputs } from '../inputs.ts'
import type { Ports } from '../ports.ts'
import { foundIn } from './unsupported.ts'

/** Podman's `push` reports no digest, and its `buildx` builds with Buildah, which has different options. */
const PODMAN = (version: string) =>
  `The program 'docker' of this runner is Podman ${version}, which this action does not support. Install Docker's client, for example the package docker-ce-cli, instead of podman-docker, or put its folder first in PATH.`

/** @throws {Failure} with what to install where there is no docker CLI */
export function demandClient(docker: Pick<Ports['docker'], 'clientProblem'>): void {
  const problem = docker.clientProblem()
  if (problem !== undefined) throw new Failure(problem)
}

/**
 * Finds the Docker toolset, once the engine responds. If it does not, a builder that runs elsewhere is sufficient.
 *
 * @param signal aborted when the result is no longer needed
 * @param begun called once the commands have started
 */
export async function findDocker(
  { builder, waitForDocker }: Pick<Inputs, 'builder' | 'waitForDocker'>,
  { docker, daemon }: Pick<Ports, 'docker' | 'daemon'>,
  signal: AbortSignal,
  begun?: () => void,
): Promise<Toolset> {
  demandClient(docker)
  const podman = await docker.podman()
  if (podman !== undefined) throw new Failure(PODMAN(podman))
  let found: Awaited<ReturnType<typeof daemon>>
  try {
    found = await daemon(waitForDocker, signal)
  } catch (error) {
    signal.throwIfAborted()
    const toolset = await docker.toolsetWithoutEngine(builder)
    if (foundIn(toolset).usesEngine) throw error
    return { ...toolset, engine: { kind: 'none', problem: reason(error) } }
  }
  return docker.toolset(builder, { info: found.info, begun })
}

/** How long other work waits for an engine that does not respond immediately, in milliseconds. */
const HEAD_START = 100

/** A search for Docker in the background. */
export interface DockerSearch {
  readonly toolset: Promise<Toolset>
  /** Settles once its commands have started; or if there are none at the moment, or no more. */
  readonly underWay: Promise<unknown>
}

/** Starts the search for Docker. Its commands run on other processors once they are started. */
export function searchDocker(...[inputs, ports, signal]: Parameters<typeof findDocker>): DockerSearch {
  const { promise: begun, resolve } = Promise.withResolvers<void>()
  const toolset = findDocker(inputs, ports, signal, resolve)
  const over = toolset.catch(() => undefined)
  return { toolset, underWay: Promise.race([begun, over, delay(HEAD_START, undefined, { ref: false })]) }
}
