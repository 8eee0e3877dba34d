import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { lastLine } from '../base/last-line.ts'
import type { Exec, ExecOptions, ExecResult } from '../step/exec.ts'
import { pluginFile, RUN_BY_DOCKER } from './plugin.ts'
import { type BuilderInstance, builderIn, imageStoreIn, type Toolset } from './toolset.ts'

/** What `docker version --format '{{json .}}'` prints, as far as it is read; without an engine it fails and prints it too. */
interface VersionAnswer {
  readonly Client?: { readonly Version?: string }
  readonly Server?: {
    readonly Version?: string
    readonly Os?: string
    readonly Arch?: string
    readonly Experimental?: boolean
  } | null
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

const clientVersion = ({ stdout }: ExecResult): string => /^Docker version ([^\s,]+)/.exec(stdout)?.[1] ?? ''

function selectedBuilder(name: string | undefined, { exitCode, stdout, stderr }: ExecResult): BuilderInstance {
  if (exitCode === 0) return builderIn(stdout)
  return { ...builderIn(''), name: name ?? '', problem: lastLine(stderr).replace(/^ERROR: /, '') }
}

/** Milliseconds for a client that waits for an engine which says nothing; that of Docker 20.10 always asks it first. */
const patiently = { timeout: 5_000 }

/**
 * Asks buildx as docker would, which would start twice itself and let the plugin introduce itself each time: as six
 * processes in place of two, it takes more than twice as long.
 *
 * @returns nothing where the program cannot be run
 */
async function askPlugin(file: string, words: readonly (readonly string[])[], exec: Exec, options: ExecOptions) {
  try {
    const runs = words.map((each) => exec.run(file, ['buildx', ...each], { ...options, env: RUN_BY_DOCKER }))
    return await Promise.all(runs)
  } catch (error) {
    if (error instanceof Failure) return []
    throw error
  }
}

async function inspectBuildx(
  exec: Exec,
  builder: string | undefined,
  env: Environment,
  options: ExecOptions = {},
): Promise<Pick<Toolset, 'buildx' | 'selected'>> {
  const [version, inspect] = [['version'], ['inspect', ...(builder === undefined ? [] : [builder])]] as const
  const file = pluginFile('buildx', env)
  const [told, shown] = file === undefined ? [] : await askPlugin(file, [version, inspect], exec, options)
  const known = told && buildxVersion(told)
  if (known !== undefined && shown !== undefined) return { buildx: known, selected: selectedBuilder(builder, shown) }
  const docker = (words: readonly string[]) => exec.run('docker', ['buildx', ...words], options)
  const buildx = buildxVersion(await docker(version))
  return { buildx, selected: buildx === undefined ? undefined : selectedBuilder(builder, await docker(inspect)) }
}

/** Asks client and buildx, and the engine only where the builder is in it. */
export async function inspectWithoutEngine(
  exec: Exec,
  builder: string | undefined,
  env: Environment,
): Promise<Toolset> {
  const [version, found] = await Promise.all([
    exec.run('docker', ['--version'], patiently),
    inspectBuildx(exec, builder, env, patiently),
  ])
  return { client: clientVersion(version), engine: { kind: 'none', problem: 'It was not asked.' }, ...found }
}

/** Of Docker, what builds: https://docs.docker.com/build/concepts/overview/ */
export type DockerClient = Pick<Toolset, 'client' | 'buildx'>

/**
 * Finds what builds without a process where the plugin is in a usual folder, and then without the versions: they are
 * empty.
 */
export async function inspectClient(exec: Exec, env: Environment): Promise<DockerClient> {
  if (pluginFile('buildx', env) !== undefined) return { client: '', buildx: '' }
  const [version, plugin] = await Promise.all([
    exec.run('docker', ['--version'], patiently),
    exec.run('docker', ['buildx', 'version'], patiently),
  ])
  return { client: clientVersion(version), buildx: buildxVersion(plugin) }
}

/** What a look at Docker can begin with. */
export interface DockerLook {
  /** The engine's own answer to `GET /info`, where that was asked for; another value than an object is none. */
  readonly info?: Promise<unknown> | undefined
  /** Is told when the commands run. */
  readonly begun?: (() => void) | undefined
}

async function driverStatus(exec: Exec, info: Promise<unknown> | undefined): Promise<unknown> {
  const told = await info
  if (typeof told === 'object' && told !== null && 'DriverStatus' in told) return told.DriverStatus
  const { stdout } = await exec.run('docker', ['info', '--format', '{{json .DriverStatus}}'])
  return json(stdout)
}

/** Asks client, engine and buildx at once. `builder` is one by its name; without it, the one that buildx takes. */
export async function inspectDocker(
  exec: Exec,
  builder: string | undefined,
  env: Environment,
  { info, begun }: DockerLook = {},
): Promise<Toolset> {
  const [found, version, status] = await Promise.all([
    inspectBuildx(exec, builder, env),
    exec.run('docker', ['version', '--format', '{{json .}}'], begun === undefined ? {} : { begun }),
    driverStatus(exec, info),
  ])
  const { Client, Server } = (json(version.stdout) ?? {}) as VersionAnswer
  return {
    client: Client?.Version ?? '',
    engine:
      version.exitCode === 0
        ? {
            kind: 'engine',
            version: Server?.Version ?? '',
            store: imageStoreIn(status),
            platform: Server ? `${Server.Os}/${Server.Arch}` : '',
            ...(Server?.Experimental ? { experimental: true } : {}),
          }
        : { kind: 'none', problem: lastLine(version.stderr) },
    ...found,
  }
}
