import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { REPOSITORY } from '../../../../packages/runner-harness/src/action.ts'

const COMMAND = join(REPOSITORY, 'actions/docker-ready/dist/cli.js')

/** Runs docker-ready's command behind `wrapper`, which may put it into other namespaces or groups. */
export async function runCommand(
  wrapper: readonly string[],
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | null; readonly said: string }> {
  const [program = process.execPath, ...rest] = [...wrapper, process.execPath, COMMAND, ...args]
  const child = spawn(program, rest, { env: { PATH: process.env['PATH'], HOME: '/nowhere', ...env }, cwd: '/' })
  child.stdin.end()
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [status] = await once(child, 'close')
  return { status: status as number | null, said }
}

/** A wrapper that makes a mount namespace, in which a script prepares what the rest sees. Needs root. */
export const withMounts = (script: string): string[] => [
  ...['unshare', '--mount', 'sh', '-ec', `${script}\nexec "$@"`, 'sh'],
]
