import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { engineBinaries } from '../../../packages/docker-engine/src/binaries.ts'
import { docker } from '../../../packages/docker-engine/src/images.ts'
import type { PrivateEngine } from '../../../packages/docker-engine/src/index.ts'
import { putPrograms } from '../../../packages/docker-engine/src/shell.ts'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'
import { succeed } from '../../support/client-programs.ts'

/** Where the files are that users copy. */
export const KIT = join(REPOSITORY, 'workflows-examples/self-hosted')

/** A copy of the kit as a user has it, with the files of secrets. */
export interface KitCopy extends Disposable {
  readonly folder: string
  /** Runs `docker compose` in it with the client and the daemon of an engine; `settings` are those of .env. */
  compose(engine: PrivateEngine, settings: Readonly<Record<string, string>>, ...args: string[]): Promise<string>
}

export function copyKit(override: object = {}): KitCopy {
  const folder = mkdtempSync(join(tmpdir(), 'kit-'))
  cpSync(KIT, folder, { recursive: true })
  mkdirSync(join(folder, 'secrets'))
  for (const name of ['github-token', 'aws-credentials'])
    writeFileSync(join(folder, 'secrets', name), `${name} of a test\n`)
  const command = { command: ['/home/runner/bin/Runner.Listener'] }
  const services = { runner: command, 'runner-dind': command, ...override }
  writeFileSync(join(folder, 'compose.override.yaml'), JSON.stringify({ services }))
  const compose: KitCopy['compose'] = (engine, settings, ...args) => {
    const own = { RUNNER_URL: 'https://github.com/org', RUNNERS: '2', RUNNER_IMAGE: STUB, DOCKER_SOCKET: engine.socket }
    const options = { cwd: folder, env: { ...engine.env, ...own, ...settings } }
    return succeed('docker', ['compose', ...args], options)
  }
  return { folder, compose, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A process with the name of the runner's, which tells what it was given. */
const LISTENER = `#!/bin/sh
echo "$RUNNER_WORK_FOLDER" >/tmp/work-folder
while :; do sleep 1; done
`

const DOCKERFILE = `FROM scratch
COPY rootfs /
`

/** What buildStubRunner names its image. */
const STUB = 'stub-runner:1'

/** An image that stands for the runner's, with the engine's client and without GitHub. */
export async function buildStubRunner(engine: PrivateEngine): Promise<void> {
  const { docker: client } = engineBinaries(engine.kind)
  const context = mkdtempSync(join(tmpdir(), 'stub-runner-'))
  const rootfs = join(context, 'rootfs')
  try {
    const programs = ['sh', 'cat', 'chown', 'cp', 'grep', 'hostname', 'ln', 'mkdir', 'rm', 'sleep'].map(
      (name) => `/bin/${name}`,
    )
    putPrograms(rootfs, { ...Object.fromEntries(programs.map((file) => [file, file])), '/bin/docker': client })
    for (const folder of ['home/runner/bin', 'home/runner/externals/node24', 'tmp', 'run'])
      mkdirSync(join(rootfs, folder), { recursive: true })
    writeFileSync(join(rootfs, 'home/runner/bin/Runner.Listener'), LISTENER, { mode: 0o755 })
    writeFileSync(join(rootfs, 'home/runner/externals/node24/node'), 'a node\n')
    writeFileSync(join(context, 'Dockerfile'), DOCKERFILE)
    await docker(engine, 'build', '--network=none', '--tag', STUB, context)
  } finally {
    rmSync(context, { recursive: true })
  }
}
