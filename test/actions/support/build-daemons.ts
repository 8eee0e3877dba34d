import { chmodSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Recording } from '../../../packages/core/test/support/build-recordings.ts'
import type { FailingBuild, FailingBuilder } from '../../../packages/core/test/support/failing-build.ts'
import { prepareCustom } from '../../../packages/docker-engine/src/custom.ts'
import { docker } from '../../../packages/docker-engine/src/images.ts'
import type { PrivateEngine } from '../../../packages/docker-engine/src/index.ts'
import { startBuildkit } from '../../support/buildkit.ts'
import { mountSmallDisk } from '../../support/small-disk.ts'
import { type BuildPlace, recordBuild } from './build-recording.ts'

/** Less than the file that a build with a small disk copies. */
const SMALL = '48m'

/** Lets users who are not root use the engine and its client. */
export function openToAll({ socket }: PrivateEngine): void {
  const folder = dirname(socket)
  chmodSync(socket, 0o666)
  for (const path of [folder, join(folder, 'client'), join(folder, 'bin')]) chmodSync(path, 0o755)
}

/** Calls `kill` when the log shows that the waiting step runs. */
function whenWaiting({ daemon }: FailingBuild, kill: () => Promise<void>): (text: string) => void {
  let seen = daemon !== 'killed'
  return (text) => {
    if (seen || !text.includes('kill -STOP')) return
    seen = true
    setTimeout(() => void kill(), 1_500)
  }
}

async function withOwnEngine(build: FailingBuild, place: BuildPlace, kind: 'bookworm' | 'sid'): Promise<Recording> {
  await using prepared = prepareCustom({ kind: build.daemon === 'classic-store' ? 'sid-classic' : kind })
  if (build.daemon === 'small') mountSmallDisk(join(prepared.folder, 'data'), SMALL)
  await using engine = prepared.start()
  const answers = () =>
    docker({ env: engine.env }, 'version')
      .then(() => true)
      .catch(() => false)
  while (!(await answers())) {
    const end = engine.ended()
    if (end !== undefined) throw new Error(`dockerd ended before it was ready: ${end}`)
    await sleep(100)
  }
  return await recordBuild(build, { ...place, env: engine.env, printed: whenWaiting(build, engine.kill) })
}

/** With the client of `place`, and a BuildKit of its own. */
async function withOwnBuildkit(build: FailingBuild, place: BuildPlace): Promise<Recording> {
  const name = `own-${build.daemon}`
  const small = (folder: string) => void mountSmallDisk(join(folder, 'data'), SMALL)
  const buildkit = await startBuildkit(build.daemon === 'small' ? { prepare: small } : {})
  const endpoint = build.daemon === 'none' ? `${buildkit.endpoint}.not` : buildkit.endpoint
  try {
    await docker({ env: place.env }, 'buildx', 'create', `--name=${name}`, '--driver=remote', endpoint)
    return await recordBuild(build, { ...place, name, printed: whenWaiting(build, buildkit.kill) })
  } finally {
    await buildkit.stop()
  }
}

/** Builds with a daemon in the state that the build asks for. */
export async function recordWith(build: FailingBuild, place: BuildPlace): Promise<Recording> {
  const { builder } = place
  if (build.daemon === undefined) return recordBuild(build, place)
  if (builder === 'remote') return withOwnBuildkit(build, place)
  if (build.daemon !== 'none') return withOwnEngine(build, place, isOld(builder) ? 'bookworm' : 'sid')
  return recordBuild(build, { ...place, env: { ...place.env, DOCKER_HOST: 'unix:///nowhere.sock' } })
}

/** Whether the client of 20.10 has this builder. */
export const isOld = (builder: FailingBuilder): boolean => builder === 'classic' || builder === 'buildkit'
