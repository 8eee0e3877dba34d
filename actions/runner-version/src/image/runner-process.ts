import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { tryOrUndefined } from '@container-actions/core'
import { ExitFailure } from './exit-status.ts'
import type { Scope } from './scope.ts'
import type { ImageSettings } from './settings.ts'

/** What is needed to start a script of the runner. */
export interface Launch {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** Terminates it with SIGTERM. */
  readonly signal: AbortSignal
}

/** File that config.sh writes, and that an ephemeral runner removes after its job. */
const REGISTERED = '.runner'
const LEFT = [REGISTERED, '.credentials', '.credentials_rsaparams']

/** ID of the runner registered in a folder, if GitHub's response contained one. */
export function registeredId(folder: string): number | undefined {
  const text = tryOrUndefined(() => readFileSync(join(folder, REGISTERED), 'utf8'))
  const { agentId } = tryOrUndefined(() => JSON.parse((text ?? '').replace(/^\uFEFF/, ''))) ?? {}
  return text === undefined ? undefined : Number(agentId) || undefined
}

export const isRegistered = (folder: string): boolean =>
  tryOrUndefined(() => readFileSync(join(folder, REGISTERED))) !== undefined

/** config.sh rejects a runner that was registered before. */
export function forgetRegistration(folder: string): void {
  for (const name of LEFT) rmSync(join(folder, name), { force: true })
}

/** Runs a script of the runner in its own process group, because its shell does not forward signals. */
async function script(name: string, args: readonly string[], { folder, env, signal }: Launch): Promise<number> {
  signal.throwIfAborted()
  const child = spawn(join(folder, name), args, {
    cwd: folder,
    env,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const stop = () => {
    if (child.pid !== undefined) tryOrUndefined(() => process.kill(-(child.pid ?? 0), 'SIGTERM'))
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await new Promise<number>((ended, failed) => {
      child.on('error', failed)
      child.on('exit', (status, by) => ended(status ?? (by === null ? 1 : 128)))
    })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Registers the runner; passes the token in a variable that the runner removes from its own environment. */
export async function configure(
  { labels, group, workFolder, isEphemeral }: ImageSettings,
  { scope, name, token }: { readonly scope: Scope; readonly name: string; readonly token: string },
  launch: Launch,
): Promise<void> {
  const args = [
    ...['--unattended', '--disableupdate', '--replace', '--url', scope.url, '--name', name, '--work', workFolder],
    ...(isEphemeral ? ['--ephemeral'] : []),
    ...(labels === undefined ? [] : ['--labels', labels]),
    ...(group === undefined ? [] : ['--runnergroup', group]),
  ]
  const env = { ...launch.env, ACTIONS_RUNNER_INPUT_TOKEN: token }
  const status = await script('config.sh', args, { ...launch, env })
  launch.signal.throwIfAborted()
  if (status === 0) return
  throw new ExitFailure(
    'notConfigured',
    `The runner was not registered: config.sh ended with ${status}; see what it said above.`,
  )
}

/** Runs jobs until the runner exits or the signal is aborted; the signal is passed on to a running job. */
export const runJobs = (launch: Launch, jitConfig?: string): Promise<number> =>
  script('run.sh', [], {
    ...launch,
    env: {
      ...launch.env,
      // Without this, the script leaves the runner behind when it is terminated, and always exits with 0.
      RUNNER_MANUALLY_TRAP_SIG: '1',
      ...(jitConfig === undefined ? {} : { ACTIONS_RUNNER_INPUT_JITCONFIG: jitConfig }),
    },
  })
