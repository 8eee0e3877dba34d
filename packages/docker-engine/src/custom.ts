import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { type EngineKind, engineBinaries } from './binaries.ts'
import { makeEngineFolder } from './folder.ts'
import { startProcess } from './process.ts'

/** Where a private dockerd will listen. */
export interface PreparedEngine {
  readonly folder: string
  /** Path of the unix socket on which it listens, in addition to its arguments. */
  readonly socket: string
  /** Environment for the client that belongs to it. */
  readonly env: Readonly<Record<string, string>>
}

/** A private dockerd whose readiness is not awaited. */
export interface CustomEngine extends PreparedEngine, AsyncDisposable {
  /** PID of dockerd, once it runs. */
  readonly pid: Promise<number>
  /** How dockerd exited, if it has. */
  ended(): string | undefined
  stop(): Promise<void>
  /** Kills it without its own cleanup, which takes a second; nothing is left behind nevertheless. */
  kill(): Promise<void>
}

export interface CustomOptions {
  readonly kind?: EngineKind
  /** Additional arguments for dockerd; the last one of a kind wins. */
  readonly args?: readonly string[]
  /** Command prefix: a program that execs dockerd. */
  readonly wrapper?: readonly string[]
}

/** A prepared private dockerd that has not been started; disposing it stops whatever was started. */
export interface StartableEngine extends PreparedEngine, AsyncDisposable {
  start(): CustomEngine
}

export function prepareCustom(options: CustomOptions = {}): StartableEngine {
  const { kind = 'installed', args = [], wrapper = [] } = options
  const binaries = engineBinaries(kind)
  const { path: folder, socket, command, env: client } = makeEngineFolder(kind, binaries)
  const prepared = { folder, socket, env: client }
  let started: CustomEngine | undefined
  return {
    ...prepared,
    start() {
      const order = { folder, command: [...wrapper, ...command, ...args], path: binaries.path, delayMs: 0 }
      const daemon = startProcess(order)
      let stopping: Promise<void> | undefined
      const stop = () => {
        stopping ??= daemon.stop()
        return stopping
      }
      const kill = async () => {
        if (daemon.ended() === undefined) process.kill(await daemon.pid, 'SIGKILL')
        return stop()
      }
      started = { ...prepared, pid: daemon.pid, ended: daemon.ended, stop, kill, [Symbol.asyncDispose]: stop }
      return started
    },
    async [Symbol.asyncDispose]() {
      if (started === undefined) rmSync(folder, { recursive: true })
      else await started.stop()
    },
  }
}

/** Starts a private dockerd with custom arguments. Throws NoEngine if that is not possible. */
export const launchCustom = (options: CustomOptions = {}): CustomEngine => prepareCustom(options).start()

/** Returns a TCP port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  await new Promise((closed) => server.close(closed))
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}
