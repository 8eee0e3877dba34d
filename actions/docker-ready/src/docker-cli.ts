import { type Environment, type Exec, isAtLeast, runnablePlugin } from '@container-actions/core'
import type { Daemon } from './daemon.ts'

/** What the docker CLI of this runner is. */
export interface DockerCli {
  /** The newest API version that it speaks, where that matters and can be known. */
  readonly apiVersion: string | undefined
  /** The file of its buildx plugin. */
  readonly buildx: string | undefined
  /** Empty without a plugin, and where it could not be asked. */
  readonly buildxVersion: string
}

/** Engines up to 28 speak every API from this one on, and every CLI of the last ten years speaks it. */
const EVERY_CLI = '1.24'

async function output(exec: Exec, command: string, args: readonly string[], env: Environment = {}): Promise<string> {
  try {
    return (await exec.run(command, args, { env })).stdout.trim()
  } catch {
    // There is no such command: it cannot be too old.
    return ''
  }
}

/** Asks at an address where nothing can be: the CLI tells about itself all the same, and cannot hang with the daemon. */
const newestApi = (exec: Exec): Promise<string> =>
  output(exec, 'docker', ['--host', 'unix:///dev/null/none', 'version', '--format', '{{.Client.DefaultAPIVersion}}'], {
    ...{ DOCKER_TLS_VERIFY: '', DOCKER_TLS: '' },
  })

async function buildxVersion(exec: Exec, file: string): Promise<string> {
  try {
    // The call with which the docker CLI itself asks a plugin what it is.
    const metadata: { Version?: unknown } = JSON.parse(await output(exec, file, ['docker-cli-plugin-metadata']))
    return typeof metadata.Version === 'string' ? metadata.Version : ''
  } catch {
    return ''
  }
}

/** Looks at the docker CLI; runs it only for what no file tells. */
export async function readCli(daemon: Daemon, env: Environment, exec: Exec | undefined): Promise<DockerCli> {
  const buildx = runnablePlugin('buildx', env)
  const matters = daemon.minApiVersion !== '' && !isAtLeast(EVERY_CLI, daemon.minApiVersion)
  const [apiVersion, version] = await Promise.all([
    env['DOCKER_API_VERSION'] || (matters && exec ? newestApi(exec) : ''),
    buildx !== undefined && exec ? buildxVersion(exec, buildx) : '',
  ])
  return { apiVersion: apiVersion || undefined, buildx, buildxVersion: version }
}
