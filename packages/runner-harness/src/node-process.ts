import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { REPOSITORY } from './action.ts'
import { LineSplitter } from './lines.ts'

/** Grace period in ms after SIGINT, then after SIGTERM, before SIGKILL (actions/runner ProcessInvoker.cs). */
const SIGINT_TIMEOUT = 7500
const SIGTERM_TIMEOUT = 2500
/** How long, in ms, the output may stay open after the process has exited, because a child holds it. */
const STREAMS_TIMEOUT = 5000

export interface Exit {
  /** 128 + signal number if a signal terminated the process, as .NET reports it. */
  readonly exitCode: number
  readonly signal: NodeJS.Signals | null
}

/** The script that a step runs. */
export interface Script {
  readonly script: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** A process to start. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** How to start the scripts of steps. */
export type Launch = (script: Script) => Command

/** Starts them on this machine, with the given Node options. */
export const launchHere =
  (options: readonly string[] = []): Launch =>
  ({ script, cwd, env }) => ({ file: nodePath(), args: [...options, script], cwd, env })

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** A Node process, started as the runner does: pipes for stdout and stderr, stdin closed immediately. */
export class NodeProcess {
  readonly exit: Promise<Exit>
  readonly #child: Child
  #chunks: Buffer[] = []
  #ended = false

  /** @param onLine receives each line of stdout and stderr, in the order of arrival, without its newline */
  constructor({ file, args, cwd, env }: Command, onLine: (line: string) => void) {
    this.#child = spawn(file, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child.stdin.on('error', () => {})
    this.#child.stdin.end()
    const closed = [this.#child.stdout, this.#child.stderr].map((stream) => this.#read(stream, onLine))
    this.exit = this.#finish(closed)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** All bytes of stdout and stderr so far, unmasked. */
  get raw(): string {
    return Buffer.concat(this.#chunks).toString()
  }

  /** Signals only this process, as the runner does. */
  signal(signal: NodeJS.Signals): void {
    if (!this.#ended) this.#child.kill(signal)
  }

  /** Terminates the process as the runner does when a job is cancelled. */
  async cancel(): Promise<void> {
    const over = this.exit.then(() => true)
    this.signal('SIGINT')
    if (await Promise.race([over, sleep(SIGINT_TIMEOUT, false, { ref: false })])) return
    this.signal('SIGTERM')
    if (await Promise.race([over, sleep(SIGTERM_TIMEOUT, false, { ref: false })])) return
    this.signal('SIGKILL')
    await this.exit
  }

  #read(stream: Readable, onLine: (line: string) => void): Promise<void> {
    const splitter = new LineSplitter(onLine)
    stream.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk)
      splitter.write(chunk)
    })
    return new Promise((resolve) => {
      stream.once('close', () => {
        splitter.end()
        resolve()
      })
    })
  }

  async #finish(closed: Promise<void>[]): Promise<Exit> {
    const exit = await new Promise<Exit>((resolve, reject) => {
      this.#child.once('error', reject)
      this.#child.once('exit', (code, signal) => {
        resolve({ exitCode: signal === null ? (code ?? 0) : 128 + constants.signals[signal], signal })
      })
    })
    await Promise.race([Promise.all(closed), sleep(STREAMS_TIMEOUT, undefined, { ref: false })])
    this.#child.stdout.destroy()
    this.#child.stderr.destroy()
    await Promise.all(closed)
    this.#ended = true
    return exit
  }
}

/** Node 24 from this repository, independent of the host's version. */
function nodePath(): string {
  const own = join(REPOSITORY, 'node_modules/.bin/node')
  return existsSync(own) ? own : process.execPath
}
