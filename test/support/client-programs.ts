import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { beforeEach } from 'vitest'

/** In a `describe`: skips its tests where a program is not there, with what puts it there. */
export function needProgram(file: string, script: string): void {
  beforeEach((context) => context.skip(!existsSync(file), `there is no ${file}; scripts/install/${script} installs it`))
}

/** How a program ended and what it printed. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** Laid over `process.env`. */
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  readonly input?: string
}

/** Run a program to its end, whatever that is. */
export async function runProgram(file: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const child = spawn(file, args, { cwd: options.cwd, env: { ...process.env, ...options.env } })
  // Who ends without reading its input needs none.
  child.stdin.on('error', () => {}).end(options.input ?? '')
  const code = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, stdout, stderr }
}

/** Run a program that must succeed. @returns its standard output */
export async function succeed(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await runProgram(file, args, options)
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}: ${stderr || stdout}`)
  return stdout
}
