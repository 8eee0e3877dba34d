import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Environment, reason, tryOrUndefined } from '@container-actions/core'
import { SECRET_VARIABLES } from './settings.ts'

/** Signals that standard input contains the secrets. */
const MARK = 'ENTRYPOINT_SECRETS_IN_STDIN'

const NOTHING = '/dev/null'

/** Makes an unlinked file the standard input, which is the only kind of descriptor that survives the exec. */
function putIntoStdin(text: string): void {
  const file = join(tmpdir(), `.${process.pid}-${process.hrtime.bigint()}`)
  closeSync(0)
  try {
    const descriptor = openSync(file, 'wx+', 0o600)
    unlinkSync(file)
    writeSync(descriptor, text, 0)
  } catch (error) {
    tryOrUndefined(() => openSync(NOTHING, 'r'))
    throw error
  }
}

function takeFromStdin(): Record<string, string> {
  const secrets = JSON.parse(readFileSync('/proc/self/fd/0', 'utf8')) as Record<string, string>
  closeSync(0)
  openSync(NOTHING, 'r')
  return secrets
}

/**
 * Returns the environment including its secrets, after this process has replaced itself with one whose environment does
 * not contain them: the initial environment of a process stays visible in /proc/PID/environ, and jobs run as the same
 * user.
 */
export function withoutTrace(env: Environment, warn: (line: string) => void): Environment {
  const { [MARK]: mark, ...rest } = env
  if (mark !== undefined) return { ...rest, ...takeFromStdin() }
  const secrets = Object.entries(env).filter(([name, value]) => value && SECRET_VARIABLES.includes(name))
  if (secrets.length === 0 || process.platform !== 'linux' || process.execve === undefined) return env
  try {
    putIntoStdin(JSON.stringify(Object.fromEntries(secrets)))
    const kept = Object.entries(rest).filter(([name]) => !SECRET_VARIABLES.includes(name))
    const args = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
    process.execve(process.execPath, args, { ...Object.fromEntries(kept), [MARK]: 'yes' } as Record<string, string>)
  } catch (error) {
    warn(`Secrets stay in the environment of this process, where jobs can read them: ${reason(error)}.`)
  }
  return env
}
