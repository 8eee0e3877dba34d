import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { lastLine } from '../base/last-line.ts'
import { isRootless } from '../docker-daemon/registry-reach.ts'
import type { Exec, ExecOptions, ExecResult } from '../step/exec.ts'
import { RUN_BY_DOCKER, runnablePlugin } from './plugin.ts'
import { type BuilderInstance, builderIn, imageStoreIn, type Toolset } from './toolset.ts'

/**
 * The parts of `docker version --format '{{json .}}'` that are used; without an engine, the command fails, but prints
 * it anyway.
 */
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

/** Some packages omit the third word of `github.com/docker/buildx v0.29.1 <commit>`. */
const buildxVersion = ({ exitCode, stdout }: ExecResult): string | undefined =>
  exitCode === 0 ? (stdout.trim().split(/\s+/)[1] ?? '') : undefined

const clientVersion = ({ stdout }: ExecResult): string => /^Docker version ([^\s,]+)/.exec(stdout)?.[1] ?? ''

function selectedBuilder(name: string | undefined, { exitCode, stdout, stderr }: ExecResult): BuilderInstance {
  if (exitCode === 0) return builderIn(stdout)
  return { ...builderIn(''), name: name ?? '', problem: lastLine(stderr).replace(/^ERROR: /, '') }
}

/** Timeout in ms for a client that waits for a silent engine; Docker 20.10's client always contacts it first. */
const patiently = { timeout: 5_000 }

/**
 * Runs buildx as docker would. Docker starts itself twice and queries the plugin's metadata each time: six processes
 * instead of two take more than twice as long.
 *
 * @returns nothing if the program cannot be run
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
  const file = runnablePlugin('buildx', env)
  const [told, shown] = file === undefined ? [] : await askPlugin(file, [version, inspect], exec, options)
  const known = told && buildxVersion(told)
  if (known !== undefined && shown !== undefined) return { buildx: known, selected: selectedBuilder(builder, shown) }
  const docker = (words: readonly string[]) => exec.run('docker', ['buildx', ...words], options)
  const buildx = buildxVersion(await docker(version))
  return { buildx, selected: buildx === undefined ? undefined : selectedBuilder(builder, await docker(inspect)) }
}

/** Queries client and buildx, and the engine only if it contains the builder. */
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

/** The parts of Docker that build: https://docs.docker.com/build/concepts/overview/ */
export type DockerClient = Pick<Toolset, 'client' | 'buildx'>

/**
 * Finds client and buildx without starting a process if the plugin is in a usual folder; in that case the versions are
 * empty.
 */
export async function inspectClient(exec: Exec, env: Environment): Promise<DockerClient> {
  if (runnablePlugin('buildx', env) !== undefined) return { client: '', buildx: '' }
  const [version, plugin] = await Promise.all([
    exec.run('docker', ['--version'], patiently),
    exec.run('docker', ['buildx', 'version'], patiently),
  ])
  return { client: clientVersion(version), buildx: buildxVersion(plugin) }
}

/** Optional inputs of an inspection. */
export interface DockerLook {
  /** The engine's response to `GET /info`, if it was requested; anything but an object is ignored. */
  readonly info?: Promise<unknown> | undefined
  /** Called once the commands have started. */
  readonly begun?: (() => void) | undefined
}

async function driverStatus(exec: Exec, info: Promise<unknown> | undefined): Promise<unknown> {
  const told = await info
  if (typeof told === 'object' && told !== null && 'DriverStatus' in told) return told.DriverStatus
  const { stdout } = await exec.run('docker', ['info', '--format', '{{json .DriverStatus}}'])
  return json(stdout)
}

/**
 * Queries client, engine and buildx in parallel. `builder` is a builder by name; if absent, the one that buildx
 * selects.
 */
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
            ...(isRootless(await info) ? { rootless: true } : {}),
          }
        : { kind: 'none', problem: lastLine(version.stderr) },
    ...found,
  }
}
