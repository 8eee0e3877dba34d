import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import type { Environment } from '../base/environment.ts'
import { logText } from '../step/log-text.ts'
import type { Runner } from '../step/runner.ts'

const encode = (text: string): string =>
  logText(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

/**
 * What a script that is not an action, such as a job-started hook, can send to the runner: workflow commands and the
 * GITHUB_ENV file, without the toolkit. Only actions have outputs and state.
 */
export function scriptRunner(
  env: Environment,
  write: (line: string) => void,
): Pick<Runner, 'info' | 'warning' | 'fail' | 'exportVariable'> {
  return {
    info: (line) => write(logText(line)),
    warning: (line) => write(`::warning::${encode(line)}`),
    fail: (line) => write(`::error::${encode(line)}`),
    exportVariable(name, value) {
      const end = `end-${randomUUID()}`
      const file = env['GITHUB_ENV']
      if (file) appendFileSync(file, `${name}<<${end}\n${value}\n${end}\n`)
    },
  }
}
