/**
 * Runs as a separate process between the one that wants an engine and dockerd, so that the engine is stopped and its
 * folder removed no matter what happens to the former: the end of standard input, which the kernel closes even after
 * SIGKILL, is the signal to stop.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { openSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cgroupsOf, mountsBelow, processesOf } from './remains.ts'

/** The keeper's configuration, as JSON in its only argument. */
export interface KeeperOrder {
  readonly folder: string
  /** Program and arguments. */
  readonly command: readonly string[]
  readonly path: string
  readonly delayMs: number
}

/** The keeper's reports, one JSON object per line on standard output. */
export type KeeperReport = { readonly pid: number } | { readonly exit: string; readonly log: string }

/** dockerd gives its containers 10 s to stop before it kills them. */
const STOP_MS = 20_000

export async function keep(order: KeeperOrder): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
  process.stdin
    .on('end', () => stop.abort())
    .on('error', () => stop.abort())
    .resume()
  // The reader may have exited; the end of standard input reports that.
  process.stdout.on('error', () => {})
  try {
    await sleep(order.delayMs, undefined, { signal: stop.signal })
    await run(order, stop.signal)
  } catch (error) {
    if (!stop.signal.aborted) throw error
  } finally {
    await clean(order.folder)
    process.stdin.destroy()
  }
}

async function run(order: KeeperOrder, stop: AbortSignal): Promise<void> {
  const [program = '', ...args] = order.command
  const logFile = join(order.folder, 'dockerd.log')
  const log = openSync(logFile, 'a')
  // containerd leaves stack traces in the temporary folder if it is slow to stop.
  const env = { ...process.env, PATH: order.path, TMPDIR: order.folder }
  const dockerd = spawn(program, args, { stdio: ['ignore', log, log], env })
  const ended = new Promise<string>((resolve) => {
    dockerd.once('error', (error) => resolve(error.message))
    dockerd.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  if (dockerd.pid !== undefined) report({ pid: dockerd.pid })
  const stopping = new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }))
  await Promise.race([
    stopping.then(() => end(dockerd, ended)),
    // The folder remains as dockerd left it until the signal to stop arrives.
    ended
      .then((exit) => report({ exit, log: readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-20).join('\n') }))
      .then(() => stopping),
  ])
}

async function end(dockerd: ChildProcess, ended: Promise<string>): Promise<void> {
  dockerd.kill('SIGTERM')
  // It may have been suspended.
  dockerd.kill('SIGCONT')
  const timer = setTimeout(() => dockerd.kill('SIGKILL'), STOP_MS)
  await ended
  clearTimeout(timer)
}

/** Removes what dockerd leaves behind when it is killed, and partly even when it is not. */
async function clean(folder: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const rest = processesOf(folder)
    if (rest.length === 0) break
    for (const pid of rest) kill(pid)
    await sleep(50)
  }
  for (const mount of mountsBelow(folder)) {
    if (spawnSync('umount', [mount]).status !== 0) spawnSync('umount', ['--lazy', mount])
  }
  // Never descend into a mount: its content may belong to the machine.
  const left = mountsBelow(folder)
  if (left.length > 0) throw new Error(`Cannot unmount ${left.join(', ')}`)
  await removeCgroups(folder)
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}

/** A cgroup stays busy for a moment after its last process was killed. */
async function removeCgroups(folder: string): Promise<void> {
  for (let attempt = 0; cgroupsOf(folder).length > 0; attempt++) {
    try {
      for (const cgroup of cgroupsOf(folder)) rmdirSync(cgroup)
    } catch (error) {
      if (attempt === 50) throw error
      await sleep(50)
    }
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has already exited.
  }
}

function report(line: KeeperReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

if (process.argv[1] === import.meta.filename) await keep(JSON.parse(process.argv[2] ?? '') as KeeperOrder)
