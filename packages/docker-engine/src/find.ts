import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Engine, startEngine } from './index.ts'

/** A wedged engine accepts connections and never answers. */
const ANSWER_MS = 10_000

/**
 * The engine to work with on this machine: the one that answers at DOCKER_HOST or where the client looks without it,
 * else a private one of what is installed. Throws NoEngine, whose message says what to install.
 */
export async function findEngine(): Promise<Engine> {
  return (await runningEngine()) ?? (await startEngine({ kind: 'installed' }))
}

/** The engine that answers the client which is first in the PATH, if there is one. */
export async function runningEngine(env: NodeJS.ProcessEnv = process.env): Promise<Engine | undefined> {
  const docker = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)('docker', args, { env, timeout: ANSWER_MS, killSignal: 'SIGKILL' })
    return stdout.trim()
  }
  try {
    const version = await docker('version', '--format', '{{.Server.Version}}')
    const host = env['DOCKER_HOST'] || (await docker('context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'))
    const stop = async () => {}
    return { kind: 'running', host, env: { DOCKER_HOST: host }, version, stop, [Symbol.asyncDispose]: stop }
  } catch {
    // No client, or nothing that answers it.
    return undefined
  }
}
