import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import type { Environment } from '../base/environment.ts'
import { logText } from '../step/log-text.ts'
import type { Runner } from '../step/runner.ts'

const encode = (text: string): string =>
  logText(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

/**
 * What a script can tell the runner that is no action, such as a job-started hook: by workflow commands and the file
 * of GITHUB_ENV, without the toolkit. Outputs and state are an action's only.
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
