import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EngineKind, engineBinaries } from './binaries.ts'
import { makeEngineFolder } from './folder.ts'
import { type EngineProcess, startProcess } from './process.ts'

/** A Docker engine that responds. */
export interface Engine extends AsyncDisposable {
  /** `running`: it existed before, and stays. */
  readonly kind: EngineKind | 'running'
  /** Address in the format of DOCKER_HOST. */
  readonly host: string
  /** Merge this into `process.env` so that `docker` is the client of this engine and talks to it. */
  readonly env: Readonly<Record<string, string>>
  /** Version of the server, as in `docker version`. */
  readonly version: string
  /** Stops it if it is private; leaves no process, mount or file behind. May be called more than once. */
  stop(): Promise<void>
}

/** A private engine in a temporary folder. It stops with this process, no matter how that exits. */
export interface PrivateEngine extends Engine {
  readonly kind: EngineKind
  /** Path of the API's unix socket. */
  readonly socket: string
  /** PID of dockerd. */
  readonly pid: number
  /** Sends a signal to dockerd, e.g. SIGSTOP to make it hang or SIGKILL to lose it. `stop` cleans up after either. */
  kill(signal: NodeJS.Signals): void
}

/** A private engine that may not be ready yet. */
export interface StartingEngine
  extends AsyncDisposable,
    Pick<PrivateEngine, 'kind' | 'socket' | 'host' | 'env' | 'stop'> {
  /** Resolves when the engine responds; rejects, with everything cleaned up, if dockerd exits before that. */
  readonly ready: Promise<PrivateEngine>
}

export interface StartOptions {
  readonly kind: EngineKind
  /** Delay before dockerd is started, in ms. */
  readonly delayMs?: number
}

const READY_MS = 60_000

/** Starts a private engine and waits until it responds. Throws NoEngine if that is not possible. */
export async function startEngine(options: StartOptions): Promise<PrivateEngine> {
  return await launchEngine(options).ready
}

/** Starts a private engine and returns immediately: its address is known before dockerd runs. */
export function launchEngine({ kind, delayMs = 0 }: StartOptions): StartingEngine {
  const binaries = engineBinaries(kind)
  const { path: folder, socket, command, env } = makeEngineFolder(kind, binaries)
  const daemon = startProcess({ folder, command, path: binaries.path, delayMs })
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= daemon.stop()
    return stopping
  }
  const engine = { kind, socket, host: `unix://${socket}`, env, stop, [Symbol.asyncDispose]: stop }
  const ready = whenReady(daemon, socket).then(
    (found) => {
      daemon.release()
      return { ...engine, ...found, kill: (signal: NodeJS.Signals) => void process.kill(found.pid, signal) }
    },
    async (error) => {
      await stop()
      throw error
    },
  )
  // A caller that stops it early need not handle `ready`.
  ready.catch(() => {})
  return { ...engine, ready }
}

async function whenReady(daemon: EngineProcess, socket: string): Promise<{ version: string; pid: number }> {
  const pid = await daemon.pid
  const deadline = Date.now() + READY_MS
  for (;;) {
    const end = daemon.ended()
    if (end !== undefined) throw new Error(`dockerd ended before it was ready: ${end}`)
    const version = await serverVersion(socket).catch(() => undefined)
    if (version !== undefined) return { version, pid }
    if (Date.now() > deadline) throw new Error(`dockerd did not answer at ${socket} within ${READY_MS / 1000} s`)
    await sleep(10)
  }
}

async function serverVersion(socketPath: string): Promise<string> {
  const request = get({ socketPath, path: '/version', timeout: 5_000 })
  request.on('timeout', () => request.destroy(new Error('no answer')))
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += chunk
  return (JSON.parse(body) as { Version: string }).Version
}
