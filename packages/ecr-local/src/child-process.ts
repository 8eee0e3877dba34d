import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'

export const CLI = import.meta.filename.replace('child-process', 'cli')

/** A server in a separate process, as started by `npx ecr-local`. */
export interface ServerProcess {
  readonly child: ChildProcess
  readonly started: {
    readonly endpoint: string
    readonly registry: string
    readonly account: string
    readonly region: string
    readonly environment: Record<string, string>
  }
  /** @returns exit code and signal */
  stop(signal?: NodeJS.Signals): Promise<unknown[]>
}

export async function startProcess(options: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const child = spawn(process.execPath, [CLI, ...options], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return {
    child,
    started: JSON.parse(line) as ServerProcess['started'],
    async stop(signal = 'SIGTERM') {
      const ended = once(child, 'close')
      child.kill(signal)
      return ended
    },
  }
}

/** Current and peak resident memory of a process, in MiB. Linux only. */
export async function memoryOf({ pid }: ChildProcess): Promise<{ now: number; peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024
  return { now: read('VmRSS'), peak: read('VmHWM') }
}
