import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Engine } from './index.ts'
import { putShell } from './shell.ts'

/** Dockerfiles that need neither a network nor a registry. */
const DOCKERFILES = {
  /** Copies a file. */
  copy: 'FROM scratch\nCOPY hello /hello\nCMD ["/hello"]\n',
  /** Runs a command. */
  run: 'FROM scratch\nCOPY rootfs /\nRUN echo made > /made\n',
  /** Never finishes. */
  endless: 'FROM scratch\nCOPY rootfs /\nRUN while :; do :; done\n',
} as const

/** A build context with sample Dockerfiles. */
export interface SampleImages extends Disposable {
  /** `docker build` with BuildKit. */
  build(engine: Engine, name: keyof typeof DOCKERFILES, ...args: string[]): Promise<string>
}

export function sampleImages(): SampleImages {
  const context = mkdtempSync(join(tmpdir(), 'context-'))
  putShell(join(context, 'rootfs'))
  writeFileSync(join(context, 'hello'), 'hello\n')
  for (const [name, lines] of Object.entries(DOCKERFILES)) writeFileSync(join(context, `${name}.Dockerfile`), lines)
  return {
    build: (engine, name, ...args) =>
      docker(engine, 'build', '--network=none', '--file', join(context, `${name}.Dockerfile`), ...args, context),
    [Symbol.dispose]: () => rmSync(context, { recursive: true }),
  }
}

/** Runs the engine's own client; returns its standard output. */
export async function docker(engine: Pick<Engine, 'env'>, ...args: string[]): Promise<string> {
  const env = { ...process.env, ...engine.env, DOCKER_BUILDKIT: '1' }
  const { stdout } = await promisify(execFile)('docker', args, { env })
  return stdout.trim()
}
