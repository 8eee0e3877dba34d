import { type ChildProcess, spawn } from 'node:child_process'
import { childEnvironment, type Environment } from '../base/environment.ts'
import { sentence } from '../base/failure.ts'

/** The output of a program. */
interface Printed {
  stdout: string
  stderr: string
}

export interface ProcessOptions {
  readonly env: Environment
  /** In ms. */
  readonly limit: number
  readonly signal: AbortSignal
}

/** Maximum length of program output in a log line. */
const WORDS = 500

/** Keys are small; larger output is something else. */
const MOST = 1024 * 1024

/** Kills a child and its descendants, and releases its output, which one of them may keep open. */
function end({ pid, stdout, stderr }: ChildProcess): void {
  stdout?.destroy()
  stderr?.destroy()
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has already exited.
  }
}

/**
 * Runs the command of a `credential_process` in a shell, as the SDK does: the command is the user's own. It does not
 * get the step's inputs, and is killed if it takes too long or prints without end.
 *
 * @throws Error with the program's output
 */
export function runCredentialProcess(command: string, { env, limit, signal }: ProcessOptions): Promise<Printed> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, detached: true, env: childEnvironment(env) })
    child.stdin.end()
    const printed: Printed = { stdout: '', stderr: '' }
    const fail = (what: string) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
      const said = printed.stderr.replaceAll(/\s+/g, ' ').trim().slice(0, WORDS)
      reject(new Error(`its credential_process ${what}${said === '' ? '.' : `: ${sentence(said)}`}`))
    }
    const stop = (what: string) => {
      fail(what)
      end(child)
    }
    const cancel = () => stop('was cancelled')
    const timer = setTimeout(() => stop(`did not end within ${limit / 1_000} s`), limit)
    signal.addEventListener('abort', cancel, { once: true })
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        printed[name] += text
        if (printed[name].length > MOST) stop('printed more than 1 MiB')
      })
    }
    child.stdin.on('error', () => undefined)
    child.once('error', (error) => fail(`cannot be started: ${error.message}`))
    child.once('close', (code, by) => {
      if (code !== 0) return fail(by === null ? `ended with exit code ${code}` : `was ended by ${by}`)
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
      resolve(printed)
    })
  })
}
