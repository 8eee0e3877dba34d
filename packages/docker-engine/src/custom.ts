import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { type EngineKind, engineBinaries } from './binaries.ts'
import { makeEngineFolder } from './folder.ts'
import { startProcess } from './process.ts'

/** Where a private dockerd is going to listen. */
export interface PreparedEngine {
  readonly folder: string
  /** Path of the unix socket that it listens on beside what its arguments say. */
  readonly socket: string
  /** For the client that came with it. */
  readonly env: Readonly<Record<string, string>>
}

/** A private dockerd that is not waited for. */
export interface CustomEngine extends PreparedEngine, AsyncDisposable {
  /** Of dockerd, once it runs. */
  readonly pid: Promise<number>
  /** How dockerd ended, if it has. */
  ended(): string | undefined
  stop(): Promise<void>
  /** Ends it without its own clean-up, which takes it a second; nothing is left all the same. */
  kill(): Promise<void>
}

export interface CustomOptions {
  readonly kind?: EngineKind
  /** Further arguments of dockerd; the last one of a kind wins. */
  readonly args?: readonly string[]
  /** In front of dockerd: a program that becomes it. */
  readonly wrapper?: readonly string[]
}

/** Everything of a private dockerd but the process; disposing of it stops what was started. */
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

/** Starts a private dockerd with arguments of the test's own. Throws NoEngine where that cannot be done. */
export const launchCustom = (options: CustomOptions = {}): CustomEngine => prepareCustom(options).start()

/** A TCP port of this machine that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  await new Promise((closed) => server.close(closed))
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}
