import { type BuilderInstance, builderIn, imageStoreIn, type Toolset } from './docker-toolset.ts'
import type { Exec, ExecOptions, ExecResult } from './exec.ts'
import { lastLine } from './last-line.ts'

/** What `docker version --format '{{json .}}'` prints, as far as it is read; without an engine it fails and prints it too. */
interface VersionAnswer {
  readonly Client?: { readonly Version?: string }
  readonly Server?: { readonly Version?: string; readonly Os?: string; readonly Arch?: string } | null
}

const json = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The third word of `github.com/docker/buildx v0.29.1 <commit>` is left out by some who package it. */
const buildxVersion = ({ exitCode, stdout }: ExecResult): string | undefined =>
  exitCode === 0 ? (stdout.trim().split(/\s+/)[1] ?? '') : undefined

function selectedBuilder(name: string | undefined, { exitCode, stdout, stderr }: ExecResult): BuilderInstance {
  if (exitCode === 0) return builderIn(stdout)
  return { ...builderIn(''), name: name ?? '', problem: lastLine(stderr).replace(/^ERROR: /, '') }
}

/** Milliseconds for a client that waits for an engine which says nothing; that of Docker 20.10 always asks it first. */
const patiently = { timeout: 5_000 }

async function inspectBuildx(
  exec: Exec,
  builder: string | undefined,
  options: ExecOptions = {},
): Promise<Pick<Toolset, 'buildx' | 'selected'>> {
  const [plugin, inspect] = await Promise.all([
    exec.run('docker', ['buildx', 'version'], options),
    exec.run('docker', ['buildx', 'inspect', ...(builder === undefined ? [] : [builder])], options),
  ])
  const buildx = buildxVersion(plugin)
  return { buildx, selected: buildx === undefined ? undefined : selectedBuilder(builder, inspect) }
}

/** Asks client and buildx, and the engine only where the builder is in it. */
export async function inspectWithoutEngine(exec: Exec, builder: string | undefined): Promise<Toolset> {
  const [version, found] = await Promise.all([
    exec.run('docker', ['--version'], patiently),
    inspectBuildx(exec, builder, patiently),
  ])
  const [, client = ''] = /^Docker version ([^\s,]+)/.exec(version.stdout) ?? []
  return { client, engine: { problem: 'It was not asked.' }, ...found }
}

/** Asks client, engine and buildx at once. `builder` is one by its name; without it, the one that buildx takes. */
export async function inspectDocker(exec: Exec, builder: string | undefined): Promise<Toolset> {
  const [version, info, found] = await Promise.all([
    exec.run('docker', ['version', '--format', '{{json .}}']),
    exec.run('docker', ['info', '--format', '{{json .DriverStatus}}']),
    inspectBuildx(exec, builder),
  ])
  const { Client, Server } = (json(version.stdout) ?? {}) as VersionAnswer
  return {
    client: Client?.Version ?? '',
    engine:
      version.exitCode === 0
        ? {
            version: Server?.Version ?? '',
            store: imageStoreIn(json(info.stdout)),
            platform: Server ? `${Server.Os}/${Server.Arch}` : '',
          }
        : { problem: lastLine(version.stderr) },
    ...found,
  }
}
