import { setTimeout as delay } from 'node:timers/promises'
import { Failure, reason, type Toolset } from '@container-actions/core'
import type { Inputs } from '../inputs.ts'
import type { Ports } from '../ports.ts'
import { foundIn } from './unsupported.ts'

/** Podman's `push` names no digest in its output, and its `buildx` builds with Buildah, whose options are others. */
const PODMAN = (version: string) =>
  `The program 'docker' of this runner is Podman ${version}, which this action does not build with. Install Docker's client, for example the package docker-ce-cli, in place of podman-docker, or put its folder first in PATH.`

/**
 * What there is of Docker, once the engine answers. Where that does not, a builder that runs elsewhere will do.
 *
 * @param signal aborts when nobody wants to know any more
 * @param begun is told when the commands run
 */
export async function findDocker(
  { builder, waitForDocker }: Pick<Inputs, 'builder' | 'waitForDocker'>,
  { docker, daemon }: Pick<Ports, 'docker' | 'daemon'>,
  signal: AbortSignal,
  begun?: () => void,
): Promise<Toolset> {
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

/** How long other work stands back for an engine that does not answer at once, in milliseconds. */
const HEAD_START = 100

/** A search for Docker that other work goes on beside. */
export interface DockerSearch {
  readonly toolset: Promise<Toolset>
  /** Settles when its commands run; or when there are none for now, or none any more. */
  readonly underWay: Promise<unknown>
}

/** Begins to look for Docker. Its commands run on other processors, once they are started. */
export function searchDocker(...[inputs, ports, signal]: Parameters<typeof findDocker>): DockerSearch {
  const { promise: begun, resolve } = Promise.withResolvers<void>()
  const toolset = findDocker(inputs, ports, signal, resolve)
  const over = toolset.catch(() => undefined)
  return { toolset, underWay: Promise.race([begun, over, delay(HEAD_START, undefined, { ref: false })]) }
}
