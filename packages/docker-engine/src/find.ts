import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Engine, startEngine } from './index.ts'

/** A hung engine accepts connections, but never responds. */
const ANSWER_MS = 10_000

/**
 * Finds the engine to use on this machine: the one that responds at DOCKER_HOST or at the client's default address,
 * otherwise a private one from the installed binaries. Throws NoEngine, whose message says what to install.
 */
export async function findEngine(): Promise<Engine> {
  return (await runningEngine()) ?? (await startEngine({ kind: 'installed' }))
}

/** The engine that responds to the first client in the PATH, if there is one. */
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
    // There is no client, or no engine responds.
    return undefined
  }
}
