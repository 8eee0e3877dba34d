import { type Environment, type Exec, isAtLeast, runnablePlugin } from '@container-actions/core'
import type { Daemon } from './daemon.ts'

/** Facts about the docker CLI of this runner. */
export interface DockerCli {
  /** The newest API version that it supports, if that matters and can be determined. */
  readonly apiVersion: string | undefined
  /** Path of its buildx plugin. */
  readonly buildx: string | undefined
  /** Empty if there is no plugin or it could not be queried. */
  readonly buildxVersion: string
}

/** Engines up to 28 support every API from this version on, and so does every CLI of the last ten years. */
const EVERY_CLI = '1.24'

async function output(exec: Exec, command: string, args: readonly string[], env: Environment = {}): Promise<string> {
  try {
    return (await exec.run(command, args, { env })).stdout.trim()
  } catch {
    // The command does not exist, so it cannot be too old.
    return ''
  }
}

/**
 * Uses an address where nothing can listen: the CLI reports its own version anyway, and cannot hang with the daemon.
 */
const newestApi = (exec: Exec): Promise<string> =>
  output(exec, 'docker', ['--host', 'unix:///dev/null/none', 'version', '--format', '{{.Client.DefaultAPIVersion}}'], {
    ...{ DOCKER_TLS_VERIFY: '', DOCKER_TLS: '' },
  })

async function buildxVersion(exec: Exec, file: string): Promise<string> {
  try {
    // The call with which the docker CLI itself queries a plugin's metadata.
    const metadata: { Version?: unknown } = JSON.parse(await output(exec, file, ['docker-cli-plugin-metadata']))
    return typeof metadata.Version === 'string' ? metadata.Version : ''
  } catch {
    return ''
  }
}

/** Inspects the docker CLI; runs it only for what no file contains. */
export async function readCli(daemon: Daemon, env: Environment, exec: Exec | undefined): Promise<DockerCli> {
  const buildx = runnablePlugin('buildx', env)
  const matters = daemon.minApiVersion !== '' && !isAtLeast(EVERY_CLI, daemon.minApiVersion)
  const [apiVersion, version] = await Promise.all([
    env['DOCKER_API_VERSION'] || (matters && exec ? newestApi(exec) : ''),
    buildx !== undefined && exec ? buildxVersion(exec, buildx) : '',
  ])
  return { apiVersion: apiVersion || undefined, buildx, buildxVersion: version }
}
