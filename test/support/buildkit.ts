import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { cacheFolder } from '../../packages/docker-engine/src/cache-folder.ts'
import { docker } from '../../packages/docker-engine/src/images.ts'
import type { Engine } from '../../packages/docker-engine/src/index.ts'
import { startProcess } from '../../packages/docker-engine/src/process.ts'

/** As scripts/install/buildkit.sh builds them: the newest that it can, and one that many still have. */
const VERSIONS = { newest: 'v0.34.2', older: 'v0.25.2' } as const
export type BuildkitAge = keyof typeof VERSIONS

/** Where scripts/install/buildkit.sh puts it. */
const daemonOf = (age: BuildkitAge): string => join(cacheFolder(), `buildkit-${VERSIONS[age]}`, 'buildkitd')

export const BUILDKITD = daemonOf('newest')

/** Its client, beside it. */
export const BUILDCTL = join(dirname(BUILDKITD), 'buildctl')

/** A BuildKit outside of any engine. */
export interface Buildkit {
  /** As `docker buildx create --driver remote` takes it. */
  readonly endpoint: string
  /** Ends it without its own clean-up; it still has to be stopped. */
  kill(): Promise<void>
  stop(): Promise<void>
}

export interface BuildkitOptions {
  readonly age?: BuildkitAge
  /** Is told of the folder that it keeps everything in, below `data`, before it starts. */
  readonly prepare?: (folder: string) => void
}

const READY_MS = 60_000

/** Starts a BuildKit in a folder of its own, which goes with it. */
export async function startBuildkit({ age = 'newest', prepare }: BuildkitOptions = {}): Promise<Buildkit> {
  const folder = mkdtempSync(join(tmpdir(), 'buildkit-'))
  prepare?.(folder)
  const socket = join(folder, 'buildkitd.sock')
  const daemon = startProcess({
    folder,
    command: [
      daemonOf(age),
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
  return {
    endpoint: `unix://${socket}`,
    kill: async () => void process.kill(await daemon.pid, 'SIGKILL'),
    stop: () => daemon.stop(),
  }
}

/** Gives the tests of a `describe` one BuildKit; where it is not installed, they are skipped, or fail with REQUIRE_DOCKER=1. */
export function useBuildkit(age: BuildkitAge = 'newest'): () => Buildkit {
  let buildkit: Buildkit | undefined
  const program = daemonOf(age)
  const missing = existsSync(program) ? undefined : `there is no ${program}; scripts/install/buildkit.sh builds it`
  beforeAll(async () => {
    if (missing === undefined) buildkit = await startBuildkit({ age })
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
