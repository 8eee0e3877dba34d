import { createServer } from 'node:net'
import { env } from 'node:process'
import { beforeEach } from 'vitest'
import { type EngineKind, engineBinaries, NoEngine } from './engine-binaries.ts'
import { makeEngineFolder } from './engine-folder.ts'
import { startProcess } from './engine-process.ts'

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

/** Makes everything but the process; `start` has to be called, for it is what removes the folder in the end. */
export function prepareCustom(options: CustomOptions = {}): PreparedEngine & { start(): CustomEngine } {
  const { kind = 'installed', args = [], wrapper = [] } = options
  const binaries = engineBinaries(kind)
  const { path: folder, socket, command, env: client } = makeEngineFolder(kind, binaries)
  const prepared = { folder, socket, env: client }
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
      return { ...prepared, pid: daemon.pid, ended: daemon.ended, stop, kill, [Symbol.asyncDispose]: stop }
    },
  }
}

/** Starts a private dockerd with arguments of the test's own. Throws NoEngine where that cannot be done. */
export const launchCustom = (options: CustomOptions = {}): CustomEngine => prepareCustom(options).start()

/** In a `describe`: skips its tests with the reason where no private engine can be started; REQUIRE_DOCKER=1 fails them. */
export function needEngine(kind: EngineKind = 'installed'): void {
  beforeEach((context) => {
    try {
      engineBinaries(kind)
    } catch (error) {
      if (!(error instanceof NoEngine) || env['REQUIRE_DOCKER'] === '1') throw error
      context.skip(true, error.message)
    }
  })
}

/** A TCP port of this machine that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  await new Promise((closed) => server.close(closed))
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}
