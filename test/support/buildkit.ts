import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { cacheFolder } from './cache-folder.ts'
import type { Engine } from './engine.ts'
import { docker } from './engine-images.ts'
import { startProcess } from './engine-process.ts'

/** Where scripts/install/buildkit.sh puts it; its version is in the name. */
export const BUILDKITD = join(cacheFolder(), 'buildkit-v0.25.2', 'buildkitd')

/** Its client, beside it. */
export const BUILDCTL = join(dirname(BUILDKITD), 'buildctl')

/** A BuildKit outside of any engine. */
export interface Buildkit {
  /** As `docker buildx create --driver remote` takes it. */
  readonly endpoint: string
  stop(): Promise<void>
}

const READY_MS = 60_000

/** Starts a BuildKit in a folder of its own, which goes with it. */
export async function startBuildkit(): Promise<Buildkit> {
  const folder = mkdtempSync(join(tmpdir(), 'buildkit-'))
  const socket = join(folder, 'buildkitd.sock')
  const daemon = startProcess({
    folder,
    command: [
      BUILDKITD,
      `--root=${join(folder, 'data')}`,
      `--addr=unix://${socket}`,
      '--containerd-worker=false',
      '--oci-worker-net=host',
    ],
    path: process.env['PATH'] ?? '',
    delayMs: 0,
  })
  const deadline = Date.now() + READY_MS
  // It listens only when it can answer.
  while (!existsSync(socket)) {
    const end = daemon.ended() ?? (Date.now() > deadline ? 'It does not listen.' : undefined)
    if (end !== undefined) {
      await daemon.stop()
      throw new Error(`buildkitd did not start: ${end}`)
    }
    await sleep(20)
  }
  daemon.release()
  return { endpoint: `unix://${socket}`, stop: () => daemon.stop() }
}

/** Gives the tests of a `describe` one BuildKit; where it is not installed, they are skipped, or fail with REQUIRE_DOCKER=1. */
export function useBuildkit(): () => Buildkit {
  let buildkit: Buildkit | undefined
  const missing = existsSync(BUILDKITD) ? undefined : `there is no ${BUILDKITD}; scripts/install/buildkit.sh builds it`
  beforeAll(async () => {
    if (missing === undefined) buildkit = await startBuildkit()
    else if (process.env['REQUIRE_DOCKER'] === '1') throw new Error(missing)
  })
  beforeEach((context) => context.skip(missing !== undefined, missing))
  afterAll(() => buildkit?.stop())
  return () => {
    if (buildkit === undefined) throw new Error('There is no BuildKit outside of its tests')
    return buildkit
  }
}

/** In a `describe` after `useEngine` and `useBuildkit`: the builder `far` is that BuildKit, and `down` one that does not answer. */
export function useRemoteBuilders(engine: () => Engine, buildkit: () => Buildkit): void {
  const create = (name: string, endpoint: string) =>
    docker(engine(), 'buildx', 'create', `--name=${name}`, '--driver=remote', endpoint)
  const createBoth = async () => {
    await create('far', buildkit().endpoint)
    await create('down', `${buildkit().endpoint}.not`)
  }
  let made: Promise<void> | undefined
  // Not before all tests, where it is not known yet whether there is an engine.
  beforeEach(async () => {
    made ??= createBoth()
    await made
  })
}
