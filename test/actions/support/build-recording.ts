import { spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Recording } from '../../../packages/core/test/support/build-recordings.ts'
import {
  type FailingBuild,
  type FailingBuilder,
  REGISTRY,
  REGISTRY_SHOWN,
} from '../../../packages/core/test/support/failing-build.ts'
import { putShell } from '../../../packages/docker-engine/src/shell.ts'

/** Where a build runs. */
export interface BuildPlace {
  readonly builder: FailingBuilder
  readonly env: Readonly<Record<string, string>>
  /** Host and port of a registry that refuses. */
  readonly registry: string
  /** Name of the builder of buildx. */
  readonly name?: string | undefined
  /** Is told what is printed. */
  readonly printed?: (text: string) => void
}

const COMMANDS: Readonly<Record<FailingBuilder, readonly string[]>> = {
  classic: ['build'],
  buildkit: ['build', '--progress=plain'],
  buildx: ['buildx', 'build', '--load', '--progress=plain'],
  remote: ['buildx', 'build', '--progress=plain'],
}

/** A user who may not read everything. */
const USER = 1001

function makeContext(folder: string, { files = {}, daemon, asUser }: FailingBuild, registry: string): void {
  putShell(join(folder, 'rootfs'))
  writeFileSync(join(folder, 'app'), 'an app')
  if (daemon === 'small') writeFileSync(join(folder, 'large'), Buffer.alloc(64 << 20, 1))
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(folder, name), text.replaceAll(REGISTRY, registry))
  if (!asUser) return
  chownSync(folder, USER, USER)
  mkdirSync(join(folder, 'private'), { mode: 0o700 })
}

/** Builds, and returns what the client of docker printed. */
export async function recordBuild(build: FailingBuild, place: BuildPlace): Promise<Recording> {
  const { builder, env, registry, name, printed = () => {} } = place
  const folder = mkdtempSync(join(tmpdir(), 'failing-build-'))
  try {
    chmodSync(folder, 0o755)
    makeContext(folder, build, registry)
    const args = [
      ...COMMANDS[builder],
      ...(name === undefined ? [] : [`--builder=${name}`]),
      '--iidfile=id',
      ...['--file=Dockerfile', '--tag=team/app:1', '--network=none', ...(build.options ?? [])],
      ...['--', build.context ?? '.'],
    ]
    const buildkit = builder === 'classic' ? '0' : '1'
    const child = spawn('docker', args, {
      cwd: folder,
      env: { ...process.env, ...env, DOCKER_BUILDKIT: buildkit, SSH_AUTH_SOCK: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(build.asUser ? { uid: USER, gid: USER } : {}),
    })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      printed(text)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      printed(text)
    })
    const exitCode = await new Promise<number>((done) => child.once('close', (code) => done(code ?? 128)))
    const plain = (text: string) => text.replaceAll(folder, '/work').replaceAll(registry, REGISTRY_SHOWN)
    return { exitCode, stdout: plain(stdout), stderr: plain(stderr) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
